"""The desk as a person reads it, and what is made for it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import drafts, workflow
from benchmarks.models import Benchmark, ProgressUpdate
from tests.make import make_benchmark, make_line
from tests.pages import text

TODAY = timezone.localdate()


def page(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return response.content.decode()


def words(client: Client, user: User, query: str = "") -> str:
    return text(page(client, user, query))


def part(client: Client, user: User, heading: str, query: str = "") -> str:
    """The words from this heading to the next one; empty where there is no such heading."""
    headings = re.split(r"<h[23][^>]*>", page(client, user, query).split("<main")[1])
    found = [each for each in headings if text(f"<main>{each}").strip(" >").startswith(heading)]
    return text(f"<main>{found[0]}").strip(" >") if found else ""


def begun(author: User, benchmark: Benchmark, *typed: str, window: str = "one") -> ProgressUpdate:
    """A draft in which each of these texts was typed, one after the other."""
    update = drafts.begin(benchmark, by=author)
    for version, narrative in enumerate(typed):
        drafts.keep(update, {"narrative": [narrative]}, by=author, window=window, version=version)
    return update


def sent_back(update: ProgressUpdate, reviewer: User, note: str = "Which delegation?") -> ProgressUpdate:
    return workflow.request_changes(update, reviewer, note)


def days_ago(days: int, hours: int = 0) -> Any:
    return time_machine.travel(timezone.now() - timedelta(days=days, hours=hours), tick=True)


def stale(by: User, reviewer: User, title: str, days: int, **fields: Any) -> Benchmark:
    """A benchmark that has been stale for so many days."""
    benchmark = make_benchmark(by, title=title, review_interval_days=100, **fields)
    make_line(benchmark, by, reviewer, on=TODAY - timedelta(days=100 + days))
    return benchmark


def latest(client: Client, user: User) -> str:
    return part(client, user, "Latest in the status history")
