"""The event at which something happened: an item on its agenda, or the event alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import drafts, events, workflow
from benchmarks.forms.occasion import AHEAD, BACK
from benchmarks.models import Benchmark, Event, ProgressUpdate
from tests.administration import signed_in
from tests.logging_progress import address, errors, keep, typed
from tests.make import make_benchmark, make_event
from tests.pages import text_of


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, slug="access")


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


def on(day: date, by: User, title: str, **fields: Any) -> Event:
    return make_event(by, title=title, slug=title.lower().replace(" ", "-"), starts_on=day, **fields)


def offered(client: Client, benchmark: Benchmark) -> list[Any]:
    """The groups of choices, each with what it is called."""
    choices: list[Any] = client.get(address(benchmark)).context["form"].fields["agenda_item"].choices
    return [(str(title), [label.split(",")[0] for _key, label in group]) for title, group in choices[1:]]


def test_events_of_two_years_and_the_next_are_offered_beside_agenda_items(
    as_alice: Client, benchmark: Benchmark, alice: User
) -> None:
    today = timezone.localdate()
    dialogue = on(today - timedelta(days=30), alice, "Dialogue")
    on(today - BACK, alice, "Council")
    on(today + AHEAD, alice, "Summit")
    on(today - BACK - timedelta(days=1), alice, "Long ago")
    on(today + AHEAD + timedelta(days=1), alice, "Far off")
    assert offered(as_alice, benchmark) == [("Other events", ["Summit", "Dialogue", "Council"])]
    events.put_on_agenda(dialogue, benchmark, ask="Press.", by=alice)
    assert offered(as_alice, benchmark) == [
        ("With this benchmark on the agenda", ["Dialogue"]),
        ("Other events", ["Summit", "Council"]),
    ]


def test_an_event_is_named_and_shown_wherever_the_update_is(
    as_alice: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    event = on(timezone.localdate() - timedelta(days=30), alice, "Dialogue in Brussels")
    page = as_alice.get(address(benchmark), {"event": event.slug})
    chosen = page.context["form"]["agenda_item"].value()
    sent = typed(agenda_item=chosen, proposed_rating="initial", reason="Two were let in.")
    as_alice.post(address(benchmark), sent)
    update = ProgressUpdate.objects.get()
    assert (update.event, update.agenda_item, update.state) == (event, None, "submitted")
    for path in (update.get_absolute_url(), benchmark.get_absolute_url()):
        assert "Dialogue in Brussels" in text_of(signed_in(rosa).get(path)), path
    workflow.approve(update, rosa, "Because.")
    assert "at Dialogue in Brussels" in text_of(as_alice.get(benchmark.get_absolute_url()))


def test_the_event_comes_back_when_the_update_is_mended_though_it_is_long_ago_by_then(
    as_alice: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    event = on(date(2019, 4, 1), alice, "Long ago")
    draft = drafts.begin(benchmark, by=alice)
    fields = {"happened_on": date(2019, 4, 1), "narrative": "So.", "event": event}
    workflow.request_changes(drafts.settle(draft, fields, by=alice), rosa, "More.")
    here = f"{draft.get_absolute_url()}edit/"
    page = as_alice.get(here)
    assert page.context["form"]["agenda_item"].value() == f"event-{event.pk}"
    as_alice.post(here, typed(agenda_item=f"event-{event.pk}", happened_on="2019-04-01"))
    draft.refresh_from_db()
    assert (draft.state, draft.event) == ("submitted", event)


@pytest.mark.parametrize("typed_in", ["event-999999", "event-", "event-x", "999999", "x"])
def test_what_is_no_event_is_refused(as_alice: Client, benchmark: Benchmark, typed_in: str) -> None:
    page = as_alice.post(address(benchmark), typed(agenda_item=typed_in))
    assert "Choose one of the events." in errors(page)


def test_two_windows_are_told_apart_by_their_events(
    as_alice: Client, benchmark: Benchmark, alice: User
) -> None:
    event = on(timezone.localdate(), alice, "Dialogue")
    said = keep(as_alice, benchmark, typed(agenda_item=f"event-{event.pk}"))
    answer = as_alice.post(said["keep"], typed(agenda_item=""))
    assert answer.status_code == 409
    assert "Dialogue, " in answer.json()["conflict"]
