"""Details are put right, one change a time; what is settled or moves in another way stays as it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from accounts.models import User
from benchmarks import amendments, events, lifecycle
from benchmarks.models import (
    AgendaItem,
    Benchmark,
    Change,
    Event,
    EventSeries,
    Letter,
    Organisation,
    PersonOfConcern,
    Recommendation,
    Theme,
)
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_organisation,
    make_person,
    make_recommendation,
)

SETTLED = [
    (AgendaItem, "event"),
    (AgendaItem, "benchmark"),
    (Benchmark, "code"),
    (Benchmark, "slug"),
    (Benchmark, "lifecycle"),
    (Benchmark, "published"),
    (Event, "slug"),
    (EventSeries, "slug"),
    (Letter, "slug"),
    (Organisation, "slug"),
    (PersonOfConcern, "slug"),
    (PersonOfConcern, "audience"),
    (Recommendation, "letter"),
    (Recommendation, "parent"),
    (Theme, "slug"),
]
ANOTHER_WAY = [
    (Benchmark, "rating"),
    (Benchmark, "rated_on"),
    (Benchmark, "position"),
    (Benchmark, "criterion"),
    (Benchmark, "created_at"),
    *((Event, name) for name in sorted(events.MOVABLE)),
    (Event, "revision"),
    (PersonOfConcern, "added_by"),
]


@pytest.fixture
def things(alice: User) -> dict[type[models.Model], Any]:
    """One thing of each kind that can be amended."""
    benchmark, event, letter = make_benchmark(alice), make_event(alice), make_letter(alice)
    made: tuple[models.Model, ...] = (
        benchmark,
        event,
        event.series,
        letter,
        events.put_on_agenda(event, benchmark, ask="Press for it.", by=alice),
        make_organisation(alice),
        make_person(alice),
        make_recommendation(alice, letter, benchmark),
        lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice),
    )
    return {type(each): each for each in made}


def test_a_detail_that_is_put_right_is_one_change(things: dict[type[models.Model], Any], ada: User) -> None:
    benchmark, before = things[Benchmark], Change.objects.count()
    benchmark.title, benchmark.description = "Another title", "not saved, for it is not named"
    amendments.amend(benchmark, fields=["title"], links={"themes": [things[Theme]]}, by=ada)
    kept = Benchmark.objects.get(pk=benchmark.pk)
    assert (kept.title, kept.description, kept.themes.get()) == ("Another title", "", things[Theme])
    change = Change.objects.head()
    assert change is not None
    assert (change.no, change.kind, change.actor) == (before + 1, "benchmark_amended", ada)


@pytest.mark.parametrize(("model", "name"), [*SETTLED, *ANOTHER_WAY])
def test_what_is_settled_or_moves_in_another_way_is_not_amended(
    things: dict[type[models.Model], Any], ada: User, model: type[models.Model], name: str
) -> None:
    thing, before = things[model], Change.objects.count()
    held = model._default_manager.filter(pk=thing.pk).values().get()
    with pytest.raises(TypeError, match=name):
        amendments.amend(thing, fields=[name], by=ada)
    assert model._default_manager.filter(pk=thing.pk).values().get() == held
    assert Change.objects.count() == before


@pytest.mark.promise("A2")
def test_readers_of_a_person_are_not_amended_either(ada: User, alice: User) -> None:
    person = make_person(alice, audience="restricted")
    with pytest.raises(TypeError, match="readers"):
        amendments.amend(person, links={"readers": [ada]}, by=ada)
    assert not person.readers.exists()


def test_every_kind_of_thing_says_what_is_settled_about_it() -> None:
    assert {(model, name) for model, names in amendments.SETTLED.items() for name in names} == {
        *SETTLED,
        (PersonOfConcern, "readers"),
    }
    assert set(amendments.SETTLED) == set(amendments.KINDS)


def test_an_amendment_that_makes_no_sense_changes_nothing(
    things: dict[type[models.Model], Any], ada: User
) -> None:
    letter, before = things[Letter], Change.objects.count()
    letter.dated, letter.dated_precision = date(2000, 9, 2), "month"
    with pytest.raises(ValidationError, match="known only to the month"):
        amendments.amend(letter, fields=["dated", "dated_precision"], by=ada)
    assert Change.objects.count() == before
