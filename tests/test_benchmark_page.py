"""One benchmark's page: what it tells today, and to whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import lifecycle
from benchmarks.models import Benchmark, LetterParty, Succession, Theme
from tests.make import (
    make_benchmark,
    make_letter,
    make_line,
    make_organisation,
    make_recommendation,
)
from tests.pages import marks, words


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


# What one may do here ------------------------------


def offers(client: Client, benchmark: Benchmark, user: User, query: str = "") -> bool:
    """True if the page offers this person to log progress, in place and on a page of its own."""
    client.force_login(user)
    page = client.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
    link = f'href="{benchmark.get_absolute_url()}log/" data-shortcut="l"'
    assert (link in page) is ("Log progress" in page) is ('id="log"' in page) is ("draft.js" in page)
    return link in page


def test_progress_is_logged_by_who_contributes_and_only_today(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, ada: User, victor: User
) -> None:
    for user in (alice, rosa, ada):
        assert offers(client, benchmark, user)
    assert not offers(client, benchmark, victor)
    assert not offers(client, benchmark, alice, "?as_of=2010-01-01")
    assert not offers(client, benchmark, alice, "?known=2010-01-01")
    assert offers(client, benchmark, alice, "?as_of=nonsense")
    assert offers(client, make_benchmark(alice, lifecycle="draft"), alice)


def test_a_retired_benchmark_says_why_and_what_took_its_place(
    client: Client, benchmark: Benchmark, alice: User, victor: User
) -> None:
    new = make_benchmark(alice, title="The stricter one")
    lifecycle.succeed(
        benchmark,
        new,
        kind=Succession.Kind.REPLACE,
        effective_on=date(2010, 1, 1),
        reason="Too mild.",
        by=alice,
    )
    Benchmark.objects.filter(pk=benchmark.pk).update(
        lifecycle=Benchmark.Lifecycle.RETIRED, retirement_reason="It asked for too little."
    )
    for user in (alice, victor):
        assert not offers(client, benchmark, user)
        page = words(client, benchmark)
        assert (
            "Retired: nothing new is logged on it. It asked for too little. "
            "What took its place: The stricter one" in page
        )
    assert "It asked for too little." not in words(client, benchmark, "?as_of=2010-01-01")
