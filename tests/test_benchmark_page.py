"""One benchmark's page: today, on any past day, and for whoever reads it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
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

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

# session, user; the benchmark with what stood on the day, themes, addressees; asks and their parties; lines,
# their updates and evidence; agenda; criteria; updates without a line and their evidence; persons, mentions;
# successors and predecessors, each with the other one; see also
PAGE_QUERIES = 21
DETAINED, FREE = PersonSituation.Situation.DETAINED, PersonSituation.Situation.FREE


def words(client: Client, benchmark: Benchmark, query: str = "") -> str:
    """The page's words without markup, so that a test reads what a person reads."""
    response = client.get(f"{benchmark.get_absolute_url()}{query}")
    assert response.status_code == 200
    body = response.content.decode().split("<main")[1]
    body = re.sub(r"<(script|svg|select)\b.*?</\1>", " ", body, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def marks(client: Client, benchmark: Benchmark, query: str = "") -> str:
    """The three marks, as one reads them under the title."""
    page = client.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
    found = re.search(r'<div class="marks">(.*?)</div>', page, re.S)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()


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


# Who sees it ------------------------------


def test_somebody_without_a_role_gets_404(client: Client, charlie: User, benchmark: Benchmark) -> None:
    client.force_login(charlie)
    assert client.get(benchmark.get_absolute_url()).status_code == 404


def test_somebody_not_signed_in_is_asked_to(client: Client, benchmark: Benchmark) -> None:
    assert client.get(benchmark.get_absolute_url())["Location"].startswith("/accounts/login/")


def test_a_draft_exists_for_contributors_only(client: Client, alice: User, victor: User) -> None:
    draft = make_benchmark(alice, lifecycle="draft")
    client.force_login(victor)
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(alice)
    assert "draft" in marks(client, draft)


def test_an_unknown_benchmark_is_404(reader: Client) -> None:
    assert reader.get("/benchmarks/no-such-thing/").status_code == 404


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


# What is restricted ------------------------------


@pytest.mark.promise("A2")
def test_restricted_evidence_is_seen_by_its_readers_only(
    client: Client, benchmark: Benchmark, alice: User, abel: User, rosa: User, omar: User
) -> None:
    hidden = make_link(title="From the family", audience="restricted")
    make_line(benchmark, alice, rosa, evidence=[make_link(), hidden], readers=[omar])
    for user, sees in ((alice, True), (omar, True), (abel, False), (rosa, False)):
        client.force_login(user)
        page = words(client, benchmark)
        assert ("From the family" in page) is sees, user
        assert ("Evidence (2):" in page) is sees, user
        assert "A statement" in page


@pytest.mark.promise("A2")
def test_a_restricted_update_without_a_line_is_seen_by_its_readers_only(
    client: Client, benchmark: Benchmark, alice: User, abel: User, victor: User, rosa: User
) -> None:
    update = make_update(
        alice, benchmark, narrative="Told in confidence.", audience="restricted", readers=[rosa]
    )
    workflow.approve(update, rosa, "Good to know.")
    for user, sees in ((alice, True), (rosa, True), (abel, False), (victor, False)):
        client.force_login(user)
        assert ("Told in confidence." in words(client, benchmark)) is sees, user


@pytest.mark.promise("A2")
def test_a_restricted_person_is_seen_by_their_readers_only(
    client: Client, benchmark: Benchmark, alice: User, victor: User, rosa: User
) -> None:
    make_person(alice, name="Tashi Hidden", audience="restricted", readers=[rosa], benchmarks=[benchmark])
    for user, sees in ((alice, True), (rosa, True), (victor, False)):
        client.force_login(user)
        page = words(client, benchmark)
        assert ("Tashi Hidden" in page) is sees, user
        assert ("Persons of concern" in page) is sees, user


def test_updates_that_wait_are_for_those_who_work_on_them(
    client: Client, benchmark: Benchmark, alice: User, abel: User, victor: User
) -> None:
    make_update(alice, benchmark, narrative="Waits for review.", proposed_rating="met")
    client.force_login(abel)
    assert re.search(r"submitted proposes: Met Waits for review\. logged by Alice", words(client, benchmark))
    assert marks(client, benchmark).startswith("Not yet assessed")
    client.force_login(victor)
    assert "Waits for review." not in words(client, benchmark)


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
        "detained , as stated of 18 March 2022 named in Letter of March , 18 March 2022: an economist" in page
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
    assert f"EU–China summit (placeholder) {written} (in 42 days), date not announced State what" in page
    coming = page[page.index("Coming up") : page.index("Details")]
    assert "Summit of 2019" not in coming
    assert "Summit called off" not in coming
    assert "Coming up" not in words(reader, benchmark, "?as_of=2020-01-01")


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


# On another day ------------------------------


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
    assert "free , as stated of 1 January 2015" in words(reader, benchmark)
    assert "detained , as stated of 1 January 2011" in words(reader, benchmark, "?as_of=2014-12-31")
    assert "situation unknown" in words(reader, benchmark, "?as_of=2010-06-01")
    assert "Somebody" not in words(reader, benchmark, "?as_of=2009-12-31")


def test_a_day_before_anything_has_nothing_to_tell(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2001, 1, 1))
    page = words(reader, benchmark, "?as_of=1980-01-01")
    assert "No criterion was in force on that day." in page
    assert "Nobody had assessed it for that day." in page
    assert marks(reader, benchmark, "?as_of=1980-01-01").startswith("Not yet assessed")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?as_of=2999-01-01", "That day is still to come."),
        ("?as_of=yesterday", "That is no day. Write it as 2001-01-31."),
        ("?as_of=2001-02-30", "That is no day."),
        ("?as_of=0001-01-01", "That is no day."),
        ("?as_of=%00", "That is no day."),
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
        evidence = [make_link(), make_link(kind="letter", url="", letter=letter)]
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
