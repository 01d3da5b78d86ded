"""Letters come in with their parties, what they refer to and what they ask."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from benchmarks import letters
from benchmarks.models import (
    Benchmark,
    Change,
    Letter,
    LetterParty,
    LetterReference,
    Recommendation,
)
from tests.make import make_benchmark, make_letter, make_organisation, make_recommendation


def newest_change() -> Change:
    head = Change.objects.head()
    assert head is not None
    return head


def test_a_letter_comes_with_its_parties_in_its_order(alice: User) -> None:
    author, council = make_organisation(alice), make_organisation(alice)
    letter = make_letter(
        alice,
        parties=[
            LetterParty(role="author", organisation=author),
            LetterParty(role="addressee", order=2, organisation=council),
            LetterParty(role="addressee", order=1, office="The presidency"),
        ],
    )
    found = Letter.objects.with_parties().get(pk=letter.pk)
    assert [party.name for party in found.addressees] == ["The presidency", council.name]
    assert [party.organisation for party in found.senders] == [author]
    assert newest_change().kind == Change.Kind.LETTER_ADDED


def test_a_letter_with_a_party_that_is_nobody_is_not_kept_at_all(alice: User) -> None:
    changes = Change.objects.count()
    with pytest.raises(ValidationError):
        make_letter(alice, parties=[LetterParty(role="author")])
    assert (Letter.objects.count(), Change.objects.count()) == (0, changes)


def test_one_letter_refers_to_another_once(alice: User) -> None:
    later, earlier = make_letter(alice), make_letter(alice)
    letters.refer(later, earlier, kind=LetterReference.Kind.REITERATES, by=alice)
    with pytest.raises(ValidationError):
        letters.refer(later, earlier, kind=LetterReference.Kind.REITERATES, by=alice)
    with pytest.raises(ValidationError):
        letters.refer(later, later, kind=LetterReference.Kind.CITES, by=alice)
    assert earlier.references_received.get().from_letter == later


def test_a_part_of_an_ask_stands_in_the_same_letter(alice: User) -> None:
    benchmark, letter = make_benchmark(alice), make_letter(alice)
    parent = make_recommendation(alice, letter, benchmark, number="III")
    part = make_recommendation(alice, letter, benchmark, number="III.b", parent=parent)
    assert list(parent.children.all()) == [part]
    with pytest.raises(ValidationError, match="same letter"):
        make_recommendation(alice, make_letter(alice), benchmark, parent=parent)
    assert Recommendation.objects.count() == 2


def test_asks_are_counted_by_letter_and_absences_apart(alice: User) -> None:
    benchmark = make_benchmark(alice)
    for year, mode in ((1999, "asks"), (2000, "notes_absence"), (2022, "asks")):
        letter = make_letter(alice, dated=date(year, 1, 1))
        for _ in range(2):
            make_recommendation(alice, letter, benchmark, mode=mode)
    found = Benchmark.objects.with_asked().get(pk=benchmark.pk)
    assert (found.asked, found.absence_noted, found.asked_since) == (2, 1, date(1999, 1, 1))  # type: ignore[attr-defined]


def test_an_ask_names_who_is_to_act(alice: User) -> None:
    council = make_organisation(alice)
    ask = letters.add_recommendation(
        Recommendation(letter=make_letter(alice), number="1", text="Do it."), by=alice, actors=[council]
    )
    assert list(ask.actors.all()) == [council]
