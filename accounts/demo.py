"""Demonstration accounts, one or two for each role, with generated passwords in a private file."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from accounts.models import Role, User

ACCOUNTS = {
    "alice": Role.CONTRIBUTOR,
    "abel": Role.CONTRIBUTOR,
    "rosa": Role.REVIEWER,
    "omar": Role.REVIEWER,
    "ada": Role.ADMINISTRATOR,
    "victor": Role.VIEWER,
}
# Two loads at once wait for each other, and the second finds everything there.
DEMO_LOCK = 7215404124


@dataclass(frozen=True, slots=True)
class DemoAccounts:
    """The accounts by first name, those just made, and those whose password nobody wrote down."""

    users: dict[str, User]
    made: list[str]
    without_password: list[str]


@transaction.atomic
def ensure_demo_accounts(path: Path, *, new_passwords: bool = False) -> DemoAccounts:
    """Make the missing accounts, and write `mail-address password role` of each to a file with mode 600.

    An account that is there keeps its password. If the file does not hold that password, because it was
    lost or the password was changed, the account gets no line in it, unless `new_passwords` is asked for.
    Raises OSError where the file cannot be read or written; then no account is made.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DEMO_LOCK])
    noted = _noted(path)
    users, made, without = {}, [], []
    lines = []
    for name, role in ACCOUNTS.items():
        email = f"{name}@example.org"
        user = User.objects.filter(email=email).first()
        if user is None:
            noted.setdefault(email, secrets.token_urlsafe(12))
            user = User.objects.create_user(
                email, noted[email], name=f"{name.title()} (demonstration)", role=role
            )
            made.append(name)
        elif email not in noted or not user.check_password(noted[email]):
            noted.pop(email, None)
            if new_passwords:
                noted[email] = secrets.token_urlsafe(12)
                user.set_password(noted[email])
                user.save(update_fields=["password"])
        users[name] = user
        if email in noted:
            lines.append(f"{email} {noted[email]} {user.role}\n")
        else:
            without.append(name)
    # Before the accounts are committed: a password that no file holds is lost.
    _write_privately(path, "".join(lines))
    return DemoAccounts(users, made, without)


def _noted(path: Path) -> dict[str, str]:
    """Passwords by mail address, as the file has them now; empty where there is no file."""
    if not path.is_file():
        return {}
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {words[0]: words[1] for words in lines if len(words) >= 2}


def _write_privately(path: Path, text: str) -> None:
    """Replace a file at once, so that nobody ever reads half of it, or reads it who may not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives mode 600 from the start.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
