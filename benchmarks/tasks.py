"""Periodic work of the domain. Each task is one line that a command calls, too."""

from celery import shared_task
from django.utils import timezone

from benchmarks import drafts, files


@shared_task(name="benchmarks.remove_orphaned_files")
def remove_orphaned_files() -> None:
    files.remove_orphans()


@shared_task(name="benchmarks.purge_drafts")
def purge_drafts() -> None:
    drafts.purge(timezone.now())
