"""A past day as it was known then, beside what is known of it now."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import lifecycle, workflow
from benchmarks.models import Benchmark
from tests.ledger import correct, withdraw
from tests.make import make_benchmark, make_line, make_organisation, make_update
from tests.pages import words

pytestmark = pytest.mark.promise("H2")

MORNING = datetime(2021, 3, 1, 9, tzinfo=UTC)
DAY = date(2021, 3, 5)
THEN_AND_NOW = (f"?as_of={DAY}", f"?as_of={DAY}&known={DAY}")
LATER = timedelta(days=10)


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def benchmark(alice: User, rosa: User) -> Benchmark:
    """Rated on the morning of 1 March 2021, and known to be since then."""
    with at(MORNING):
        benchmark = make_benchmark(alice)
        make_line(benchmark, alice, rosa, "initial", on=date(2021, 2, 1))
    return benchmark


def told(client: Client, benchmark: Benchmark, user: User, query: str = THEN_AND_NOW[0]) -> str:
    """What the page says of then and now; empty where there is no difference."""
    client.force_login(user)
    source = client.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
    part = re.search(r'<section class="difference".*?</section>', source, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", part[0], flags=re.S)) if part else ""


def test_nothing_is_said_where_both_are_the_same(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    with at(MORNING + LATER):
        make_line(benchmark, alice, rosa, "met", on=DAY + timedelta(days=1))
        lifecycle.revise_criterion(
            benchmark, text="More.", effective_on=DAY + timedelta(days=1), reason="So.", by=rosa
        )
        make_update(alice, benchmark, happened_on=DAY, proposed_rating="regression")
    for query in ("", *THEN_AND_NOW):
        assert told(client, benchmark, victor, query) == ""


def test_a_line_recorded_later_is_told_with_what_it_changed(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    with at(MORNING + LATER):
        council = make_organisation(alice, name="The Council")
        make_line(
            benchmark,
            alice,
            rosa,
            "regression",
            on=date(2021, 3, 1),
            happened_on_precision="month",
            proposed_position="rejected",
            addressee=council,
        )
    for query in THEN_AND_NOW:
        part = told(client, benchmark, victor, query)
        assert "5 March 2021, as known then and as known now" in part
        assert "Rating differs Initial steps Regression" in part
        assert "Rated on differs 1 February 2021 March 2021" in part
        assert "Position differs not stated rejected" in part
        assert "Criterion version 1 version 1" in part
        assert (
            "1 line recorded, corrected or withdrawn since "
            "March 2021 Regression position of The Council rejected recorded 11 March 2021" in part
        )


def test_a_line_corrected_later_is_told_with_the_line_that_replaces_it(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    line = benchmark.status_events.get()
    with at(MORNING + LATER):
        correct(line, alice, rosa, proposed_rating="met", happened_on=date(2021, 1, 20))
    part = told(client, benchmark, victor)
    assert "Rating differs Initial steps Met" in part
    assert "Rated on differs 1 February 2021 20 January 2021" in part
    assert "2 lines recorded, corrected or withdrawn since" in part
    assert "1 February 2021 Initial steps corrected 11 March 2021" in part
    assert "20 January 2021 Met recorded 11 March 2021" in part


def test_a_line_withdrawn_later_is_told_once(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    with at(MORNING + LATER):
        withdraw(benchmark.status_events.get(), alice, rosa)
    part = told(client, benchmark, victor)
    assert "Rating differs Initial steps Not yet assessed" in part
    assert "Rated on differs 1 February 2021 – " in part
    assert "1 line recorded, corrected or withdrawn since" in part
    assert "1 February 2021 Initial steps withdrawn 11 March 2021" in part


def test_a_line_that_came_and_went_since_says_both(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    with at(MORNING + LATER):
        line = make_line(benchmark, alice, rosa, "met", on=date(2021, 2, 20))
    with at(MORNING + 2 * LATER):
        withdraw(line, alice, rosa)
    part = told(client, benchmark, victor)
    assert "Rating, position and criterion were the same" in part
    assert "20 February 2021 Met recorded 11 March 2021, withdrawn 21 March 2021" in part


def test_a_criterion_that_was_backdated_is_told(
    client: Client, benchmark: Benchmark, rosa: User, victor: User
) -> None:
    with at(MORNING + LATER):
        lifecycle.revise_criterion(
            benchmark, text="More.", effective_on=date(2021, 1, 1), reason="So.", by=rosa
        )
    part = told(client, benchmark, victor)
    assert "Criterion differs version 1 version 2" in part
    assert "Rating Initial steps Initial steps" in part
    assert "since" not in part


def test_the_end_of_the_day_is_its_end_where_the_tracker_is(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    end = timezone.make_aware(datetime.combine(DAY + timedelta(days=1), datetime.min.time()))
    with at(end - timedelta(microseconds=1)):
        make_line(benchmark, alice, rosa, "met", on=DAY)
    assert told(client, benchmark, victor) == ""
    with at(end):
        make_line(benchmark, alice, rosa, "regression", on=DAY)
    assert "Rating differs Met Regression" in told(client, benchmark, victor)


def test_each_view_is_a_link_and_the_one_that_is_open_says_so(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    with at(MORNING + LATER):
        make_line(benchmark, alice, rosa, "met", on=DAY)
    client.force_login(victor)
    then = f'<a href="?as_of={DAY}&amp;known={DAY}"%s>as known then</a>'
    now = f'<a href="?as_of={DAY}"%s>as known now</a>'
    here = ' aria-current="page"'
    page = client.get(f"{benchmark.get_absolute_url()}{THEN_AND_NOW[0]}").content.decode()
    assert then % "" in page
    assert now % here in page
    page = client.get(f"{benchmark.get_absolute_url()}?as_of={DAY}&known={DAY}").content.decode()
    assert now % "" in page
    assert here + ">as known then" in page


def test_a_moment_that_was_chosen_is_what_now_is_set_beside(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    with at(MORNING + LATER):
        make_line(benchmark, alice, rosa, "met", on=DAY)
    assert told(client, benchmark, victor, f"?as_of={DAY}&known=2021-03-20") == ""
    part = told(client, benchmark, victor, f"?as_of={DAY}&known=2021-03-10T12:00")
    assert "as known on 10 March 2021, 12:00" in part
    assert "Rating differs Initial steps Met" in part
    today = told(client, benchmark, victor, "?known=2021-03-10T12:00")
    assert "Rating differs Initial steps Met" in today


def test_a_day_of_which_nothing_was_written_down_says_that_and_since_when(
    client: Client, benchmark: Benchmark, victor: User
) -> None:
    part = told(client, benchmark, victor, "?as_of=2021-02-10")
    assert "By the end of that day nothing had been written down here about this benchmark." in part
    assert "All that is known of that day was recorded later, from 1 March 2021 on." in part
    assert "1 February 2021 Initial steps recorded 1 March 2021" in part
    assert "Rating" not in part
    part = told(client, benchmark, victor, "?as_of=2021-02-10&known=2021-02-10")
    assert re.search(r"By 10 February 2021, 23:59 \w+ nothing had been written down here", part)


def test_a_day_before_anything_has_no_difference(client: Client, benchmark: Benchmark, victor: User) -> None:
    assert told(client, benchmark, victor, "?as_of=1980-01-01") == ""


def test_what_was_known_then_is_what_the_page_showed_then(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    with at(datetime.combine(DAY, datetime.min.time(), tzinfo=UTC) + timedelta(hours=20)):
        client.force_login(victor)
        before = words(client, benchmark)
    with at(MORNING + LATER):
        line = make_line(benchmark, alice, rosa, "met", on=DAY, reason="Seen later.")
        workflow.propose_withdrawal(line, by=alice, reason="A rumour.")
    client.force_login(victor)
    after = words(client, benchmark, THEN_AND_NOW[1])
    history = slice(after.index("Status history"), after.index("Details"))
    assert after[history] == before[before.index("Status history") : before.index("Details")]
    assert "Seen later." not in after
