"""Periodic work of the domain. Each task is one line that a command calls, too."""

from celery import shared_task
from django.utils import timezone

from benchmarks import drafts


@shared_task(name="benchmarks.purge_drafts")
def purge_drafts() -> None:
    drafts.purge(timezone.now())
