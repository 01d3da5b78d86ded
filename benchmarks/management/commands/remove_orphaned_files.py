"""Remove stored files which no evidence names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from benchmarks import files


class Command(BaseCommand):
    help = "Remove stored files which no evidence names: an upload failed, or a draft was thrown away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="leave younger files alone (24)")

    def handle(self, *args: Any, hours: int, **options: Any) -> None:
        if hours < 1:
            raise CommandError("Files of the last hour may be of a transaction that still runs.")
        removed = files.remove_orphans(timedelta(hours=hours))
        self.stdout.write(f"Removed {removed} {'file' if removed == 1 else 'files'}.")
