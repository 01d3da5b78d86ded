"""Benchmarks to be listed, and lists as a person reads them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from benchmarks import lifecycle
from benchmarks.models import Theme
from tests.make import make_benchmark, make_line, make_organisation

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User

# Title, rating and how many days ago, themes, addressees, who owns it, in how many days it is due, measure.
ROWS = (
    ("Fresh", "met", 0, "Tibet", "council", "rosa", None, "process"),
    ("Nearly due", "initial", 110, "Tibet, Dialogue", "council, commission", "alice", 20, "process"),
    ("Long ago", "no_progress", 9000, "Dialogue", "commission", None, -1, "outcome"),
    ("Never", None, 0, "Dialogue", "", None, 60, "structural"),
    ("Given up", None, 0, "Tibet", "council", None, None, "process"),
)


def make_mixed(alice: User, rosa: User) -> None:
    """Four benchmarks of two themes and two addressees, rated at different times, and a retired one."""
    today, people = timezone.localdate(), {"alice": alice, "rosa": rosa}
    themes = {
        name: lifecycle.add_theme(Theme(name=name, slug=name.lower()), by=alice)
        for name in ("Tibet", "Dialogue")
    }
    organisations = {
        slug: make_organisation(alice, name=f"European {slug.capitalize()}", slug=slug)
        for slug in ("council", "commission")
    }
    for number, (title, rating, ago, about, to, owner, due, measure) in enumerate(ROWS):
        benchmark = make_benchmark(
            alice,
            title=title,
            code=f"AAA-{number}",
            review_interval_days=120,
            measure=measure,
            owner=people.get(owner or ""),
            due_on=None if due is None else today + timedelta(days=due),
            themes=[themes[name] for name in about.split(", ")],
            addressees=[organisations[slug] for slug in to.split(", ") if slug],
            lifecycle="retired" if title == "Given up" else "active",
        )
        if rating:
            make_line(benchmark, alice, rosa, rating, on=max(today - timedelta(days=ago), date(2000, 9, 1)))


def headings(client: Client, **query: str) -> list[str]:
    """The headings of the list's columns, from the left."""
    page = client.get("/benchmarks/", query).content.decode()
    found = re.findall(r'<th scope="col".*?>(.*?)</th>', page, re.S)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


def cells(client: Client, title: str, **query: str) -> list[str]:
    """The words in the row of one benchmark."""
    page = client.get("/benchmarks/", {"q": f'"{title}"', **query}).content.decode()
    [row] = re.findall(r"<tr role=\"row\">\s*(<td.*?)</tr>", page, re.S)
    found = re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in found]


def told(client: Client, query: str) -> list[str]:
    """What the list says was wrong with its address."""
    response = client.get(f"/benchmarks/?{query}")
    assert response.status_code == 200
    note = re.search(
        r'id="form-errors">(.*?)</div>\s*(?:</div>|<div class="tally)', response.content.decode(), re.S
    )
    sentences = re.findall(r"<div>(.*?)(?:</div>|$)", note[1] if note else "", re.S)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", each)).strip() for each in sentences]
