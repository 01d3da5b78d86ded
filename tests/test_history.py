"""Every edit that the owner of the tables could make is found, and named.

The owner's edits happen inside one transaction that never ends, without the foreign keys and checks that an
owner can drop: what remains to find them is `verify_history`.
"""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import models

from benchmarks import history, verify
from benchmarks.models import (
    AppendOnly,
    Change,
    CriterionVersion,
    ProtectedText,
    StatusEvent,
)
from tests.ledger import Ledger
from tests.owner_edits import Edit, run

pytestmark = [pytest.mark.promise("H1"), pytest.mark.django_db]

ROWS = history.append_only_models()
MODELS: list[type[models.Model]] = [Change, ProtectedText, *ROWS]
TABLES = {model._meta.db_table: model for model in MODELS}


def first(model: type[models.Model]) -> Any:
    """The row that is edited: where there is a choice, one that others do not refer to alone."""
    return model._base_manager.order_by("pk").first()


def named(row: Any) -> str:
    """How a finding names this row."""
    if isinstance(row, Change):
        return f"change {row.no}"
    return (
        f"protected text {row.pk}" if isinstance(row, ProtectedText) else f"{row._meta.label_lower} {row.pk}"
    )


def names(findings: list[str], name: str) -> bool:
    """True if one of the findings names this row, and not only one whose key begins alike."""
    return any(re.search(rf"\b{re.escape(name)}\b", finding) for finding in findings)


def another(field: models.Field[Any, Any], value: Any) -> Any:
    """A value that this column does not hold here, as SQL takes it."""
    if field.choices:
        return next(choice for choice, _label in field.flatchoices if choice != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or datetime.fromisoformat("2020-01-01T00:00:00Z")) + timedelta(microseconds=1)
    if isinstance(field, models.DateField):
        return (value or date(2020, 1, 1)) + timedelta(days=1)
    if isinstance(field, models.JSONField):
        return '[["benchmarks.statusevent", 1, "00"]]'
    if isinstance(field, models.CharField | models.TextField):
        return secrets.token_hex(32) if len(value or "") == 64 else f"{value or ''}x"
    return (value or 0) + 1000


COLUMNS = [
    pytest.param(model, field, id=f"{table}-{field.column}")
    for table, model in TABLES.items()
    for field in model._meta.concrete_fields
]


def test_a_history_that_nobody_touched_verifies(ledger: Ledger) -> None:
    assert list(verify.findings(verify.Checkpoint.take())) == []


@pytest.mark.parametrize(("model", "field"), COLUMNS)
def test_no_column_of_a_line_is_edited_unnoticed(
    edited: Edit, model: type[models.Model], field: models.Field[Any, Any]
) -> None:
    row = first(model)
    run(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
    run(
        f"UPDATE {model._meta.db_table} SET {field.column} = %s WHERE {model._meta.pk.column} = %s",
        another(field, getattr(row, field.attname)),
        row.pk,
    )
    findings = edited()
    assert names(findings, named(row)), findings


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)
def test_no_line_is_missing_unnoticed(edited: Edit, model: type[models.Model]) -> None:
    row = first(model)
    findings = edited(f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} = {row.pk}")
    if isinstance(row, ProtectedText):
        version = named(first(CriterionVersion))
        assert findings == [f"the text of {version} ({named(row)}) is missing"]
    else:
        assert names([finding for finding in findings if "missing" in finding], named(row)), findings


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model._meta.db_table)
@pytest.mark.parametrize("change", ["change_id", "change_id + 1", "1000"])
def test_no_line_is_added_unnoticed(edited: Edit, model: type[AppendOnly], change: str) -> None:
    row = first(model)
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    copied = ", ".join(change if column == "change_id" else column for column in columns)
    findings = edited(
        f"INSERT INTO {model._meta.db_table} (id, {', '.join(columns)}) "
        f"SELECT id + 1000, {copied} FROM {model._meta.db_table} WHERE id = {row.pk}"
    )
    assert names(findings, f"{model._meta.label_lower} {row.pk + 1000}"), findings


COPIED = (
    "INSERT INTO benchmarks_change SELECT {no}, version, at, kind, object_type, object_id, audience, quiet, "
    "rows, {prev}, repeat('f', 64), actor_id FROM benchmarks_change WHERE no = {of}"
)


def test_no_change_is_added_unnoticed(edited: Edit, ledger: Ledger) -> None:
    head = last().no
    findings = edited(
        COPIED.format(no=head + 1, prev="hash", of=head),
        COPIED.format(no=0, prev="repeat('0', 64)", of=1),
    )
    assert f"change {head + 1} was edited: it does not match its hash" in findings
    assert "change 0 stands before the first one" in findings


def test_no_text_is_added_unnoticed(edited: Edit) -> None:
    findings = edited(
        "INSERT INTO benchmarks_protectedtext (id, salt, text) VALUES (1000, '', 'Said nobody.')"
    )
    assert findings == ["protected text 1000 belongs to no line of history"]


def last() -> Change:
    head = Change.objects.head()
    assert head is not None
    return head


def test_a_changed_order_is_found(edited: Edit) -> None:
    findings = edited(
        "UPDATE benchmarks_change SET no = CASE no WHEN 3 THEN -4 WHEN 4 THEN -3 END WHERE no IN (3, 4)",
        "UPDATE benchmarks_change SET no = -no WHERE no < 0",
        *(
            f"UPDATE {model._meta.db_table} SET change_id = 7 - change_id WHERE change_id IN (3, 4)"
            for model in ROWS
        ),
    )
    for no in (3, 4):
        assert f"change {no} was edited: it does not match its hash" in findings
    assert any(finding.startswith("change 3 does not follow the one before it") for finding in findings)


def test_changed_numbers_are_found(edited: Edit) -> None:
    findings = edited(
        "UPDATE benchmarks_change SET no = -no",
        "UPDATE benchmarks_change SET no = 1 - no",
        *(f"UPDATE {model._meta.db_table} SET change_id = change_id + 1" for model in ROWS),
    )
    assert "change 1 is missing" in findings
    assert "change 2 was edited: it does not match its hash" in findings


def test_a_change_taken_out_of_the_middle_is_found(edited: Edit) -> None:
    findings = edited("DELETE FROM benchmarks_change WHERE no BETWEEN 5 AND 7")
    assert "change 5 to 7 is missing" in findings
    assert any(finding.startswith("change 8 does not follow") for finding in findings)


def test_rows_taken_off_or_put_on_the_list_of_a_change_are_found(edited: Edit, ledger: Ledger) -> None:
    no, label = ledger.line.change_id, f"benchmarks.statusevent {ledger.line.pk}"
    taken = edited(f"UPDATE benchmarks_change SET rows = '[]' WHERE no = {no}")
    assert f"change {no} was edited: it does not match its hash" in taken
    assert f"{label} says that change {no} made it, which that change does not list" in taken
    spoilt = edited(f"UPDATE benchmarks_change SET rows = '{{\"a\": 1}}' WHERE no = {no}")
    assert f"change {no} was edited: its list of rows is not one" in spoilt


def rewrite(change: Change) -> None:
    """Give a change the hashes that fit what its rows say now."""
    change.rows = [
        [label, pk, history.row_hash(model_of(label)._base_manager.get(pk=pk), change.version)]
        for label, pk, _digest in change.rows
    ]
    change.hash = history.chain_hash(change)
    models.QuerySet(Change).filter(no=change.no).update(
        rows=change.rows, hash=change.hash, prev_hash=change.prev_hash
    )


def model_of(label: str) -> type[AppendOnly]:
    return next(model for model in ROWS if model._meta.label_lower == label)


def rate_it_met(line: StatusEvent) -> None:
    """The owner's wish: a better rating, also where it was proposed and where it is derived."""
    for table in ("benchmarks_statusevent", "benchmarks_change", "benchmarks_progressupdate"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    run(f"UPDATE benchmarks_progressupdate SET proposed_rating = 'met' WHERE id = {line.update_id}")
    run("ALTER TABLE benchmarks_progressupdate ENABLE TRIGGER USER")
    run(f"UPDATE benchmarks_statusevent SET rating = 'met' WHERE id = {line.pk}")
    run(f"UPDATE benchmarks_benchmark SET rating = 'met' WHERE id = {line.benchmark_id}")


def test_one_line_rewritten_with_hashes_that_fit_is_found(edited: Edit, ledger: Ledger) -> None:
    rate_it_met(ledger.line)
    rewrite(Change.objects.get(no=ledger.line.change_id))
    (finding,) = edited()
    assert finding.startswith(f"change {ledger.line.change_id + 1} does not follow the one before it")


def test_a_whole_history_written_anew_is_found_with_a_checkpoint_alone(edited: Edit, ledger: Ledger) -> None:
    kept = verify.Checkpoint.take()
    rate_it_met(ledger.line)
    previous = history.BEGINNING
    for change in Change.objects.order_by("no"):
        change.prev_hash = previous
        rewrite(change)
        previous = change.hash
    assert edited() == []
    assert kept is not None
    assert edited(checkpoint=kept) == [
        f"change {kept.no} is not the one of the checkpoint: the history was written anew"
    ]


def test_a_cut_tail_is_found_with_a_checkpoint_alone(edited: Edit, ledger: Ledger) -> None:
    """Without one, what is left is sound: nobody can tell that there was more."""
    kept = verify.Checkpoint.take()
    assert kept is not None
    cut, other, erased = ledger.elsewhere.change_id, ledger.other.pk, ledger.withdrawal.reason
    run("ALTER TABLE benchmarks_protectedtext DISABLE TRIGGER USER")
    # The change that erased this text is cut off too.
    edit = "UPDATE benchmarks_protectedtext SET erased_at = NULL, text = %s, salt = %s WHERE id = %s"
    run(edit, erased.text, erased.salt, erased.pk)
    edited(
        *(f"DELETE FROM {model._meta.db_table} WHERE change_id >= {cut}" for model in ROWS),
        f"DELETE FROM benchmarks_change WHERE no >= {cut}",
        f"UPDATE benchmarks_benchmark SET rating = 'unassessed', rated_on = NULL WHERE id = {other}",
    )
    held = ", ".join(str(pk) for pk in verify._held_texts())
    assert edited(f"DELETE FROM benchmarks_protectedtext WHERE id NOT IN ({held})") == []
    assert edited(checkpoint=kept) == [
        f"change {kept.no}, the head of the checkpoint, is missing: the tail of the history was cut"
    ]


def test_an_edited_text_is_found(edited: Edit, ledger: Ledger) -> None:
    text = ledger.line.reason_id
    expected = (
        f"the reason of benchmarks.statusevent {ledger.line.pk} (protected text {text}) was edited: "
        "it does not match what the line committed to"
    )
    where = f"WHERE id = {text}"
    assert edited(f"UPDATE benchmarks_protectedtext SET text = 'Otherwise.' {where}") == [expected]
    assert edited(f"UPDATE benchmarks_protectedtext SET salt = 'no number' {where}") == [expected]


def test_an_erasure_that_nobody_recorded_is_found(edited: Edit, ledger: Ledger) -> None:
    text = ledger.line.reason_id
    emptied = "UPDATE benchmarks_protectedtext SET text = '', salt = '', erased_at = now() WHERE id = "
    assert edited(f"{emptied}{text}") == [f"protected text {text} was erased, and no change says by whom"]


@pytest.mark.parametrize(
    ("edit", "finding"),
    [
        ("erased_at = NULL, text = 'Back.'", "is there, though a change says that it was erased"),
        ("text = 'Back.'", "says something, though it was erased"),
        (
            "erased_at = erased_at - interval '1 day'",
            "was erased at another moment than the change that erased it",
        ),
    ],
)
def test_an_erasure_undone_is_found(edited: Edit, ledger: Ledger, edit: str, finding: str) -> None:
    text = ledger.withdrawal.reason_id
    findings = edited(f"UPDATE benchmarks_protectedtext SET {edit} WHERE id = {text}")
    assert f"protected text {text} {finding}" in findings
