"""The next event: which one it is, how far off, how sure, and how ready its agenda is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import events
from benchmarks.models import Benchmark, Event
from benchmarks.readiness import Readiness, how_sure, next_event, when
from tests.make import make_benchmark, make_event, make_line
from tests.pages import text

A_DAY = date(2026, 11, 21)
TODAY = timezone.localdate()


def told(**fields: Any) -> str:
    event = Event(**{"certainty": "confirmed"} | fields)
    return f"{when(event, A_DAY)}, {how_sure(event, A_DAY)}".rstrip(", ")


# How far off, and how sure ------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_on": date(2026, 12, 15)}, "in 24 days, 15 December, confirmed"),
        ({"starts_on": date(2026, 12, 15), "certainty": "expected"}, "in 24 days, if 15 December holds"),
        (
            {"starts_on": date(2026, 12, 15), "certainty": "not_announced"},
            "in 24 days, if 15 December holds: a placeholder, the date is not announced",
        ),
        ({"starts_on": date(2026, 11, 22)}, "tomorrow, 22 November, confirmed"),
        ({"starts_on": A_DAY}, "today, confirmed"),
        ({"starts_on": A_DAY, "certainty": "expected"}, "today, if 21 November holds"),
        (
            {"starts_on": date(2026, 11, 20), "ends_on": date(2026, 11, 23)},
            "under way until 23 November, confirmed",
        ),
        ({"starts_on": date(2027, 1, 4)}, "in 44 days, 4 January 2027, confirmed"),
        ({"starts_on": date(2027, 6, 24)}, "on 24 June 2027, confirmed"),
        ({"starts_on": date(2027, 6, 24), "certainty": "expected"}, "on 24 June 2027, if that day holds"),
    ],
)
def test_days_are_counted_where_the_day_is_known(fields: dict[str, Any], words: str) -> None:
    assert told(**fields) == words


@pytest.mark.parametrize(
    ("starts_on", "precision", "certainty", "words"),
    [
        (date(2026, 12, 1), "month", "confirmed", "in December 2026, confirmed"),
        (date(2026, 12, 1), "month", "expected", "in December 2026, expected, not confirmed"),
        (date(2026, 11, 1), "month", "expected", "some day in November 2026, expected, not confirmed"),
        (date(2027, 1, 1), "year", "expected", "in 2027, expected, not confirmed"),
        (date(2026, 1, 1), "year", "confirmed", "some day in 2026, confirmed"),
        (
            date(2026, 12, 1),
            "month",
            "not_announced",
            "in December 2026, if that holds: a placeholder, the date is not announced",
        ),
    ],
)
def test_no_days_are_counted_to_a_month_or_a_year(
    starts_on: date, precision: str, certainty: str, words: str
) -> None:
    said = told(starts_on=starts_on, starts_on_precision=precision, certainty=certainty)
    assert said == words
    assert not re.search(r"\d days", said)


@pytest.mark.parametrize(
    ("certainty", "words"),
    [
        ("not_announced", "date not announced"),
        ("expected", "date not announced, expected"),
        ("confirmed", "date not announced, confirmed"),
    ],
)
def test_an_event_without_a_date_says_so(certainty: str, words: str) -> None:
    assert told(certainty=certainty) == words


# Which one is next ------------------------------


def coming(today: date = A_DAY) -> list[str]:
    return list(Event.objects.coming(today).values_list("title", flat=True))


def test_what_comes_first_is_next_and_what_has_no_date_comes_last(alice: User) -> None:
    make_event(alice, title="undated")
    make_event(alice, title="later", starts_on=date(2027, 3, 1))
    make_event(alice, title="sooner", starts_on=date(2026, 12, 15))
    make_event(alice, title="today", starts_on=A_DAY)
    make_event(alice, title="under way", starts_on=date(2026, 11, 19), ends_on=A_DAY)
    make_event(alice, title="over", starts_on=date(2026, 11, 19), ends_on=date(2026, 11, 20))
    assert coming() == ["under way", "today", "sooner", "later", "undated"]


def test_a_day_that_is_known_comes_before_a_month_or_year_in_which_it_lies(alice: User) -> None:
    make_event(alice, title="in 2026", starts_on=date(2026, 1, 1), starts_on_precision="year")
    make_event(alice, title="in December", starts_on=date(2026, 12, 1), starts_on_precision="month")
    make_event(alice, title="on a day", starts_on=date(2026, 12, 31))
    make_event(alice, title="in November", starts_on=date(2026, 11, 1), starts_on_precision="month")
    make_event(alice, title="in October", starts_on=date(2026, 10, 1), starts_on_precision="month")
    assert coming() == ["in November", "on a day", "in 2026", "in December"]
    assert coming(date(2027, 1, 1)) == []


def test_only_what_is_planned_or_has_a_new_date_is_ahead(alice: User) -> None:
    for state in Event.State.values:
        make_event(alice, title=f"{state}, dated", state=state, starts_on=date(2027, 1, 1))
        make_event(alice, title=f"{state}, undated", state=state)
    assert coming() == ["planned, dated", "postponed, dated", "planned, undated"]


def test_nobody_without_a_role_learns_of_an_event(charlie: User, alice: User) -> None:
    make_event(alice, starts_on=TODAY)
    assert next_event(charlie, TODAY) is None
    assert next_event(alice, TODAY) is not None


# How ready ------------------------------


def test_the_parts_of_the_bar_fill_it() -> None:
    readiness = Readiness({"current": 3, "due": 4, "stale": 2, "never_assessed": 3})
    assert readiness.behind == 9
    assert [(each.freshness, each.x, each.width) for each in readiness.segments] == [
        ("current", "0.000%", "25.000%"),
        ("due", "25.000%", "33.333%"),
        ("stale", "58.333%", "16.667%"),
        ("never_assessed", "75.000%", "25.000%"),
    ]


def test_what_nothing_is_of_takes_no_place_in_the_bar() -> None:
    assert [each.freshness for each in Readiness({"stale": 1}).segments] == ["stale"]
    assert Readiness({}).segments == []


@pytest.fixture
def summit(alice: User) -> Event:
    return make_event(alice, title="Summit", slug="summit", starts_on=TODAY + timedelta(days=24))


def put(event: Event, by: User, reviewer: User, days_ago: int | None = None, **fields: Any) -> Benchmark:
    """A benchmark on the agenda, with an interval of 100 days, last assessed so many days ago."""
    priority = fields.pop("priority", 2)
    ask = fields.pop("ask", "")
    benchmark = make_benchmark(by, review_interval_days=100, **fields)
    if days_ago is not None:
        make_line(benchmark, by, reviewer, on=TODAY - timedelta(days=days_ago))
    events.put_on_agenda(event, benchmark, ask=ask, priority=priority, by=by)
    return benchmark


@pytest.fixture
def _agenda(summit: Event, alice: User, rosa: User) -> None:
    """Three current (of which one is stale by the summit), two due, one stale, two never assessed."""
    for days_ago in (0, 10, 80, 95, 99, 300):
        put(summit, alice, rosa, days_ago, title=f"Assessed {days_ago} days ago")
    put(summit, alice, rosa, title="Never one")
    put(summit, alice, rosa, title="Never two", owner=alice, priority=3, ask="Say it in public.")


def page(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    return client.get(f"/{query}").content.decode()


@pytest.mark.usefixtures("_agenda")
def test_the_bar_is_told_in_words_and_each_number_leads_to_its_benchmarks(
    client: Client, victor: User
) -> None:
    said = page(client, victor)
    assert "8 on the agenda: 3 current 2 due 1 stale 2 never assessed" in text(said)
    assert re.search(
        r'<title id="ready-title">8 benchmarks on the agenda: '
        r"3 current, 2 due, 1 stale, 2 never assessed</title>",
        said,
    )
    for freshness in ("current", "due", "stale", "never_assessed"):
        assert f'href="/benchmarks/?event=summit&amp;freshness={freshness}"' in said
    assert "1 that is current will be stale by then" in text(said)


@pytest.mark.usefixtures("_agenda")
def test_what_is_behind_can_be_brought_up_to_date_or_looked_at(
    client: Client, alice: User, victor: User
) -> None:
    link = '<a href="/benchmarks/?event=summit&amp;sort=-freshness">'
    assert f"{link}Bring the 5 up to date</a>" in page(client, alice)
    assert f"{link}Show the 5 that are not current</a>" in page(client, victor)
    assert '<a href="/benchmarks/?event=summit&amp;lifecycle=any">The agenda</a>' in page(client, alice)


def test_what_is_behind_in_one_way_alone_is_what_the_link_shows(
    client: Client, summit: Event, alice: User, rosa: User
) -> None:
    put(summit, alice, rosa, 300)
    put(summit, alice, rosa, 0)
    link = '<a href="/benchmarks/?event=summit&amp;freshness=stale">Bring the one up to date</a>'
    assert link in page(client, alice)


def titles(page: str) -> list[str]:
    part = page.split('id="agenda"')[1].split("</ul>")[0]
    return re.findall(r'class="row-title"><a href="[^"]+">(.*?)</a>', part)


@pytest.mark.usefixtures("_agenda")
def test_what_is_to_be_done_for_it_is_listed_ones_own_first(client: Client, alice: User, abel: User) -> None:
    others = [f"Assessed {days} days ago" for days in (95, 99, 300)] + ["Never one"]
    assert titles(page(client, alice)) == ["Never two", *others]
    assert titles(page(client, abel)) == [*others, "Never two"]
    assert "To press for: Say it in public." in text(page(client, abel))


def test_a_long_agenda_shows_five_and_leads_to_all(
    client: Client, summit: Event, alice: User, rosa: User
) -> None:
    for _number in range(7):
        put(summit, alice, rosa)
    said = page(client, alice)
    assert len(titles(said)) == 5
    assert '<a href="?all=agenda#agenda">Show all 7</a>' in said
    assert len(titles(page(client, alice, "?all=agenda"))) == 7


@pytest.mark.promise("A2")
def test_drafts_on_an_agenda_are_counted_for_those_who_see_them_and_not_as_behind(
    client: Client, summit: Event, alice: User, rosa: User, victor: User
) -> None:
    put(summit, alice, rosa, 0)
    put(summit, alice, rosa, title="Not out yet", lifecycle="draft")
    assert "1 on the agenda: 1 current" in text(page(client, alice))
    assert "1 more on it is not active" in text(page(client, alice))
    assert "more on it" not in text(page(client, victor))
    assert "Not out yet" not in page(client, victor)


def test_what_was_retired_has_not_to_be_brought_up_to_date(
    client: Client, summit: Event, alice: User, rosa: User
) -> None:
    put(summit, alice, rosa, lifecycle="retired")
    said = text(page(client, alice))
    assert "No active benchmark stands on its agenda." in said
    assert "Bring the" not in said


def test_an_agenda_that_is_current_says_so(client: Client, summit: Event, alice: User, rosa: User) -> None:
    put(summit, alice, rosa, 0)
    assert "All of them are current." in text(page(client, alice))
    assert "To bring up to date before the event" not in text(page(client, alice))


def test_an_event_without_an_agenda_says_what_will_stand_there(
    client: Client, summit: Event, alice: User
) -> None:
    assert "Nothing stands on its agenda yet." in text(page(client, alice))


def test_a_placeholder_is_called_one(client: Client, alice: User) -> None:
    ahead = TODAY + timedelta(days=42)
    make_event(alice, title="Summit (placeholder)", starts_on=ahead, certainty="not_announced")
    said = text(page(client, alice))
    assert "Next event Summit (placeholder) in 42 days if" in said
    assert "a placeholder, the date is not announced" in said


def test_what_was_postponed_says_so(client: Client, alice: User) -> None:
    make_event(alice, title="Round", starts_on=TODAY + timedelta(days=2), state="postponed")
    assert "Next event postponed Round in 2 days" in text(page(client, alice))


def test_without_an_event_administrators_are_offered_to_plan_one(
    client: Client, alice: User, ada: User
) -> None:
    assert "No event is planned" in text(page(client, alice))
    assert "Plan an event" not in text(page(client, alice))
    assert '<a href="/admin/benchmarks/event/add/">Plan an event</a>' in page(client, ada)
