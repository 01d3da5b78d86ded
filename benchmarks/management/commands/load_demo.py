"""Load the demonstration data: five letters, what they ask, and accounts to look at them with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.demo import DemoAccounts, ensure_demo_accounts
from benchmarks.demo import data, loader


class Command(BaseCommand):
    help = "Load the five letters and the demonstration accounts. What is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accounts-file",
            type=Path,
            default=settings.VAR / "demo-accounts.txt",
            help="where mail address, password and role of each account are written (mode 600)",
        )
        parser.add_argument(
            "--new-passwords",
            action="store_true",
            help="set new passwords for accounts whose password that file does not hold",
        )
        parser.add_argument(
            "--even-in-production",
            action="store_true",
            help="load it even where TRACKER_ENV is production: among the accounts is an administrator's",
        )

    def handle(
        self,
        *args: Any,
        accounts_file: Path,
        new_passwords: bool,
        even_in_production: bool,
        **options: Any,
    ) -> None:
        if settings.PRODUCTION and not even_in_production:
            raise CommandError(
                "Nothing was loaded. TRACKER_ENV says that this is production, and among the demonstration "
                "accounts is an administrator's. Whoever means it says so: load_demo --even-in-production."
            )
        try:
            demo = data.read()
            with transaction.atomic():
                accounts = ensure_demo_accounts(accounts_file, new_passwords=new_passwords)
                added = loader.load(demo, accounts.users, today=timezone.localdate())
        except (data.DemoDataError, OSError) as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        self.tell(accounts, added, accounts_file)

    def tell(self, accounts: DemoAccounts, added: Counter[str], path: Path) -> None:
        if accounts.made:
            added["accounts"] = len(accounts.made)
        counts = ", ".join(f"{number} {what}" for what, number in added.items())
        self.stdout.write(f"Loaded: {counts}." if counts else "Everything was there already.")
        self.stdout.write(f"Accounts are in {path}.")
        if accounts.without_password:
            names = ", ".join(accounts.without_password)
            self.stdout.write(
                f"It holds no password for {names}: the file was lost, or they chose another. "
                "With --new-passwords they get new ones."
            )
