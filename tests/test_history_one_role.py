"""A deployment where web and worker own the tables: there the triggers alone refuse."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from psycopg import errors

from benchmarks.privileges import unchangeable_tables
from tests.conftest import as_owner
from tests.forger import Forger
from tests.intruders import REWRITES, Connection, attempt, filled, refused, unchanged_history
from tests.ledger import Ledger, committed

# The mark makes pytest-django prepare the database.
pytestmark = [pytest.mark.promise("H1"), pytest.mark.django_db]

TABLES = unchangeable_tables()


@pytest.fixture(scope="module")
def ledger(django_db_setup: None, django_db_blocker: Any) -> Generator[Ledger]:
    with committed(django_db_blocker) as made:
        yield made


@pytest.fixture
def owner(ledger: Ledger) -> Iterator[Connection]:
    """The owner of the tables, whom only the triggers hold back, and who asked pgtrigger to step aside."""
    with unchanged_history(), as_owner() as opened:
        opened.autocommit = True
        triggers = opened.execute("SELECT tgrelid::regclass || ':' || tgname FROM pg_trigger").fetchall()
        every = ",".join(name for (name,) in triggers)
        opened.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [f"{{{every}}}"])
        yield opened


@pytest.mark.parametrize("table", TABLES)
def test_with_one_role_the_triggers_still_refuse(
    owner: Connection, table: str, subtests: pytest.Subtests
) -> None:
    for name, statement in REWRITES.items():
        # PostgreSQL itself refuses to empty one table alone where another refers to it.
        alone = (errors.FeatureNotSupported,) if name == "truncate" else ()
        with subtests.test(name), refused(owner, (errors.RestrictViolation, *alone)):
            attempt(owner, filled(statement, table))


def test_with_one_role_nothing_above_the_history_is_truncated(owner: Connection) -> None:
    for table in ("accounts_user", "benchmarks_benchmark", "benchmarks_progressupdate"):
        with refused(owner):
            attempt(owner, filled("TRUNCATE {t} CASCADE", table))


@pytest.mark.parametrize(
    "edit",
    [
        "text = 'Something else.'",
        "salt = repeat('0', 64)",
        "text = ''",
        "erased_at = now()",
        "text = '', salt = '', erased_at = now(), id = id + 1000",
    ],
)
def test_with_one_role_a_text_is_erased_whole_or_not_at_all(owner: Connection, edit: str) -> None:
    with refused(owner, errors.IntegrityError):
        attempt(owner, f"UPDATE benchmarks_protectedtext SET {edit}")


def test_with_one_role_an_erased_text_stays_erased(owner: Connection) -> None:
    edit = "UPDATE benchmarks_protectedtext SET "
    with owner.transaction(force_rollback=True):
        attempt(owner, edit + "text = '', salt = '', erased_at = now()")
        with refused(owner):
            attempt(owner, edit + "text = 'Back.', erased_at = NULL")


def test_with_one_role_forged_lines_are_refused_as_well(owner: Connection, ledger: Ledger) -> None:
    forger = Forger(owner, ledger)
    with refused(owner):
        forger.change(no=forger.head["no"] + 2)
    with refused(owner):
        forger.line(decided_by_id=ledger.alice.pk)
