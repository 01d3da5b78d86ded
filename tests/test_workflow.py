"""An update on its way into history."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from accounts.permissions import NotAllowed
from benchmarks import workflow
from benchmarks.models import StaleReview
from tests.make import make_benchmark, make_line, make_update


@pytest.mark.promise("H3")
def test_the_author_never_decides_on_an_own_update(rosa: User) -> None:
    update = make_update(rosa, make_benchmark(rosa), proposed_rating="met")
    with pytest.raises(NotAllowed):
        workflow.approve(update, rosa, "Because.")


def test_an_approved_update_is_not_approved_again(alice: User, rosa: User, omar: User) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    with pytest.raises(StaleReview):
        workflow.approve(line.update, omar, "Because.")


def test_an_update_that_proposes_nothing_is_approved_without_a_line(alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    update = make_update(alice, benchmark)
    assert workflow.approve(update, rosa, "Good to know.") is None
    update.refresh_from_db()
    assert update.state == "approved"
    assert benchmark.status_events.count() == 0


@pytest.mark.promise("H2")
def test_a_backdated_line_changes_the_past_and_not_today(alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    make_line(benchmark, alice, rosa, "initial", on=date(2020, 1, 1))
    make_line(benchmark, alice, rosa, "regression", on=date(2010, 1, 1))
    benchmark.refresh_from_db()
    assert (benchmark.rating, benchmark.rated_on) == ("initial", date(2020, 1, 1))
