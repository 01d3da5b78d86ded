"""Erase a protected text for good: what a source must not be found by."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from accounts.models import User
from accounts.permissions import may_administer
from benchmarks import history
from benchmarks.models import ProtectedText


class Command(BaseCommand):
    help = "Erase a protected text for good. The change is recorded, and the chain still verifies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", type=int, help="number of the protected text")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the administrator who decides it")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, text: int, by: str, yes: bool, **options: Any) -> None:
        administrator = User.objects.filter(email=by.strip().lower()).first()
        if administrator is None or not may_administer(administrator):
            raise CommandError(f"{by} is no administrator.")
        kept = ProtectedText.objects.filter(pk=text).first()
        if kept is None:
            raise CommandError(f"There is no protected text {text}.")
        if not yes and not self._agreed(kept):
            raise CommandError("Nothing was erased.")
        try:
            change = history.erase_text(kept, by=administrator)
        except ValueError as error:
            raise CommandError(str(error)) from error
        except ProgrammingError as error:
            raise CommandError(
                "This role may not erase. Run the command as the owner of the tables (DATABASE_OWNER_URL)."
            ) from error
        self.stdout.write(f"Protected text {text} is erased; change {change.no} says so.")

    def _agreed(self, kept: ProtectedText) -> bool:
        # Which line it belongs to, and not the words: they may be for other readers than whoever erases.
        for line in history.lines_of(kept):
            self.stdout.write(f"{line._meta.verbose_name} {line.pk}, recorded {line.recorded_at:%Y-%m-%d}")
        try:
            return input("Erase this text for good? Type “erase”: ").strip() == "erase"
        except EOFError:
            return False
