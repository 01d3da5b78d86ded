"""Events: they come in, move with a reason, and get an agenda."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from benchmarks import events, verify
from benchmarks.models import AgendaItem, Change, Event, EventChange
from tests.make import make_benchmark, make_event


def newest_change() -> Change:
    head = Change.objects.head()
    assert head is not None
    return head


def test_moving_an_event_keeps_what_it_was_and_why(alice: User) -> None:
    event = make_event(alice, starts_on=date(2025, 7, 24), place="Brussels")
    change = events.move(
        event, by=alice, reason="The host asked.", starts_on=date(2025, 7, 25), place="Beijing"
    )
    assert change.what == {"starts_on": ["2025-07-24", "2025-07-25"], "place": ["Brussels", "Beijing"]}
    assert str(change.reason) == "The host asked."
    assert (event.starts_on, event.place, event.revision) == (date(2025, 7, 25), "Beijing", 2)
    assert newest_change().kind == Change.Kind.EVENT_CHANGED
    assert list(verify.findings()) == []


@pytest.mark.parametrize(
    ("to", "rises"),
    [
        ({"starts_on": date(2025, 8, 1)}, True),
        ({"starts_on": date(2025, 7, 1), "starts_on_precision": "month"}, True),
        ({"ends_on": date(2025, 7, 26)}, True),
        ({"starts_at": time(9)}, True),
        ({"time_zone": "Asia/Shanghai"}, True),
        ({"place": "Beijing"}, False),
        ({"certainty": "confirmed"}, False),
        ({"state": "cancelled"}, False),
    ],
)
def test_the_revision_rises_when_the_date_moves(alice: User, to: dict[str, Any], rises: bool) -> None:
    event = make_event(alice, starts_on=date(2025, 7, 24))
    events.move(event, by=alice, reason="It was so decided.", **to)
    assert event.revision == 1 + rises


@pytest.mark.parametrize(
    ("reason", "to"),
    [
        ("", {"place": "Beijing"}),
        ("   ", {"place": "Beijing"}),
        ("Nothing changes.", {"place": ""}),
        ("It ends before it starts.", {"ends_on": date(2025, 7, 23)}),
        ("There is no such place.", {"time_zone": "Europe/Atlantis"}),
        ("The day is not the first.", {"starts_on_precision": "month"}),
    ],
)
def test_a_move_that_is_not_sound_leaves_everything(alice: User, reason: str, to: dict[str, Any]) -> None:
    event = make_event(alice, starts_on=date(2025, 7, 24))
    changes = Change.objects.count()
    with pytest.raises(ValidationError):
        events.move(event, by=alice, reason=reason, **to)
    event.refresh_from_db()
    assert (event.starts_on, event.place, event.revision) == (date(2025, 7, 24), "", 1)
    assert (Change.objects.count(), EventChange.objects.count()) == (changes, 0)


def test_an_event_does_not_move_by_its_title(alice: User) -> None:
    with pytest.raises(TypeError, match="title"):
        events.move(make_event(alice), by=alice, reason="A better one.", title="Another")


def test_a_date_that_was_unknown_becomes_known(alice: User) -> None:
    event = make_event(alice, certainty=Event.Certainty.NOT_ANNOUNCED)
    change = events.move(
        event, by=alice, reason="Announced.", starts_on=date(2025, 7, 24), certainty="confirmed"
    )
    assert change.what["starts_on"] == [None, "2025-07-24"]


def test_a_benchmark_comes_on_an_agenda_once(alice: User) -> None:
    event, benchmark = make_event(alice), make_benchmark(alice)
    item = events.put_on_agenda(event, benchmark, ask="Ask for access.", by=alice)
    assert (item.priority, newest_change().object_id) == (2, item.pk)
    with pytest.raises(ValidationError):
        events.put_on_agenda(event, benchmark, ask="Again.", by=alice)
    assert AgendaItem.objects.count() == 1


def test_an_event_whose_number_in_its_series_is_taken_is_refused(alice: User) -> None:
    event = make_event(alice, ordinal=25)
    changes = Change.objects.count()
    with pytest.raises(ValidationError):
        make_event(alice, series=event.series, ordinal=25)
    assert Change.objects.count() == changes
