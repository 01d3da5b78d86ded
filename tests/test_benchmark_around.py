"""What stands around a benchmark on its page: persons, events, lineage, neighbours."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import events, lifecycle, people
from benchmarks.models import Benchmark, PersonSituation, Succession, Theme
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_person,
    make_recommendation,
)
from tests.pages import marks, words

DETAINED = PersonSituation.Situation.DETAINED


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    theme = lifecycle.add_theme(Theme(name="Human rights dialogue", slug="dialogue"), by=alice)
    return make_benchmark(alice, title="Measurable benchmarks", themes=[theme])


def test_a_person_stands_with_situation_and_who_named_them(
    reader: Client, benchmark: Benchmark, alice: User
) -> None:
    letter = make_letter(alice, title="Letter of March", dated=date(2022, 3, 18))
    person = make_person(
        alice, name="Ilham Tohti", native_name="ئىلھام توختى", native_language="ug", benchmarks=[benchmark]
    )
    people.mention(person, letter=letter, description="an economist", by=alice, health_concern=True)
    bare = make_person(alice, name="Bare Name", benchmarks=[benchmark])
    people.mention(bare, letter=letter, description="", by=alice)
    people.record_situation(person, situation=DETAINED, stated_as_of=letter.dated, by=alice, letter=letter)
    page = words(reader, benchmark)
    assert "Persons of concern (2)" in page
    assert "Bare Name situation unknown: no source kept here states it" in page
    assert (
        "detained , stated as of 18 March 2022 named in Letter of March , 18 March 2022: an economist" in page
    )
    assert "concern for their health" in page
    source = reader.get(benchmark.get_absolute_url()).content.decode()
    assert '<span lang="ug" dir="auto">ئىلھام توختى</span>' in source


def test_a_coming_event_says_how_certain_it_is(reader: Client, benchmark: Benchmark, alice: User) -> None:
    ahead = timezone.localdate() + timedelta(days=42)
    event = make_event(
        alice, title="EU–China summit (placeholder)", starts_on=ahead, certainty="not_announced"
    )
    events.put_on_agenda(event, benchmark, ask="State what is to be reached.", by=alice)
    past = make_event(alice, title="Summit of 2019", starts_on=date(2019, 4, 9), state="held")
    events.put_on_agenda(past, benchmark, ask="", by=alice)
    cancelled = make_event(alice, title="Summit called off", starts_on=ahead, state="cancelled")
    events.put_on_agenda(cancelled, benchmark, ask="", by=alice)
    page = words(reader, benchmark)
    written = ahead.strftime("%-d %B %Y")
    assert f"EU–China summit (placeholder) date not announced; {written} is a placeholder State what" in page
    coming = page[page.index("Coming up") : page.index("Details")]
    assert "Summit of 2019" not in coming
    assert "Summit called off" not in coming
    assert "Coming up" not in words(reader, benchmark, "?as_of=2020-01-01")


@pytest.mark.parametrize(
    ("certainty", "dated", "said"),
    [
        ("not_announced", True, "date not announced; {day} is a placeholder"),
        ("not_announced", False, "date not announced"),
        ("expected", True, "expected {day} (in 42 days), not confirmed"),
        ("expected", False, "expected, without a date"),
        ("confirmed", True, "{day} (in 42 days), confirmed"),
        ("confirmed", False, "confirmed, without a date"),
    ],
)
def test_when_an_event_is_never_contradicts_itself(
    reader: Client, benchmark: Benchmark, alice: User, certainty: str, dated: bool, said: str
) -> None:
    ahead = timezone.localdate() + timedelta(days=42)
    event = make_event(alice, title="Summit", starts_on=ahead if dated else None, certainty=certainty)
    events.put_on_agenda(event, benchmark, ask="", by=alice)
    assert f"Summit {said.format(day=ahead.strftime('%-d %B %Y'))} On the agenda" in words(reader, benchmark)


def test_an_event_known_by_its_month_is_ahead_until_the_month_is_over(
    reader: Client, benchmark: Benchmark, alice: User
) -> None:
    month = timezone.localdate().replace(day=1)
    event = make_event(alice, title="Round", starts_on=month, starts_on_precision="month")
    events.put_on_agenda(event, benchmark, ask="", by=alice)
    assert "Coming up Round" in words(reader, benchmark)


def test_lineage_goes_both_ways_and_inherits_no_rating(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2001, 1, 1))
    new = make_benchmark(alice, title="The stricter one")
    lifecycle.succeed(
        benchmark,
        new,
        kind=Succession.Kind.REPLACE,
        effective_on=date(2010, 1, 1),
        reason="Too mild.",
        by=alice,
    )
    old_page, new_page = words(reader, benchmark), words(reader, new)
    assert re.search(
        r"successor replace, 1 January 2010 The stricter one .* Not yet assessed Too mild\.", old_page
    )
    assert re.search(r"predecessor replace, 1 January 2010 Measurable benchmarks .* Met Too mild\.", new_page)
    assert marks(reader, new).startswith("Not yet assessed")
    assert "Lineage" not in words(reader, benchmark, "?as_of=2009-12-31")


def test_see_also_names_active_neighbours_and_no_drafts(
    reader: Client, benchmark: Benchmark, alice: User
) -> None:
    themes = list(benchmark.themes.all())
    make_benchmark(alice, title="A neighbour", themes=themes)
    make_benchmark(alice, title="A secret neighbour", themes=themes, lifecycle="draft")
    make_benchmark(alice, title="A stranger")
    page = words(reader, benchmark)
    assert "See also A neighbour Not yet assessed" in page
    assert "A secret neighbour" not in page
    assert "A stranger" not in page


def test_see_also_begins_with_what_shares_most_and_weighs_only_the_nearest(
    reader: Client, benchmark: Benchmark, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [*benchmark.themes.all(), lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)]
    benchmark.themes.set(both)
    make_benchmark(alice, title="Shares two", themes=both)
    for title in ("Older", "Newer"):
        make_benchmark(alice, title=title, themes=both[:1])
    assert re.search(r"See also Shares two .* Older .* Newer ", words(reader, benchmark))
    monkeypatch.setattr("benchmarks.models.benchmark.NEAREST", 2)
    page = words(reader, benchmark)
    assert re.search(r"See also Shares two .* Newer ", page)
    assert "Older" not in page


def test_an_event_of_a_letter_stands_on_the_timeline(
    reader: Client, benchmark: Benchmark, alice: User
) -> None:
    summit = make_event(alice, title="Summit of April", starts_on=date(2022, 4, 1))
    letter = make_letter(alice, title="Letter of March", dated=date(2022, 3, 18), ahead_of=summit)
    make_recommendation(alice, letter, benchmark)
    page = words(reader, benchmark)
    assert "18 March 2022 asked Letter of March 1 April 2022 event Summit of April" in page
