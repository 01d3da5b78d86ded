"""Remove for good the drafts that were thrown away long enough ago."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from benchmarks import drafts


class Command(BaseCommand):
    help = f"Remove for good the drafts that were thrown away more than {drafts.KEPT_FOR.days} days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = drafts.purge(timezone.now())
        self.stdout.write(f"Removed {removed} {'draft' if removed == 1 else 'drafts'}.")
