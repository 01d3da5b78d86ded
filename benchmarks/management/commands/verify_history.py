"""Prove that nobody rewrote the history."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from benchmarks import verify
from benchmarks.models import Change


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read one state of the database throughout, so that what is recorded meanwhile is not taken for a fault.

    Inside a caller's transaction the snapshot is the caller's.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class Command(BaseCommand):
    help = "Prove the chain and the fold of the history; exit 1 and name each line that is not as written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint",
            metavar="FILE",
            help="what `history_checkpoint` printed (- for standard input): finds a cut tail",
        )

    def handle(self, *args: Any, checkpoint: str | None, **options: Any) -> None:
        kept = self._read(checkpoint) if checkpoint else None
        with one_snapshot():
            found = list(verify.findings(kept))
            changes = Change.objects.count()
        for finding in found:
            self.stderr.write(finding)
        if found:
            raise CommandError(f"The history is not as it was written: {len(found)} findings.", returncode=1)
        self.stdout.write(f"The history is as it was written: {changes} changes, no gap, no edit.")

    @staticmethod
    def _read(path: str) -> verify.Checkpoint:
        try:
            return verify.Checkpoint.read(sys.stdin.read() if path == "-" else Path(path).read_text())
        except (OSError, UnicodeDecodeError, verify.NoCheckpoint) as error:
            raise CommandError(f"{path}: {error}", returncode=2) from error
