"""Give the role that web and worker connect as its privileges. Run as the owner, as often as you like."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, transaction

from benchmarks.privileges import grant_runtime_role


class Command(BaseCommand):
    help = "Let a role read and write everything but history, which it may only add to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that web and worker connect as")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                grant_runtime_role(role)
        except Error as error:
            raise CommandError(f"The role {role} was given nothing: {error}") from error
        self.stdout.write(f"{role} may read and write, and only add to history.")
