"""The queue of reviews, and what a reviewer compares."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from benchmarks import hiding, lifecycle, workflow
from benchmarks.models import Benchmark, ProgressUpdate, Theme
from tests.administration import signed_in
from tests.make import make_benchmark, make_line, make_organisation, make_update
from tests.reviewing import listed, text_of

# session, user; themes and authors to choose from; count and rows; the first to decide on; what was hidden
QUEUE_QUERIES = 8


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, code="TIB-1", title="Access to Tibet")


@pytest.fixture
def update(alice: User, benchmark: Benchmark) -> ProgressUpdate:
    return make_update(alice, benchmark, proposed_rating="initial", narrative="They met.")


# The queue ------------------------------


def test_the_queue_lists_what_waits_the_oldest_first_with_how_long(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=9), tick=True):
        old = make_update(alice, benchmark, proposed_rating="met")
    new = make_update(alice, benchmark)
    decided = make_update(alice, benchmark)
    workflow.reject(decided, rosa, "No.")
    client = signed_in(rosa)
    assert listed(client) == [old.pk, new.pk]
    page = text_of(client.get("/review/"))
    assert "2 waiting" in page
    assert "9 days" in page
    assert "since today" in page
    assert "no line: a note" in page


def test_own_updates_are_listed_and_somebody_else_decides(
    alice: User, rosa: User, benchmark: Benchmark, update: ProgressUpdate
) -> None:
    own = make_update(rosa, benchmark, proposed_rating="met")
    client = signed_in(rosa)
    assert listed(client) == [update.pk, own.pk]
    page = client.get("/review/").content.decode()
    assert "Somebody else decides this: it is your own." in page
    assert f'href="/updates/{own.pk}/"' in page
    assert f'href="/updates/{update.pk}/?queue=1"' in page
    assert 'name="decision"' not in client.get(f"/updates/{own.pk}/?queue=1").content.decode()


@pytest.mark.promise("A2")
def test_nobody_finds_in_the_queue_what_they_may_not_see(
    alice: User, abel: User, rosa: User, benchmark: Benchmark, update: ProgressUpdate
) -> None:
    restricted = make_update(alice, benchmark, audience="restricted", narrative="Tenzin was there.")
    hiding.hide(make_update(alice, benchmark, narrative="Tenzin was there."), by=rosa)
    for user in (abel, rosa):
        assert listed(signed_in(user)) == [update.pk]
        assert listed(signed_in(user), "?q=Tenzin") == []
    assert listed(signed_in(alice)) == [update.pk, restricted.pk]


def test_contributors_read_the_queue_and_viewers_do_not(
    abel: User, victor: User, charlie: User, update: ProgressUpdate
) -> None:
    page = signed_in(abel).get("/review/").content.decode()
    assert "Begin with the oldest" not in page
    assert f'href="/updates/{update.pk}/"' in page
    assert 'href="/review/"' in signed_in(abel).get("/benchmarks/").content.decode()
    assert 'href="/review/"' not in signed_in(victor).get("/benchmarks/").content.decode()
    for user in (victor, charlie):
        assert signed_in(user).get("/review/").status_code == 404


def test_filters_narrow_the_queue(alice: User, abel: User, rosa: User, omar: User) -> None:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    tibet = make_benchmark(alice, themes=[theme], title="Access to Tibet", code="TIB-1")
    other = make_benchmark(alice)
    council = make_organisation(alice)
    rated = make_update(alice, tibet, proposed_rating="met")
    note = make_update(abel, other, narrative="A délégation spoke.")
    stated = make_update(alice, other, proposed_position="noted", addressee=council)
    own = make_update(rosa, other)
    line = make_line(other, alice, omar, "initial")
    taken_back = workflow.propose_withdrawal(line, by=alice, reason="It was wrong.")
    client = signed_in(rosa)
    for query, found in {
        "?theme=tibet": [rated],
        f"?author={abel.pk}": [note],
        "?whose=own": [own],
        "?whose=others": [rated, note, stated, taken_back],
        "?proposes=rating": [rated],
        "?proposes=position": [stated],
        "?proposes=nothing": [note, own, taken_back],
        "?kind=withdrawal": [taken_back],
        "?q=delegation": [note],
        "?q=TIB-1": [rated],
        "?q=Abel": [note],
        "?q=Abel+tibet": [],
        "?kind=assessment&whose=others&proposes=nothing": [note],
    }.items():
        assert listed(client, query) == [each.pk for each in found], query


def test_an_address_that_says_nonsense_is_told_so_and_the_rest_holds(
    rosa: User, update: ProgressUpdate
) -> None:
    answer = signed_in(rosa).get("/review/?theme=nonsense&kind=novel&author=none&q=met")
    assert answer.status_code == 200
    assert "was ignored" in text_of(answer)
    assert listed(signed_in(rosa), "?theme=nonsense&q=met") == [update.pk]
    assert signed_in(rosa).get(f"/updates/{update.pk}/?queue=1&theme=nonsense").status_code == 200


def test_an_empty_queue_says_what_would_fill_it(rosa: User, update: ProgressUpdate) -> None:
    client = signed_in(rosa)
    assert "Nothing that waits matches" in text_of(client.get("/review/?q=nothing-like-it"))
    workflow.reject(update, rosa, "No.")
    assert "Nothing waits for review" in text_of(client.get("/review/"))


def test_a_queue_of_30_costs_as_many_queries_as_one_of_3(
    alice: User, rosa: User, omar: User, django_assert_num_queries: Any
) -> None:
    council = make_organisation(alice)
    client = signed_in(rosa)
    for number in range(30):
        update = make_update(
            alice, make_benchmark(alice), proposed_position="noted", addressee=council, narrative=str(number)
        )
        if number % 3 == 0:
            hiding.hide(update, by=omar)
        if number in (5, 29):
            with django_assert_num_queries(QUEUE_QUERIES):
                client.get("/review/")


# Comparing ------------------------------


def test_the_reviewer_reads_what_stood_and_what_becomes_of_today(
    alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, omar, "no_progress", on=date(2020, 1, 1), narrative="Nobody was let in.")
    update = make_update(
        alice,
        benchmark,
        happened_on=date(2022, 11, 3),
        narrative="Nobody was let in but <one> delegation.",
        proposed_rating="initial",
    )
    answer = signed_in(rosa).get(f"/updates/{update.pk}/?queue=1")
    page = text_of(answer)
    assert "Stood on 3 November 2022 No progress since 1 January 2020" in page
    assert "Proposed, from 3 November 2022 Initial steps changed" in page
    assert "Today's rating changes from No progress to Initial steps ." in page
    assert "<ins>but &lt;one&gt; delegation.</ins>" in answer.content.decode()


@pytest.mark.parametrize(
    ("proposed", "told"),
    [
        (
            {"proposed_rating": "met", "happened_on": date(2019, 1, 1)},
            "a later assessment of 1 January 2020 stands",
        ),
        (
            {"proposed_rating": "initial", "happened_on": date(2021, 1, 1)},
            "It renews freshness, from 1 January 2020 to 1 January 2021",
        ),
        (
            {"happened_on": date(2021, 1, 1)},
            "It adds no line to the status history. Today's rating stays Initial steps.",
        ),
    ],
)
def test_what_becomes_of_today_is_said_in_a_sentence(
    alice: User, rosa: User, omar: User, benchmark: Benchmark, proposed: dict[str, Any], told: str
) -> None:
    make_line(benchmark, alice, omar, "initial", on=date(2020, 1, 1))
    update = make_update(alice, benchmark, **proposed)
    assert told in text_of(signed_in(rosa).get(f"/updates/{update.pk}/"))


def test_a_day_known_to_the_month_stood_at_its_beginning(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    update = make_update(alice, benchmark, happened_on=date(2023, 6, 1), happened_on_precision="month")
    assert "Stood at the beginning of June 2023" in text_of(signed_in(rosa).get(f"/updates/{update.pk}/"))
