"""The five letters as data, and the loader that puts them into the tracker through the domain functions."""
