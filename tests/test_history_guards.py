"""What keeps history from being rewritten, and what follows from it: a wrong guard or fold is found."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from benchmarks import guarding, verify
from benchmarks.privileges import unchangeable_tables
from tests.ledger import Ledger
from tests.owner_edits import Edit, drop_constraints, run

pytestmark = [pytest.mark.promise("H1"), pytest.mark.django_db]


@pytest.mark.promise("H2")
@pytest.mark.parametrize(
    ("edit", "column"),
    [
        ("rating = 'met'", "rating"),
        ("rated_on = '2015-01-02'", "rated_on"),
        ("rated_on_precision = 'year'", "rated_on_precision"),
        ("position = 'rejected'", "position"),
        ("criterion_id = NULL", "criterion_id"),
    ],
)
def test_a_derived_field_that_is_not_the_fold_is_found(
    edited: Edit, ledger: Ledger, edit: str, column: str
) -> None:
    """The application has the privilege to write these fields: here it takes no owner."""
    findings = edited(f"UPDATE benchmarks_benchmark SET {edit} WHERE id = {ledger.benchmark.pk}")
    (finding,) = findings
    assert finding.startswith(f"benchmark {ledger.benchmark.code} (key {ledger.benchmark.pk}) has {column} ")


def triggers_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY 1",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize("table", unchangeable_tables())
def test_each_trigger_is_missed(ledger: Ledger, table: str, subtests: pytest.Subtests) -> None:
    names = triggers_of(table)
    assert len(names) >= 2
    edits = {
        "DROP TRIGGER {name} ON {table}": "is missing",
        "ALTER TABLE {table} DISABLE TRIGGER {name}": "is switched off",
        "ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}": "is switched off",
        "CREATE OR REPLACE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW WHEN (false) "
        "EXECUTE FUNCTION benchmarks_refuse_rewrite()": "is not the one we made",
    }
    for name in names:
        for edit, finding in edits.items():
            with subtests.test(f"{name} {finding}"), transaction.atomic():
                run(edit.format(name=name, table=table))
                assert list(verify.findings()) == [f"the trigger {name} on {table} {finding}"]
                transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(guarding.FUNCTIONS))
def test_a_guard_that_does_nothing_is_found(edited: Edit, name: str) -> None:
    harmless = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    findings = edited(f"CREATE OR REPLACE FUNCTION {name}() {harmless}")
    assert findings == [f"the function {name}, which triggers call, is not the one we made"]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "CREATE TRIGGER zz BEFORE INSERT ON benchmarks_statusevent EXECUTE FUNCTION harmless()",
            "the trigger zz on benchmarks_statusevent is none of ours",
        ),
        (
            "CREATE RULE quiet AS ON INSERT TO benchmarks_statusevent DO ALSO NOTHING",
            "the rule quiet on benchmarks_statusevent is none of ours",
        ),
        (
            "GRANT UPDATE ON benchmarks_change TO PUBLIC",
            "everybody has the privilege UPDATE on benchmarks_change, which only its owner may have",
        ),
        (
            "GRANT UPDATE (rating) ON benchmarks_statusevent TO PUBLIC",
            "everybody has the privilege UPDATE on benchmarks_statusevent, which only its owner may have",
        ),
    ],
)
def test_what_would_let_history_be_rewritten_is_found(edited: Edit, statement: str, finding: str) -> None:
    run("CREATE FUNCTION harmless() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    assert edited(statement) == [finding]


def test_an_overload_does_not_hide_a_guard_that_was_replaced(edited: Edit) -> None:
    edited(
        "CREATE FUNCTION benchmarks_refuse_rewrite(why text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    )
    findings = edited(
        "CREATE OR REPLACE FUNCTION benchmarks_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NEW; END'"
    )
    assert findings == ["the function benchmarks_refuse_rewrite, which triggers call, is not the one we made"]


SECOND_PERSON = "status event {line} was not approved by a second person: update {update}"
SAYS_OTHERWISE = "status event {line} does not say what update {update}, which it came of, says"


@pytest.mark.promise("H3")
@pytest.mark.parametrize(
    ("edit", "finding"),
    [
        ("author_id = reviewer_id", SECOND_PERSON),
        ("state = 'submitted'", SECOND_PERSON),
        ("proposed_rating = 'met'", SAYS_OTHERWISE),
        ("proposed_position = 'rejected'", SAYS_OTHERWISE),
        ("happened_on = '2001-01-01'", SAYS_OTHERWISE),
        ("criterion_id = (SELECT min(id) FROM benchmarks_criterionversion)", SAYS_OTHERWISE),
    ],
)
def test_an_update_edited_after_its_approval_is_found(
    edited: Edit, ledger: Ledger, edit: str, finding: str
) -> None:
    run("ALTER TABLE benchmarks_progressupdate DISABLE TRIGGER USER")
    drop_constraints()
    run(f"UPDATE benchmarks_progressupdate SET {edit} WHERE id = %s", ledger.line.update_id)
    run("ALTER TABLE benchmarks_progressupdate ENABLE TRIGGER USER")
    expected = finding.format(line=ledger.line.pk, update=ledger.line.update_id)
    assert expected in list(verify.findings())


def test_a_guard_with_another_search_path_is_found(edited: Edit) -> None:
    findings = edited("ALTER FUNCTION benchmarks_check_continues_chain() SET search_path = pg_temp, public")
    assert len(findings) == 1


def test_every_table_is_guarded_by_functions_known_by_what_they_do(ledger: Ledger) -> None:
    called = {trigger.calls for _model, trigger in guarding.guards()}
    assert called == set(guarding.FUNCTIONS)
    guarded = {model._meta.db_table for model, _trigger in guarding.guards()}
    assert guarded == {*unchangeable_tables(), "benchmarks_progressupdate", "benchmarks_evidence"}
