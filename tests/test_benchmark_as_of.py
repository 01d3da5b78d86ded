"""One benchmark's page on another day than today, and as it was known at a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import lifecycle, people, workflow
from benchmarks.models import Benchmark, PersonSituation, Theme
from tests.make import make_benchmark, make_letter, make_line, make_person, make_recommendation
from tests.pages import marks, words

DETAINED, FREE = PersonSituation.Situation.DETAINED, PersonSituation.Situation.FREE


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, review_interval_days=120)


@pytest.mark.promise("H2")
def test_a_past_day_shows_what_held_then(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    early = make_letter(alice, title="Early letter", dated=date(1999, 2, 1))
    late = make_letter(alice, title="Late letter", dated=date(2022, 3, 18))
    for letter in (early, late):
        make_recommendation(alice, letter, benchmark)
    make_line(benchmark, alice, rosa, "initial", on=date(2000, 9, 1), reason="Said in 2000.")
    make_line(benchmark, alice, rosa, "regression", on=date(2022, 4, 1), reason="Said in 2022.")
    person = make_person(alice, name="Named Late", benchmarks=[benchmark])
    people.mention(person, letter=late, description="", by=alice)
    query = "?as_of=2001-01-01"
    assert (
        marks(reader, benchmark, query) == "Initial steps Position: not stated assessed 4 months ago, stale"
    )
    page = words(reader, benchmark, query)
    assert "As of 1 January 2001: what held on that day" in page
    assert "Early letter" in page
    assert "Said in 2000." in page
    for later in ("Late letter", "Said in 2022.", "Named Late", "Regression"):
        assert later not in page
    source = reader.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
    assert f'<a href="{benchmark.get_absolute_url()}">Back to today</a>' in source
    assert "2022" not in source.split("<svg", 1)[1].split("</figure>")[0]


def test_a_persons_situation_is_that_of_the_day(reader: Client, benchmark: Benchmark, alice: User) -> None:
    letter = make_letter(alice, dated=date(2010, 1, 1))
    person = make_person(alice, name="Somebody", benchmarks=[benchmark])
    people.mention(person, letter=letter, description="", by=alice)
    for situation, day in ((DETAINED, date(2011, 1, 1)), (FREE, date(2015, 1, 1))):
        people.record_situation(person, situation=situation, stated_as_of=day, by=alice, letter=letter)
    assert "free , stated as of 1 January 2015" in words(reader, benchmark)
    assert "detained , stated as of 1 January 2011" in words(reader, benchmark, "?as_of=2014-12-31")
    assert "situation unknown" in words(reader, benchmark, "?as_of=2010-06-01")
    assert "Somebody" not in words(reader, benchmark, "?as_of=2009-12-31")


def test_a_day_before_anything_has_nothing_to_tell(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2001, 1, 1))
    page = words(reader, benchmark, "?as_of=1980-01-01")
    assert "On that day it had no criterion yet." in page
    assert "Nobody had assessed it for that day." in page
    assert "No letter had asked for it by 1 January 1980" in page
    assert "By 1 January 1980 no letter had asked for this, and nobody had assessed it." in page
    assert "stands here once" not in page
    assert marks(reader, benchmark, "?as_of=1980-01-01").startswith("Not yet assessed")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?as_of=2999-01-01", "“2999-01-01” is still to come."),
        ("?as_of=yesterday", "“yesterday” is no day. Write it as 2001-01-31."),
        ("?as_of=2001-02-30", "“2001-02-30” is no day."),
        ("?as_of=0001-01-01", "“0001-01-01” is too early"),
        ("?as_of=%00", "“” is no day."),
        ("?known=x", "That is no moment."),
        ("?known=0001-01-01T00:00%2B14:00", "That is no moment."),
        ("?known=9999-12-31", "That is no moment."),
        ("?known=%00", "Null characters are not allowed."),
    ],
)
def test_a_day_that_cannot_be_shown_is_told_and_today_is_shown(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User, query: str, told: str
) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2001, 1, 1))
    page = words(reader, benchmark, query)
    assert "This page shows today" in page
    assert told in page
    assert "Back to today" not in page
    assert marks(reader, benchmark, query).startswith("Met")


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?as_of=2999-01-01", "2999-01-01"),
        ("?as_of=0001-01-01", "0001-01-01"),
        ("?as_of=2001-01-01", "2001-01-01"),
        ("?as_of=yesterday", ""),
        ("", ""),
    ],
)
def test_the_day_that_was_typed_stays_where_an_input_can_hold_it(
    reader: Client, benchmark: Benchmark, query: str, kept: str
) -> None:
    page = reader.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
    assert f'id="id_as_of" class="form-control form-control-sm" value="{kept}"' in page


def test_links_to_other_benchmarks_keep_the_day_and_the_moment(reader: Client, alice: User) -> None:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    one, other = (make_benchmark(alice, title=title, themes=[theme]) for title in ("One", "Other"))
    link = f'href="{other.get_absolute_url()}%s">Other</a>'
    for query, kept in (
        ("", ""),
        ("?as_of=2999-01-01", ""),
        ("?as_of=2001-01-01", "?as_of=2001-01-01"),
        (
            "?as_of=2001-01-01&known=2010-01-01T12:00%2B00:00",
            "?as_of=2001-01-01&amp;known=2010-01-01T12%3A00%3A00%2B00%3A00",
        ),
    ):
        page = reader.get(f"{one.get_absolute_url()}{query}").content.decode()
        assert link % kept in page


@pytest.mark.parametrize("query", ["", "?as_of=", "?as_of={today}", "?as_of=&known="])
def test_today_needs_no_banner(reader: Client, benchmark: Benchmark, query: str) -> None:
    page = words(reader, benchmark, query.format(today=timezone.localdate()))
    assert "Back to today" not in page
    assert "This page shows today" not in page


@pytest.mark.promise("H2")
def test_a_past_day_can_be_seen_as_it_was_known_at_a_moment(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    with time_machine.travel(start, tick=False):
        line = make_line(benchmark, alice, rosa, "met", on=date(2001, 1, 1), reason="Believed at first.")
    with time_machine.travel(start + timedelta(days=10), tick=False):
        correction = workflow.propose_correction(line, by=alice, narrative="No.", proposed_rating="initial")
        workflow.approve(correction, rosa, "Known better.")
    with time_machine.travel(start + timedelta(days=20), tick=False):
        client.force_login(victor)
        before = f"?as_of=2001-06-01&known={(start + timedelta(days=5)).date()}"
        assert marks(client, benchmark, "?as_of=2001-06-01").startswith("Initial steps")
        assert marks(client, benchmark, before).startswith("Met")
        page = words(client, benchmark, before)
        assert "as they were known on" in page
        assert "Known better." not in page
        assert "It does not count any more" not in page
        exactly = f"?as_of=2001-06-01&known={start:%Y-%m-%dT%H:%M:%S.%f}%2B00:00"
        assert marks(client, benchmark, exactly).startswith("Met")
        earlier = f"?known={(start - timedelta(days=1)):%Y-%m-%d}"
        assert marks(client, benchmark, earlier).startswith("Not yet assessed")
