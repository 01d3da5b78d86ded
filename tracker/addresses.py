"""Addresses of servers, taken apart and put together."""

from urllib.parse import urlsplit, urlunsplit


def redis_database(url: str) -> int:
    """Read which of a Redis server's databases an address names."""
    return int(urlsplit(url).path.strip("/") or 0)


def with_redis_database(url: str, number: int) -> str:
    """Name another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
