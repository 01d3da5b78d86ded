"""Print the signed head of the history, to be kept where the database's owner cannot reach it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from benchmarks.verify import Checkpoint


class Command(BaseCommand):
    help = "Print the signed head of the history. Kept elsewhere, it exposes a tail cut off later."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SECRET_KEY_IS_GIVEN:
            raise CommandError("A checkpoint is signed: set SECRET_KEY first.")
        head = Checkpoint.take()
        if head is None:
            raise CommandError("Nothing has been recorded yet.")
        self.stdout.write(head.signed())
