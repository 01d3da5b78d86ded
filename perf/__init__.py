"""Realistic data in any number, and how long the tracker takes with it.

`python -m perf.time` measures on servers of its own; `python -m perf.generate N` fills a database that is
empty, or that this package filled before.
"""
