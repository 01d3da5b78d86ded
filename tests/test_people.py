"""Persons of concern: who named them, and what sources state of their situation."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from benchmarks import people, verify
from benchmarks.models import (
    Audience,
    Change,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProtectedText,
)
from tests.make import make_letter, make_person

Situation = PersonSituation.Situation
SOURCE = "https://example.org/source"


def situated(
    person: PersonOfConcern, by: User, situation: Situation, on: date, **fields: Any
) -> PersonSituation:
    given = {"source_url": SOURCE} | fields
    return people.record_situation(person, situation=situation, stated_as_of=on, by=by, **given)


def standing(person: PersonOfConcern, day: date | None = None, known: datetime | None = None) -> Any:
    return PersonOfConcern.objects.with_situation(day, known).get(pk=person.pk)


def newest_change() -> Change:
    head = Change.objects.head()
    assert head is not None
    return head


def test_a_bare_name_proves_nothing(alice: User) -> None:
    found = standing(make_person(alice))
    assert (found.situation, found.situation_as_of) == ("unknown", None)


def test_release_and_detention_anew_are_two_lines(alice: User) -> None:
    person = make_person(alice)
    for situation, year in ((Situation.IMPRISONED, 2015), (Situation.FREE, 2018), (Situation.DETAINED, 2020)):
        situated(person, alice, situation, date(year, 1, 1))
    assert standing(person).situation == "detained"
    assert standing(person, date(2019, 1, 1)).situation == "free"
    assert standing(person, date(2014, 12, 31)).situation == "unknown"
    assert person.situations.count() == 3
    assert list(verify.findings()) == []


def test_an_older_statement_recorded_later_changes_the_past_alone(alice: User) -> None:
    person = make_person(alice)
    situated(person, alice, Situation.FREE, date(2018, 1, 1))
    situated(person, alice, Situation.IMPRISONED, date(2015, 1, 1))
    assert standing(person).situation == "free"


def test_a_corrected_line_no_longer_stands_but_is_known_to_have_stood(alice: User) -> None:
    person = make_person(alice)
    wrong = situated(person, alice, Situation.DECEASED, date(2018, 1, 1))
    right = situated(person, alice, Situation.IMPRISONED, date(2018, 1, 1), corrects=wrong)
    assert standing(person).situation == "imprisoned"
    before = right.recorded_at - timedelta(microseconds=1)
    assert standing(person, known=before).situation == "deceased"


def test_a_line_is_corrected_once_and_about_the_same_person(alice: User) -> None:
    person = make_person(alice)
    wrong = situated(person, alice, Situation.DECEASED, date(2018, 1, 1))
    with pytest.raises(ValueError, match="same person"):
        situated(make_person(alice), alice, Situation.FREE, date(2018, 1, 1), corrects=wrong)
    situated(person, alice, Situation.FREE, date(2018, 1, 1), corrects=wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        situated(person, alice, Situation.DETAINED, date(2018, 1, 1), corrects=wrong)


def test_a_situation_needs_a_source(alice: User) -> None:
    person, changes = make_person(alice), Change.objects.count()
    with pytest.raises(IntegrityError, match="has_a_source"), transaction.atomic():
        situated(person, alice, Situation.FREE, date(2018, 1, 1), source_url="")
    assert Change.objects.count() == changes
    line = situated(person, alice, Situation.FREE, date(2018, 1, 1), source_url="", letter=make_letter(alice))
    assert line.letter is not None


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"since": date(2018, 1, 2)}, "since_before_as_of"),
        ({"stated_as_of": timezone.localdate() + timedelta(days=2)}, "not_in_the_future"),
        ({"stated_as_of": date(2018, 1, 2), "stated_as_of_precision": "month"}, "as_of_precision"),
        ({"since": date(2017, 2, 1), "since_precision": "year"}, "since_precision"),
    ],
)
def test_a_situation_contradicts_itself_in_nothing(
    alice: User, fields: dict[str, Any], constraint: str
) -> None:
    given: dict[str, Any] = {"stated_as_of": date(2018, 1, 1), "source_url": SOURCE} | fields
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        people.record_situation(make_person(alice), situation=Situation.FREE, by=alice, **given)


def test_a_note_is_kept_apart_so_that_it_can_be_erased(alice: User) -> None:
    line = situated(
        make_person(alice), alice, Situation.FREE, date(2018, 1, 1), note="  A neighbour said so. "
    )
    assert line.note is not None
    assert line.note.text == "A neighbour said so."
    assert line.note_commitment == line.note.commitment
    bare = situated(make_person(alice), alice, Situation.FREE, date(2018, 1, 1))
    assert (bare.note, bare.note_commitment) == (None, "")


def test_two_equal_notes_are_committed_to_differently(alice: User) -> None:
    """Else whoever can guess a text could confirm the guess."""
    one, two = ProtectedText.of("The same."), ProtectedText.of("The same.")
    assert one is not None
    assert two is not None
    assert one.commitment != two.commitment


def test_a_letter_names_a_person_once(alice: User) -> None:
    person, letter = make_person(alice), make_letter(alice)
    people.mention(person, letter=letter, description="Lawyer", health_concern=True, by=alice)
    assert newest_change().kind == Change.Kind.PERSON_MENTIONED
    with pytest.raises(ValidationError):
        people.mention(person, letter=letter, description="Advocate", by=alice)
    assert PersonMention.objects.get().health_concern


def test_changes_about_a_restricted_person_are_as_restricted(
    alice: User, abel: User, victor: User, charlie: User
) -> None:
    person = make_person(alice, audience=Audience.RESTRICTED, readers=[victor])
    situated(person, alice, Situation.DETAINED, date(2018, 1, 1))
    assert newest_change().audience == Audience.RESTRICTED
    about = Change.objects.filter(object_type="benchmarks.personofconcern", object_id=person.pk)
    for user, sees in ((alice, True), (victor, True), (abel, False), (charlie, False)):
        assert PersonOfConcern.objects.visible_to(user).filter(pk=person.pk).exists() is sees
        assert PersonSituation.objects.visible_to(user).exists() is sees
        assert about.visible_to(user).exists() is sees


@pytest.mark.promise("A2")
def test_a_slug_does_not_tell_whether_somebody_has_that_name(alice: User) -> None:
    make_person(alice, name="Hidden Name", slug="hidden-name", audience=Audience.RESTRICTED)
    taken = make_person(alice, name="Hidden Name", slug="hidden-name")
    of_taken, of_free = (make_person(alice, name=name, slug="") for name in ("Hidden Name", "Known Name"))
    for person, start in ((taken, "hidden-name"), (of_taken, "hidden-name"), (of_free, "known-name")):
        assert re.fullmatch(rf"{start}-[0-9a-f]{{8}}", person.slug)
    assert make_person(alice, slug="as-given").slug == "as-given"


@pytest.mark.parametrize("name", ["བསྟན་འཛིན", "王炳章", "…", "n" * 200])
def test_every_name_gets_a_slug_that_an_address_can_hold(alice: User, name: str) -> None:
    slugs = {make_person(alice, name=name, slug="").slug for _again in range(2)}
    assert len(slugs) == 2
    assert all(re.fullmatch(r"(person|n{100})-[0-9a-f]{8}", slug) for slug in slugs)


def test_a_person_with_a_name_in_another_script_says_in_which_language(alice: User) -> None:
    changes = Change.objects.count()
    with pytest.raises(ValidationError):
        make_person(alice, native_name="བོད")
    assert Change.objects.count() == changes
    assert make_person(alice, native_name="བོད", native_language="bo").added_by == alice
