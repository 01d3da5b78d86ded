"""One benchmark's page: what it tells today, and to whom."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import events, lifecycle, people, workflow
from benchmarks.models import Benchmark, LetterParty, PersonSituation, Succession, Theme
from tests.make import (
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
from tests.pages import marks, words

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

# session, user; the benchmark with what stood on the day, themes, addressees; asks and their parties; lines,
# their updates and evidence; agenda; criteria; updates without a line and their evidence; persons, mentions;
# successors and predecessors, each with the other one; see also
PAGE_QUERIES = 21
DETAINED = PersonSituation.Situation.DETAINED


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    theme = lifecycle.add_theme(Theme(name="Human rights dialogue", slug="dialogue"), by=alice)
    return make_benchmark(
        alice,
        code="DLG-03",
        title="Measurable benchmarks",
        criterion="The EU publishes benchmarks.",
        review_interval_days=120,
        owner=alice,
        themes=[theme],
        addressees=[make_organisation(alice, name="The Council", kind="eu_institution")],
    )


# Today ------------------------------


def test_the_first_screen_says_where_it_stands(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    council = make_organisation(alice)
    day = timezone.localdate() - timedelta(days=900)
    make_line(benchmark, alice, rosa, on=day, proposed_position="noted", addressee=council)
    assert marks(reader, benchmark) == "No progress Position: noted assessed 30 months ago, stale"
    page = words(reader, benchmark)
    assert "Human rights dialogue · addressed to The Council" in page
    assert "The EU publishes benchmarks." in page
    assert "Code DLG-03 Measure process Owner Alice Review every 120 days As of today" in page


def test_what_nobody_assessed_says_what_would_change_that(reader: Client, benchmark: Benchmark) -> None:
    assert marks(reader, benchmark) == "Not yet assessed Position: not stated never assessed"
    page = words(reader, benchmark)
    assert "Not yet assessed: a line stands here once somebody has logged what happened" in page
    assert "No letter kept here asks for it" in page
    assert "A timeline stands here once there is something to draw" in page


def test_nothing_is_offered_that_does_not_exist_yet(reader: Client, benchmark: Benchmark) -> None:
    page = words(reader, benchmark)
    assert "Log progress" not in page
    assert "Follow" not in page


def test_an_ask_stands_with_its_letter_parties_and_own_words(
    reader: Client, benchmark: Benchmark, alice: User
) -> None:
    sender = make_organisation(alice, name="29 Principles")
    parties = [
        LetterParty(role="signatory", order=1, organisation=sender),
        LetterParty(role="addressee", order=1, office="High Representative"),
    ]
    letter = make_letter(
        alice,
        title="Joint letter",
        slug="joint",
        reference="TIGO IOR 10/2022.2778",
        dated=date(2023, 6, 1),
        dated_precision="month",
        parties=parties,
    )
    make_recommendation(alice, letter, benchmark, number="III.b", locator="page 2", text="Set a time frame.")
    page = words(reader, benchmark)
    assert "June 2023 Joint letter TIGO IOR 10/2022.2778 29 Principles → to High Representative" in page
    assert "Set a time frame. III.b , page 2" in page
    assert 'href="/letters/joint/#ask-iiib"' in reader.get(benchmark.get_absolute_url()).content.decode()


def test_asked_counts_letters_by_what_they_do(reader: Client, benchmark: Benchmark, alice: User) -> None:
    for day, precision, mode in (
        (date(1999, 2, 1), "month", "asks"),
        (date(2000, 9, 1), "month", "notes_absence"),
        (date(2022, 3, 18), "day", "asks"),
        (date(2023, 6, 1), "month", "asks"),
        (date(2024, 6, 12), "day", "notes_absence"),
    ):
        letter = make_letter(alice, dated=day, dated_precision=precision)
        make_recommendation(alice, letter, benchmark, mode=mode)
        make_recommendation(alice, letter, benchmark, mode=mode)
    page = words(reader, benchmark)
    assert "Asked three times since February 1999; absence noted in 2000 and 2024" in page
    assert "Asked once, in February 1999; absence noted in 2000" in words(
        reader, benchmark, "?as_of=2001-01-01"
    )
    assert "Asked once, in February 1999 " in words(reader, benchmark, "?as_of=2000-01-01")


# Status history ------------------------------


def test_a_line_says_what_it_changed_why_and_by_whom(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    council = make_organisation(alice, name="The other Council")
    position = {"proposed_position": "noted", "addressee": council}
    make_line(benchmark, alice, rosa, "initial", on=date(2001, 1, 1), reason="A first step.", **position)
    make_line(benchmark, alice, rosa, "initial", on=date(2002, 1, 1), reason="As before.")
    make_line(benchmark, alice, rosa, "regression", on=date(2003, 1, 1), reason="Undone.")
    page = words(reader, benchmark)
    history = page[page.index("Status history") :]
    recorded = timezone.localdate().strftime("%-d %B %Y")
    assert re.search(r"1 January 2003 Regression from initial steps Undone\.", history)
    assert re.search(r"1 January 2002 Initial steps confirmed, unchanged As before\.", history)
    assert re.search(
        r"1 January 2001 Initial steps from not yet assessed "
        r"Position of The other Council : noted from not stated A first step\.",
        history,
    )
    assert f"recorded {recorded}, decided by Rosa , from an update by Alice" in history


def test_a_date_known_in_part_is_printed_as_written(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, on=date(2000, 9, 1), happened_on_precision="month")
    assert re.search(r"Status history September 2000 No progress", words(reader, benchmark))
    page = reader.get(benchmark.get_absolute_url()).content.decode()
    assert 'title="assessed September 2000,' in page


def test_a_backdated_line_changes_what_came_after_it(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2010, 1, 1))
    make_line(benchmark, alice, rosa, "initial", on=date(2005, 1, 1))
    assert marks(reader, benchmark).startswith("Met")
    page = words(reader, benchmark)
    assert "1 January 2010 Met from initial steps" in page
    assert "1 January 2005 Initial steps from not yet assessed" in page


def test_a_withdrawn_line_is_marked_and_counts_no_more(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User, omar: User
) -> None:
    make_line(benchmark, alice, rosa, "initial", on=date(2001, 1, 1))
    line = make_line(benchmark, alice, rosa, "met", on=date(2002, 1, 1), reason="Too early.")
    withdrawal = workflow.propose_withdrawal(line, by=alice, reason="It was a rumour.")
    workflow.approve(withdrawal, omar, "Confirmed: a rumour.")
    assert marks(reader, benchmark).startswith("Initial steps")
    page = words(reader, benchmark)
    assert "withdrawn It does not count any more: decided by Omar" in page
    assert "withdrawal takes back the line of 1 January 2002 Confirmed: a rumour." in page
    assert "Met from" not in page
    source = reader.get(benchmark.get_absolute_url()).content.decode()
    assert re.findall(r'class="entry line( void)?" id="line-(\d+)"', source)[1] == (" void", str(line.pk))
    assert source.count("entry line void") == 1


def test_a_corrected_line_points_to_what_stands_instead(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=date(2002, 1, 1))
    correction = workflow.propose_correction(line, by=alice, narrative="Misread.", proposed_rating="initial")
    workflow.approve(correction, rosa, "Read again.")
    page = words(reader, benchmark)
    assert "corrected It does not count any more: decided by Rosa" in page
    assert "correction replaces the line of 1 January 2002 Initial steps from not yet assessed" in page


def test_positions_that_differ_are_told_one_by_one(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    for name, position in (("Council A", "noted"), ("Council B", "rejected")):
        who = make_organisation(alice, name=name)
        make_line(benchmark, alice, rosa, None, proposed_position=position, addressee=who)
    assert "Position: differs" in marks(reader, benchmark)
    assert "Positions Council A noted Council B rejected" in words(reader, benchmark)


def test_evidence_of_each_kind_leads_to_what_it_is(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    letter = make_letter(alice, slug="source")
    pieces = [
        make_link(
            publisher="The Herald", published_on=date(2024, 5, 1), archived_url="https://example.org/a"
        ),
        make_link(kind="letter", url="", letter=letter, title="The letter", locator="paragraph 3"),
    ]
    make_line(benchmark, alice, rosa, evidence=pieces)
    page = words(reader, benchmark)
    assert "Evidence (2):" in page
    assert "A statement , The Herald, 1 May 2024, archived copy" in page
    assert "The letter , paragraph 3" in page
    source = reader.get(benchmark.get_absolute_url()).content.decode()
    assert 'href="https://example.org/statement"' in source
    assert 'href="/letters/source/"' in source


def test_a_line_judged_by_an_older_criterion_says_so(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, on=date(2001, 1, 1))
    lifecycle.revise_criterion(
        benchmark, text="Something stricter.", effective_on=date(2010, 1, 1), reason="Too mild.", by=alice
    )
    page = words(reader, benchmark)
    assert "judged by version 1 of the criterion" in page
    assert "Something stricter. Version 2, in force since 1 January 2010: Too mild." in page
    then = words(reader, benchmark, "?as_of=2005-01-01")
    assert "The EU publishes benchmarks." in then
    assert "Something stricter." not in then
    assert "judged by" not in then


# Persons, events, lineage ------------------------------


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


def test_an_event_of_a_letter_stands_on_the_timeline(
    reader: Client, benchmark: Benchmark, alice: User
) -> None:
    summit = make_event(alice, title="Summit of April", starts_on=date(2022, 4, 1))
    letter = make_letter(alice, title="Letter of March", dated=date(2022, 3, 18), ahead_of=summit)
    make_recommendation(alice, letter, benchmark)
    page = words(reader, benchmark)
    assert "18 March 2022 asked Letter of March 1 April 2022 event Summit of April" in page


# Queries ------------------------------


@pytest.mark.parametrize("rows", [2, 9])
def test_the_page_asks_as_often_for_a_long_history_as_for_a_short_one(
    reader: Client,
    benchmark: Benchmark,
    alice: User,
    rosa: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
) -> None:
    themes = list(benchmark.themes.all())
    for number in range(rows):
        letter = make_letter(
            alice, parties=[LetterParty(role="signatory", order=1, organisation=make_organisation(alice))]
        )
        make_recommendation(alice, letter, benchmark)
        evidence = [make_link(), make_link(kind="letter", url="", letter=letter, locator="page 2")]
        who = make_organisation(alice)
        line = make_line(benchmark, alice, rosa, evidence=evidence, proposed_position="noted", addressee=who)
        workflow.approve(workflow.propose_withdrawal(line, by=alice, reason="No."), rosa, "No.")
        workflow.approve(make_update(alice, benchmark, evidence=[make_link()]), rosa, "Noted.")
        person = make_person(alice, benchmarks=[benchmark])
        people.mention(person, letter=letter, description="", by=alice)
        people.record_situation(
            person, situation=DETAINED, stated_as_of=letter.dated, by=alice, letter=letter
        )
        events.put_on_agenda(make_event(alice), benchmark, ask="", by=alice)
        other, third = make_benchmark(alice, themes=themes), make_benchmark(alice)
        for old, new in ((benchmark, other), (third, benchmark)):
            lifecycle.succeed(
                old,
                new,
                kind=Succession.Kind.SPLIT,
                effective_on=date(2010, 1, 1 + number),
                reason="So.",
                by=alice,
            )
    with django_assert_num_queries(PAGE_QUERIES):
        reader.get(benchmark.get_absolute_url())
