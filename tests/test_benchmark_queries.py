"""How often a benchmark's page asks the database: as often for a long history as for a short one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import events, hiding, lifecycle, people, workflow
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

# session, user; the benchmark with what stood on the day, then and now, with themes and addressees; criteria;
# lines; updates and their evidence; persons and their mentions; successions; all other benchmarks; asks and
# their parties; agenda
PAGE_QUERIES = 14
REVIEWERS_QUERIES = PAGE_QUERIES + 1  # whether it is for another reviewer to publish
DETAINED = PersonSituation.Situation.DETAINED


def fill(benchmark: Benchmark, alice: User, rosa: User, rows: int) -> None:
    """So many rows of each kind that the page can hold."""
    themes = list(benchmark.themes.all())
    for number in range(rows):
        letter = make_letter(
            alice, parties=[LetterParty(role="signatory", order=1, organisation=make_organisation(alice))]
        )
        make_recommendation(alice, letter, benchmark)
        evidence = [make_link(), make_link(kind="letter", url="", letter=letter, locator="page 2")]
        who = make_organisation(alice)
        line = make_line(benchmark, alice, rosa, evidence=evidence, proposed_position="noted", addressee=who)
        withdrawn = make_line(benchmark, alice, rosa)
        workflow.approve(workflow.propose_withdrawal(withdrawn, by=alice, reason="No."), rosa, "No.")
        workflow.propose_correction(line, by=alice, narrative="Other.", proposed_rating="met")
        workflow.approve(make_update(alice, benchmark, evidence=[make_link()]), rosa, "Noted.")
        workflow.reject(make_update(alice, benchmark), rosa, "No.")
        workflow.request_changes(make_update(alice, benchmark, proposed_rating="met"), rosa, "Mend it.")
        hiding.hide(make_line(benchmark, alice, rosa).update, by=alice)
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


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    theme = lifecycle.add_theme(Theme(name="Human rights dialogue", slug="dialogue"), by=alice)
    addressees = [make_organisation(alice) for _ in range(3)]
    return make_benchmark(alice, owner=alice, themes=[theme], addressees=addressees)


@pytest.mark.parametrize("rows", [1, 6])
def test_the_page_asks_as_often_for_a_long_history_as_for_a_short_one(
    client: Client,
    benchmark: Benchmark,
    alice: User,
    rosa: User,
    victor: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
) -> None:
    fill(benchmark, alice, rosa, rows)
    for user, most in ((victor, PAGE_QUERIES), (alice, PAGE_QUERIES), (rosa, REVIEWERS_QUERIES)):
        client.force_login(user)
        with django_assert_num_queries(most):
            client.get(benchmark.get_absolute_url())
        with django_assert_num_queries(PAGE_QUERIES):
            client.get(f"{benchmark.get_absolute_url()}?as_of=2012-01-01&lines=all")
        with django_assert_num_queries(
            PAGE_QUERIES - 1
        ):  # nothing was logged by then, so nothing has evidence
            client.get(f"{benchmark.get_absolute_url()}?as_of=2012-01-01&known=2012-01-01")
