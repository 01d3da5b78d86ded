"""Lines written by hand as the runtime role: what two people did not decide does not come in.

A forged line is a copy of an honest one with one thing wrong; the honest copy would be accepted.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone
from psycopg import errors
from psycopg.types.json import Jsonb

from benchmarks.privileges import unchangeable_tables
from tests.forger import Forger, without_key
from tests.intruders import DENIED, Connection, as_intruder, attempt, filled, refused, unchanged_history
from tests.ledger import Ledger, committed

# The mark makes pytest-django prepare the database; the forgers do not use Django's connection.
pytestmark = [pytest.mark.promise("H1"), pytest.mark.django_db]

TABLES = unchangeable_tables()


@pytest.fixture(scope="module")
def ledger(django_db_setup: None, django_db_blocker: Any) -> Generator[Ledger]:
    with committed(django_db_blocker) as made:
        yield made


@pytest.fixture
def intruder(ledger: Ledger) -> Iterator[Connection]:
    with unchanged_history(), as_intruder() as opened:
        yield opened


@pytest.fixture
def forger(intruder: Connection, ledger: Ledger) -> Forger:
    return Forger(intruder, ledger)


class Undone(Exception):
    """Ends a transaction that must leave nothing."""


def test_what_is_forged_like_this_would_be_accepted_unaltered(forger: Forger) -> None:
    """Else the tests below would prove nothing: the honest line passes every check up to the commit."""
    with forger.connection.transaction(force_rollback=True):
        forger.line()
        forger.change()
        forger.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")


FORGED_CHANGES: dict[str, dict[str, Any]] = {
    "gap": {"no": +2},
    "number again": {"no": 0},
    "number before the first": {"no": -1000},
    "fork from the beginning": {"prev_hash": "0" * 64},
    "no predecessor": {"prev_hash": "e" * 64},
    "earlier": {"at": timezone.now() - timedelta(days=1)},
}


@pytest.mark.parametrize("forged", FORGED_CHANGES.values(), ids=FORGED_CHANGES)
def test_a_change_that_does_not_continue_the_chain_is_refused(forger: Forger, forged: dict[str, Any]) -> None:
    if "no" in forged:
        forged = {"no": forger.head["no"] + forged["no"]}
    with refused(forger.connection, errors.RestrictViolation):
        forger.change(**forged)


def test_a_change_that_forks_the_chain_is_refused(forger: Forger) -> None:
    with refused(forger.connection, errors.RestrictViolation):
        forger.change(prev_hash=forger.head["prev_hash"])


def test_a_change_with_the_hash_of_another_is_refused(forger: Forger) -> None:
    with refused(forger.connection, errors.UniqueViolation):
        forger.change(hash=forger.head["hash"])


def test_a_change_of_a_kind_that_nobody_knows_is_refused(forger: Forger) -> None:
    with refused(forger.connection, errors.CheckViolation):
        forger.change(kind="rewritten")


def test_a_shadow_of_the_chain_deceives_no_guard(forger: Forger) -> None:
    """A temporary table hides the real one from whoever does not fix the search path."""
    old = forger.row("benchmarks_change", "no = 5")
    with refused(forger.connection):
        forger.connection.execute(
            "CREATE TEMPORARY TABLE benchmarks_change AS SELECT * FROM public.benchmarks_change WHERE no <= 5"
        )
        forger.connection.execute("SET LOCAL search_path = pg_temp, public")
        forger.change(no=6, prev_hash=old["hash"])


def test_a_shadow_of_the_updates_deceives_no_guard(forger: Forger) -> None:
    """The approval is looked for among the real updates."""
    with refused(forger.connection, match="somebody else"):
        waiting = forger.update(state="submitted", reviewer_id=None, decided_at=None)
        forger.connection.execute(
            "CREATE TEMPORARY TABLE benchmarks_progressupdate AS "
            "SELECT * FROM public.benchmarks_progressupdate"
        )
        forger.connection.execute(
            "UPDATE pg_temp.benchmarks_progressupdate SET state = 'approved', reviewer_id = %s",
            [forger.ledger.line.decided_by_id],
        )
        forger.connection.execute("SET LOCAL search_path = pg_temp, public")
        forger.line(update_id=waiting)


@pytest.mark.parametrize(
    "table",
    [name for name in TABLES if name not in {"benchmarks_change", "benchmarks_protectedtext"}],
)
def test_a_row_for_an_old_change_or_one_still_far_is_refused(forger: Forger, table: str) -> None:
    for no in (1, forger.head["no"], forger.head["no"] + 2, 0, -1):
        with refused(forger.connection, errors.RestrictViolation, match="belongs to the change"):
            forger.copy(table, change_id=no)


def test_a_row_after_its_change_is_refused(forger: Forger) -> None:
    with refused(forger.connection, errors.RestrictViolation, match="belongs to the change"):
        forger.change()
        forger.line()


def test_a_row_without_its_change_is_refused_in_the_end(forger: Forger) -> None:
    with refused(forger.connection, errors.ForeignKeyViolation):
        forger.connection.execute("SET CONSTRAINTS ALL DEFERRED")
        forger.line()


def test_rows_copied_in_are_checked_as_well(intruder: Connection) -> None:
    for table in TABLES:
        with refused(intruder, errors.IntegrityError), intruder.cursor() as cursor:
            rows = cursor.execute(filled("SELECT * FROM {t}", table)).fetchall()
            with cursor.copy(filled("COPY {t} FROM STDIN", table)) as copy:
                for row in rows:
                    copy.write_row(
                        [Jsonb(value) if isinstance(value, list | dict) else value for value in row]
                    )


@pytest.mark.promise("H3")
def test_no_line_is_decided_by_the_author_of_its_update(forger: Forger) -> None:
    alice, rosa = forger.ledger.alice.pk, forger.ledger.rosa.pk
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(decided_by_id=alice)
    with refused(forger.connection, errors.CheckViolation):
        forger.update(author_id=rosa, reviewer_id=rosa)
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(decided_by_id=forger.ledger.omar.pk)


@pytest.mark.promise("H3")
@pytest.mark.parametrize("state", ["draft", "submitted", "changes_requested", "rejected", "withdrawn"])
def test_no_line_comes_of_an_update_that_is_not_approved(forger: Forger, state: str) -> None:
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(update_id=forger.update(state=state))


def test_no_line_comes_of_a_restricted_update_or_of_none(forger: Forger) -> None:
    restricted = {"proposed_rating": None, "proposed_position": None, "addressee_id": None}
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(update_id=forger.update(audience="restricted", **restricted))
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(update_id=10**9)
    with refused(forger.connection, (errors.CheckViolation, errors.RestrictViolation)):
        forger.line(audience="restricted")


def test_no_line_comes_twice_of_one_update(forger: Forger) -> None:
    with refused(forger.connection, errors.UniqueViolation):
        forger.line(update_id=forger.ledger.line.update_id)


@pytest.mark.parametrize(
    "forged",
    [
        {"audience": "public"},
        {"rating": "met"},
        {"rating": None},
        {"position": "rejected"},
        {"position": None, "addressee_id": None},
        {"effective_on": date(2014, 12, 31)},
        {"effective_on": date(2015, 1, 1), "effective_on_precision": "year"},
        {"kind": "withdrawal", "rating": None, "position": None, "addressee_id": None},
    ],
    ids=str,
)
def test_no_line_says_what_was_not_approved(forger: Forger, forged: dict[str, Any]) -> None:
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(**forged)


def test_no_line_is_of_another_benchmark_than_its_update(forger: Forger) -> None:
    other = forger.ledger.other
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(benchmark_id=other.pk, criterion_id=other.criterion_id)
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(criterion_id=other.criterion_id)


def voiding(forger: Forger, voided: int, kind: str = "correction", **forged: Any) -> None:
    approved = forger.update(kind=kind, voids_id=voided)
    forger.line(update_id=approved, kind=kind, voids_id=voided, **forged)


def test_no_line_voids_what_is_not_its_to_void(forger: Forger) -> None:
    for voided in (forger.ledger.elsewhere, forger.ledger.withdrawal):
        with refused(forger.connection, errors.RestrictViolation, match="voids an earlier"):
            voiding(forger, voided.pk)
    with refused(forger.connection, errors.UniqueViolation):
        voiding(forger, forger.ledger.corrected.pk)


def test_no_line_voids_itself_or_one_that_is_still_to_come(forger: Forger) -> None:
    """Such a line would be void from its birth, or void another before anybody read it."""
    for ahead in (0, 1):
        own = 10**6
        with refused(forger.connection, errors.RestrictViolation, match="voids an earlier"):
            voiding(forger, own + ahead, id=own)


def test_no_line_voids_what_its_update_does_not_void(forger: Forger) -> None:
    with refused(forger.connection, errors.RestrictViolation):
        forger.line(kind="correction", voids_id=forger.ledger.line.pk)


def test_no_line_is_effective_after_it_was_recorded(forger: Forger) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with refused(forger.connection, errors.CheckViolation):
        forger.line(update_id=forger.update(happened_on=tomorrow), effective_on=tomorrow)


def test_no_situation_corrects_that_of_another_person_or_itself(forger: Forger) -> None:
    situation = forger.ledger.situation
    with refused(forger.connection, errors.RestrictViolation, match="same person"):
        forger.copy("benchmarks_personsituation", id=10**6, corrects_id=10**6)
    with refused(forger.connection, errors.RestrictViolation, match="same person"):
        person = without_key(forger.row("benchmarks_personofconcern", "id = %s", situation.person_id))
        other = forger.insert("benchmarks_personofconcern", person | {"slug": "somebody-else"})
        forger.copy("benchmarks_personsituation", person_id=other, corrects_id=situation.pk)


@pytest.mark.parametrize(
    "erasure",
    [
        "UPDATE benchmarks_protectedtext SET text = '', salt = '', erased_at = now()",
        "UPDATE benchmarks_protectedtext SET text = 'Something else.'",
        "UPDATE benchmarks_protectedtext SET erased_at = NULL",
    ],
)
def test_no_text_is_erased_or_edited(intruder: Connection, erasure: str) -> None:
    with refused(intruder, DENIED):
        attempt(intruder, erasure)


def test_an_old_snapshot_opens_no_way_into_an_old_change(ledger: Ledger) -> None:
    """Whoever began before others wrote sees an old end of the chain, and cannot write there."""
    with as_intruder() as stale:
        stale.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for write in (Forger.change, Forger.line):
            with refused(stale, errors.IntegrityError):
                forger = Forger(stale, ledger)  # it reads the end of the chain, and this snapshot stays
                with as_intruder() as other:
                    Forger(other, ledger).change(hash=secrets.token_hex(32))
                write(forger)
                stale.execute("SET CONSTRAINTS ALL IMMEDIATE")
