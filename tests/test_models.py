"""What the database itself forbids, and what Python refuses before it is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from accounts.models import User
from benchmarks import history, lifecycle, verify
from benchmarks.models import (
    AgendaItem,
    Benchmark,
    Change,
    Event,
    Evidence,
    Letter,
    LetterParty,
    LetterReference,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProgressUpdate,
    ProtectedText,
    Recommendation,
    StatusEvent,
)
from benchmarks.models.ground import AppendOnly, AppendOnlyError
from benchmarks.privileges import unchangeable_tables
from tests.ledger import Ledger, make_ledger
from tests.make import make_benchmark, make_event, make_letter, make_person, make_update

ROWS = history.append_only_models()
UNCHANGEABLE: list[type[models.Model]] = [Change, ProtectedText, *ROWS]


@pytest.fixture
def ledger(db: None) -> Ledger:
    return make_ledger()


# Append-only, in Python ------------------------------


@pytest.mark.promise("H1")
@pytest.mark.parametrize("model", UNCHANGEABLE, ids=lambda model: model.__name__)
def test_a_line_is_neither_saved_again_nor_deleted(ledger: Ledger, model: type[models.Model]) -> None:
    row = model._default_manager.first()
    assert row is not None
    for refused in (row.save, row.delete):
        with pytest.raises(AppendOnlyError):
            refused()


@pytest.mark.promise("H1")
@pytest.mark.parametrize("model", UNCHANGEABLE, ids=lambda model: model.__name__)
def test_lines_are_not_changed_in_bulk(ledger: Ledger, model: type[models.Model]) -> None:
    rows: Any = model._default_manager.all()
    some, key = list(rows), model._meta.pk.name
    for refused in (
        rows.delete,
        lambda: rows.update(**{key: 1}),
        lambda: rows.bulk_update(some, [next(f.name for f in model._meta.fields if not f.primary_key)]),
        lambda: rows.bulk_create(some, update_conflicts=True, update_fields=[key], unique_fields=[key]),
        lambda: rows.bulk_create(some),
    ):
        with pytest.raises(AppendOnlyError):
            refused()


@pytest.mark.promise("H1")
def test_a_line_with_the_key_of_another_does_not_replace_it(ledger: Ledger) -> None:
    """Django would first try to update the row of that key."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Change(no=1, at=datetime.now(UTC), kind="theme_added", object_type="x", object_id=1).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProtectedText(pk=ledger.line.reason_id, text="Otherwise.", salt="").save()


@pytest.mark.promise("H1")
def test_what_history_refers_to_is_not_deleted(ledger: Ledger) -> None:
    for thing in (ledger.benchmark, ledger.alice, ledger.line.update, ledger.council):
        with pytest.raises(models.ProtectedError):
            thing.delete()


# What the chain covers ------------------------------


@pytest.mark.promise("H1")
@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_the_chain_covers_every_column(model: type[AppendOnly]) -> None:
    newest = max(model.hashed)
    assert newest == history.VERSION
    assert sorted(model.hashed[newest]) == sorted(field.attname for field in model._meta.concrete_fields)


@pytest.mark.promise("H1")
@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_every_protected_text_is_committed_to(model: type[AppendOnly]) -> None:
    texts = {field.name for field in model._meta.fields if field.related_model is ProtectedText}
    assert texts == set(model.protected)
    assert {f"{name}_commitment" for name in texts} <= {field.name for field in model._meta.fields}


@pytest.mark.promise("H1")
def test_the_migration_revokes_from_every_unchangeable_table() -> None:
    tables = import_module("benchmarks.migrations.0003_revoke_rewriting").TABLES
    assert sorted(tables) == unchangeable_tables()


AT = datetime(2020, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


def golden_line() -> StatusEvent:
    return StatusEvent(
        id=7,
        benchmark_id=3,
        change_id=11,
        kind="correction",
        voids_id=5,
        rating="met",
        position="accepted_in_part",
        addressee_id=2,
        effective_on=date(2019, 6, 1),
        effective_on_precision="month",
        recorded_at=AT,
        reason_id=13,
        reason_commitment="c" * 64,
        audience="public",
        update_id=17,
        criterion_id=19,
        decided_by_id=23,
        quiet=False,
    )


def golden_change() -> Change:
    return Change(
        no=11,
        version=1,
        at=AT,
        actor_id=23,
        kind="update_approved",
        object_type="benchmarks.progressupdate",
        object_id=17,
        audience="public",
        quiet=False,
        rows=[["benchmarks.statusevent", 7, "d" * 64]],
        prev_hash="e" * 64,
    )


@pytest.mark.promise("H1")
def test_the_first_version_of_the_canonical_form_never_changes() -> None:
    """Histories are kept that were written in it: a new form is a new version."""
    assert (
        history.row_hash(golden_line(), 1)
        == "738d872fae3bbcca355b683bc8ad38b7ef8fd751b8553fbe3be51d0a9791df82"
    )
    assert (
        history.chain_hash(golden_change())
        == "fa50e1e1ee6fe8d9299698ea93d3db772ed4cffb20dfe76dacf5bab9f9867aed"
    )


@pytest.mark.promise("H1")
@pytest.mark.parametrize(
    "field", [field for field in Change._meta.concrete_fields if field.name != "hash"], ids=lambda f: f.name
)
def test_the_hash_of_a_change_covers_each_of_its_columns(field: models.Field[Any, Any]) -> None:
    change, other = golden_change(), golden_change()
    values: dict[str, Any] = {"at": datetime(2020, 1, 2, tzinfo=UTC), "rows": [], "prev_hash": "f" * 64}
    value = values.get(field.attname)
    if value is None:
        old = getattr(change, field.attname)
        value = f"{old}x" if isinstance(old, str) else int(old) + 1
    setattr(other, field.attname, bool(value) if field.name == "quiet" else value)
    assert history.chain_hash(other) != history.chain_hash(change)


@pytest.mark.promise("H1")
def test_what_is_hashed_is_what_the_database_holds(ledger: Ledger) -> None:
    """A caller may pass a moment, or text, where a day belongs."""
    moments: list[Any] = [datetime(2020, 2, 3, 4, 5, tzinfo=UTC), "2020-02-03"]
    for day in moments:
        lifecycle.revise_criterion(
            ledger.other, text="Otherwise.", effective_on=day, reason="Why not.", by=ledger.rosa
        )
    assert list(verify.findings()) == []


@pytest.mark.promise("H1")
def test_a_change_is_recorded_inside_a_transaction_alone(ledger: Ledger) -> None:
    connection.in_atomic_block = False
    try:
        with pytest.raises(transaction.TransactionManagementError):
            history.record(Change.Kind.THEME_ADDED, ledger.benchmark, by=ledger.alice)
    finally:
        connection.in_atomic_block = True


# Constraints ------------------------------


def refused(work: Callable[[], Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        work()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"lifecycle": "active", "criterion": None}, "active_has_a_criterion"),
        ({"lifecycle": "draft", "published": True}, "draft_is_not_published"),
        ({"review_interval_days": 0}, "interval_is_positive"),
        ({"rating": "met"}, "rated_on_a_day"),
        ({"rated_on": date(2020, 1, 1)}, "rated_on_a_day"),
        ({"rating": "excellent", "rated_on": date(2020, 1, 1)}, "rating_is_known"),
        ({"position": "undecided"}, "position_is_known"),
        ({"measure": "guess"}, "measure_is_known"),
        (
            {"rating": "met", "rated_on": date(2020, 1, 2), "rated_on_precision": "month"},
            "rated_on_precision",
        ),
    ],
)
def test_a_benchmark_contradicts_itself_in_nothing(
    alice: User, fields: dict[str, Any], constraint: str
) -> None:
    benchmark = make_benchmark(alice)
    refused(lambda: Benchmark.objects.filter(pk=benchmark.pk).update(**fields), constraint)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"proposed_rating": "unassessed"}, "update_rating"),
        ({"proposed_position": "noted"}, "position_is_somebodys"),
        ({"state": "approved"}, "decision_is_somebodys"),
        ({"state": "lost"}, "state_is_known"),
        ({"kind": "correction", "proposed_rating": "met"}, "voids_fits_kind"),
        ({"audience": "restricted", "proposed_rating": "met"}, "restricted_proposes_nothing"),
        ({"happened_on": date(2020, 2, 1), "happened_on_precision": "year"}, "happened_on_precision"),
    ],
)
def test_an_update_contradicts_itself_in_nothing(
    alice: User, fields: dict[str, Any], constraint: str
) -> None:
    update = make_update(alice, make_benchmark(alice))
    refused(lambda: ProgressUpdate.objects.filter(pk=update.pk).update(**fields), constraint)


@pytest.mark.promise("H3")
def test_nobody_is_author_and_reviewer_of_one_update(rosa: User) -> None:
    update = make_update(rosa, make_benchmark(rosa))
    refused(lambda: ProgressUpdate.objects.filter(pk=update.pk).update(reviewer=rosa), "author_never_decides")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "link", "url": ""},
        {"kind": "file", "url": "https://example.org/"},
        {"kind": "letter"},
        {"kind": "rumour"},
    ],
)
def test_evidence_is_what_its_kind_says(alice: User, fields: dict[str, Any]) -> None:
    update = make_update(alice, make_benchmark(alice))
    refused(lambda: Evidence.objects.create(update=update, title="Evidence", **fields), "benchmarks_evidence")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"ends_on": date(2019, 1, 1), "starts_on": date(2019, 1, 2)}, "ends_after_it_starts"),
        ({"starts_on": None, "starts_at": "09:00"}, "hour_needs_a_day"),
        ({"certainty": "probable"}, "certainty_is_known"),
        ({"state": "forgotten"}, "state_is_known"),
        ({"starts_on": date(2019, 1, 2), "starts_on_precision": "month"}, "starts_on_precision"),
    ],
)
def test_an_event_contradicts_itself_in_nothing(alice: User, fields: dict[str, Any], constraint: str) -> None:
    event = make_event(alice)
    refused(lambda: Event.objects.filter(pk=event.pk).update(**fields), constraint)


def test_a_benchmark_stands_on_an_agenda_once(alice: User) -> None:
    event, benchmark = make_event(alice), make_benchmark(alice)
    AgendaItem.objects.create(event=event, benchmark=benchmark)
    refused(lambda: AgendaItem.objects.create(event=event, benchmark=benchmark), "agendaitem_once")


def test_a_letter_has_text_or_says_that_it_has_none(alice: User) -> None:
    letter = make_letter(alice)
    letters = Letter.objects.filter(pk=letter.pk)
    refused(lambda: letters.update(text_kind="full"), "text_is_held_or_not")
    refused(lambda: letters.update(text="Dear all"), "text_is_held_or_not")


def test_a_party_names_somebody_in_a_place_of_its_own(alice: User) -> None:
    letter = make_letter(alice)
    refused(lambda: LetterParty.objects.create(letter=letter, role="author"), "names_somebody")
    LetterParty.objects.create(letter=letter, role="author", office="The office")
    refused(lambda: LetterParty.objects.create(letter=letter, role="author", office="Another"), "order")


def test_a_letter_does_not_refer_to_itself(alice: User) -> None:
    letter = make_letter(alice)
    refused(
        lambda: LetterReference.objects.create(from_letter=letter, to_letter=letter, kind="cites"),
        "not_to_itself",
    )


def test_the_numbers_of_a_letters_asks_differ_and_are_there(alice: User) -> None:
    letter = make_letter(alice)
    Recommendation.objects.create(letter=letter, number="1", text="Do it.")
    refused(lambda: Recommendation.objects.create(letter=letter, number="1", text="Do it."), "number")
    refused(lambda: Recommendation.objects.create(letter=letter, number="", text="Do it."), "has_a_number")


def test_a_person_is_mentioned_in_one_place_at_a_time_and_there_once(alice: User) -> None:
    person, letter = make_person(alice), make_letter(alice)
    refused(lambda: PersonMention.objects.create(person=person), "in_one_place")
    PersonMention.objects.create(person=person, letter=letter)
    refused(lambda: PersonMention.objects.create(person=person, letter=letter), "personmention_once")


def test_a_name_in_another_script_says_in_which_language(alice: User) -> None:
    person = make_person(alice)
    refused(
        lambda: PersonOfConcern.objects.filter(pk=person.pk).update(native_name="བོད"),
        "native_name_has_a_language",
    )


def test_a_person_is_in_a_situation_that_is_known_to_the_scale(ledger: Ledger) -> None:
    line = PersonSituation(
        person_id=ledger.situation.person_id,
        situation="somewhere",
        stated_as_of=date(2018, 1, 1),
        source_url=ProtectedText.of("https://example.org/"),
        recorded_by=ledger.alice,
    )
    with pytest.raises(IntegrityError, match="situation_is_known"), transaction.atomic():
        history.record(Change.Kind.SITUATION_RECORDED, ledger.situation.person, by=ledger.alice, rows=[line])
