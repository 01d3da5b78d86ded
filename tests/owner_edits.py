"""What the owner of the tables could do to a history: run statements without triggers, keys and checks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
from django.db import connection, transaction

from benchmarks import history, verify
from benchmarks.privileges import unchangeable_tables
from tests.ledger import Ledger, django_as_owner, make_ledger

Edit = Callable[..., list[str]]


@pytest.fixture(scope="module")
def ledger(django_db_setup: None, django_db_blocker: Any) -> Generator[Ledger]:
    """A history in a transaction of the owner, with one text erased and nothing but triggers in the way."""
    with django_db_blocker.unblock(), django_as_owner(), transaction.atomic():
        made = make_ledger()
        history.erase_text(made.withdrawal.reason, by=made.rosa)
        run("SET CONSTRAINTS ALL IMMEDIATE")
        drop_constraints()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def edited(ledger: Ledger) -> Edit:
    """Call it with statements: the owner runs them, the triggers off meanwhile. It gives the findings."""

    def edit(*statements: str, checkpoint: verify.Checkpoint | None = None) -> list[str]:
        for table in unchangeable_tables():
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            run(statement)
        for table in unchangeable_tables():
            run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return list(verify.findings(checkpoint))

    return edit


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def drop_constraints() -> None:
    """Foreign keys, checks and unique constraints: they are the owner's to drop."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint "
            "WHERE contype IN ('f', 'c', 'u') AND connamespace = 'public'::regnamespace"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
