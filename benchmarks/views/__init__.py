"""Pages of the domain. A view parses, asks, calls one thing and answers."""
