"""Periodic work of the domain. Each task is one line that a command calls, too."""

from celery import shared_task

from benchmarks import files


@shared_task(name="benchmarks.remove_orphaned_files")
def remove_orphaned_files() -> None:
    files.remove_orphans()
