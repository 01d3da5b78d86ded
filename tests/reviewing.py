"""Review as a test does it: decide, and read what comes back."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from benchmarks.models import ProgressUpdate, StatusEvent


def decide(client: Client, update: ProgressUpdate, decision: str, note: str, query: str = "?queue=1") -> Any:
    sent = {"decision": decision, "note": note, "submission": update.submission}
    return client.post(f"/updates/{update.pk}/review/{query}", sent)


def text_of(answer: Any) -> str:
    """The words of a page, as one reads them."""
    body = answer.content.decode().split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#x27;", "'")


def listed(client: Client, query: str = "") -> list[int]:
    """The updates that the queue lists, from the top."""
    page = client.get(f"/review/{query}").content.decode()
    return [int(pk) for pk in re.findall(r'<a href="/updates/(\d+)/[^"]*">', page.split("<tbody")[-1])]


def untouched(update: ProgressUpdate) -> bool:
    now = ProgressUpdate.objects.get(pk=update.pk)
    return now.state == "submitted" and now.reviewer is None and not StatusEvent.objects.exists()
