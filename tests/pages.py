"""Pages as a person reads them: their words without the markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from benchmarks.models import Benchmark


def words(client: Client, benchmark: Benchmark, query: str = "") -> str:
    """The page's words without markup, so that a test reads what a person reads."""
    response = client.get(f"{benchmark.get_absolute_url()}{query}")
    assert response.status_code == 200
    return text_of(response)


def text_of(response: Any) -> str:
    """The words of a page's content, whatever its status."""
    body = response.content.decode().split("<main")[1]
    body = re.sub(r"<(script|svg|select)\b.*?</\1>", " ", body, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def marks(client: Client, benchmark: Benchmark, query: str = "") -> str:
    """The three marks, as one reads them under the title."""
    page = client.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
    found = re.search(r'<div class="marks">(.*?)</div>', page, re.S)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()


def shown(client: Client, **query: str) -> list[str]:
    """The titles that the list of benchmarks shows, from the top."""
    response = client.get("/benchmarks/", query)
    assert response.status_code == 200
    return re.findall(r'<a href="/benchmarks/[^"?]+/">(.*?)</a>', response.content.decode())


def tally(response: Response) -> str:
    found = re.search(r'role="status">(.*?)<', response.content.decode())
    assert found
    return found[1]
