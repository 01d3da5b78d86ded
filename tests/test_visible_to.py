"""What `visible_to` gives to whom: the one place where reading is decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import Role, User
from benchmarks import people, workflow
from benchmarks.models import (
    Benchmark,
    Change,
    Evidence,
    Letter,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProgressUpdate,
    StatusEvent,
)
from tests.make import (
    FIRST_DAY,
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_link,
    make_organisation,
    make_person,
    make_recommendation,
    make_update,
)

pytestmark = [pytest.mark.django_db, pytest.mark.promise("A2")]


def sees(user: User | AnonymousUser, row: models.Model) -> bool:
    seen: Any = type(row)._default_manager.all()
    return bool(seen.visible_to(user).filter(pk=row.pk).exists())


def who_sees(row: models.Model, *users: User) -> list[str]:
    return [user.name for user in users if sees(user, row)]


def draft(author: User, benchmark: Benchmark, **fields: Any) -> ProgressUpdate:
    given = {"happened_on": FIRST_DAY, "narrative": "Not finished."}
    return workflow.draft(ProgressUpdate(benchmark=benchmark, author=author, **given | fields))


def test_nobody_without_a_role_sees_anything(alice: User, rosa: User, charlie: User) -> None:
    letter, benchmark = make_letter(alice), make_benchmark(alice)
    person = make_person(alice, audience="public")
    event = make_event(alice)
    mention = people.mention(person, letter=letter, description="", by=alice)
    situation = PersonSituation.Situation.DETAINED
    line = people.record_situation(
        person, situation=situation, stated_as_of=FIRST_DAY, letter=letter, by=alice
    )
    recommendation = make_recommendation(alice, letter, benchmark)
    assessed = make_line(benchmark, alice, rosa, evidence=[make_link()])
    rows = [letter, benchmark, person, mention, line, event, event.series, recommendation, assessed]
    rows += [assessed.update, assessed.update.evidence.get(), assessed.change, make_organisation(alice)]
    for row in rows:
        assert sees(alice, row), row
        assert not sees(charlie, row), row
        assert not sees(AnonymousUser(), row), row


def test_whoever_loses_their_role_loses_their_own_things_too(alice: User) -> None:
    update = make_update(alice, make_benchmark(alice), audience="restricted", evidence=[make_link()])
    person = make_person(alice, audience="restricted")
    rows = [update, update.evidence.get(), person]
    assert all(sees(alice, row) for row in rows)
    for lost in ({"role": ""}, {"role": Role.ADMINISTRATOR, "is_active": False}):
        User.objects.filter(pk=alice.pk).update(**lost)
        alice.refresh_from_db()
        assert not any(sees(alice, row) for row in rows)


def test_draft_benchmarks_are_for_those_who_work_on_them(alice: User, victor: User, rosa: User) -> None:
    benchmark = make_benchmark(alice, lifecycle="draft")
    assert who_sees(benchmark, victor, alice, rosa) == ["Alice", "Rosa"]
    update = make_update(alice, benchmark, proposed_rating="met")
    line = workflow.approve(update, rosa, "Because.")
    assert line is not None
    update.refresh_from_db()
    for row in (line, update):
        assert who_sees(row, victor, alice, rosa) == ["Alice", "Rosa"]


def test_a_restricted_person_is_seen_by_who_added_them_and_by_readers(
    alice: User, abel: User, rosa: User, ada: User, victor: User
) -> None:
    person = make_person(alice, audience="restricted", readers=[victor])
    letter = make_letter(alice)
    mention = people.mention(person, letter=letter, description="", by=alice)
    situation = PersonSituation.Situation.DETAINED
    line = people.record_situation(
        person, situation=situation, stated_as_of=FIRST_DAY, letter=letter, by=alice
    )
    for row in (person, mention, line):
        assert who_sees(row, alice, abel, rosa, ada, victor) == ["Alice", "Victor"], row


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_other_persons_are_seen_by_every_reader(
    alice: User, abel: User, ada: User, victor: User, audience: str
) -> None:
    person = make_person(alice, audience=audience)
    assert who_sees(person, alice, abel, ada, victor) == ["Alice", "Abel", "Ada", "Victor"]


def test_a_restricted_update_is_seen_by_its_author_and_readers(
    alice: User, abel: User, rosa: User, omar: User, ada: User
) -> None:
    update = make_update(
        alice, make_benchmark(alice), audience="restricted", readers=[rosa], evidence=[make_link()]
    )
    for row in (update, update.evidence.get()):
        assert who_sees(row, alice, abel, rosa, omar, ada) == ["Alice", "Rosa"], row


def test_a_viewer_reads_updates_once_they_are_approved(
    alice: User, abel: User, rosa: User, victor: User
) -> None:
    benchmark = make_benchmark(alice)
    unfinished, waiting = draft(alice, benchmark), make_update(alice, benchmark)
    assert who_sees(unfinished, alice, abel, rosa, victor) == ["Alice"]
    assert who_sees(waiting, alice, abel, rosa, victor) == ["Alice", "Abel", "Rosa"]
    workflow.approve(waiting, rosa, "Good to know.")
    assert who_sees(waiting, alice, abel, rosa, victor) == ["Alice", "Abel", "Rosa", "Victor"]


def test_a_viewer_named_as_reader_waits_for_the_approval(alice: User, rosa: User, victor: User) -> None:
    update = make_update(alice, make_benchmark(alice), audience="restricted", readers=[rosa, victor])
    assert not sees(victor, update)
    workflow.approve(update, rosa, "Good to know.")
    assert sees(victor, update)


def test_restricted_evidence_may_hang_on_an_internal_update(
    alice: User, abel: User, rosa: User, ada: User
) -> None:
    pieces = [make_link(title="A statement"), make_link(title="A name", audience="restricted")]
    update = make_update(alice, make_benchmark(alice), evidence=pieces, readers=[rosa])
    shown, kept = update.evidence.order_by("pk")
    assert who_sees(update, alice, abel, rosa, ada) == ["Alice", "Abel", "Rosa", "Ada"]
    assert who_sees(shown, alice, abel, rosa, ada) == ["Alice", "Abel", "Rosa", "Ada"]
    assert who_sees(kept, alice, abel, rosa, ada) == ["Alice", "Rosa"]


def test_changes_of_restricted_things_are_as_restricted_as_the_things(
    alice: User, abel: User, rosa: User, ada: User
) -> None:
    benchmark = make_benchmark(alice)
    person = make_person(alice, audience="restricted", readers=[rosa])
    update = make_update(alice, benchmark, audience="restricted", readers=[rosa])
    for thing in (person, update):
        about = Change.objects.filter(object_type=thing._meta.label_lower, object_id=thing.pk)
        assert about.exists()
        for change in about:
            assert who_sees(change, alice, abel, rosa, ada) == ["Alice", "Rosa"], change
    defined = Change.objects.get(object_type="benchmarks.benchmark", object_id=benchmark.pk)
    assert who_sees(defined, alice, abel, rosa, ada) == ["Alice", "Abel", "Rosa", "Ada"]


def test_a_narrowed_queryset_stays_narrow(alice: User, victor: User) -> None:
    """`visible_to` filters what it is asked on, and never begins anew."""
    make_letter(alice, slug="other")
    wanted = make_letter(alice, slug="wanted")
    assert list(Letter.objects.filter(slug="wanted").visible_to(victor)) == [wanted]
    make_person(alice, slug="other")
    person = make_person(alice, slug="wanted", audience="restricted", readers=[victor])
    assert list(PersonOfConcern.objects.filter(slug="wanted").visible_to(victor)) == [person]


@pytest.mark.parametrize(
    "model", [Benchmark, Change, Evidence, PersonMention, PersonOfConcern, ProgressUpdate, StatusEvent]
)
def test_nobody_is_shown_a_row_twice(
    alice: User, rosa: User, victor: User, model: type[models.Model]
) -> None:
    readers = [rosa, victor, alice]
    benchmark = make_benchmark(alice)
    person = make_person(alice, audience="restricted", readers=readers)
    people.mention(person, letter=make_letter(alice), description="", by=alice)
    make_line(benchmark, alice, rosa, evidence=[make_link()], readers=readers)
    rows: Any = model._default_manager.all()
    keys = list(rows.visible_to(alice).values_list("pk", flat=True))
    assert keys
    assert len(keys) == len(set(keys))
