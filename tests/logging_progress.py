"""What tests of logging share: the form as a browser sends it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.test import Client

from benchmarks.models import Benchmark

Response = Any


def typed(text: str = "A delegation was turned back.", **words: Any) -> dict[str, Any]:
    """The words of a form that may be submitted, with others put in or instead."""
    given = {
        "window": str(uuid4()),
        "version": "0",
        "happened_on": "2023-05-04",
        "narrative": text,
        "audience": "internal",
    }
    return given | words


def link(number: int = 0, **words: Any) -> dict[str, Any]:
    """The words of one row of evidence, a link."""
    row = {"kind": "link", "url": "https://example.org/statement", "title": "Statement"} | words
    return {f"evidence-{number}-{name}": value for name, value in row.items()} | {
        "evidence-TOTAL_FORMS": str(number + 1),
        "evidence-INITIAL_FORMS": "0",
    }


def address(benchmark: Benchmark, page: str = "log/") -> str:
    return f"/benchmarks/{benchmark.slug}/{page}"


def keep(client: Client, benchmark: Benchmark, words: dict[str, Any]) -> dict[str, Any]:
    """Save as the page does while one types, a draft begun; what it answered."""
    answer = client.post(address(benchmark, "log/keep/"), words)
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = answer.json()
    return said


def errors(page: Response) -> str:
    """What the box above the form says is wrong."""
    found = re.search(r'id="form-errors".*?</ul>', page.content.decode(), re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""
