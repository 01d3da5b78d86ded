"""What the page of review says an approval would change, held against what the approval changes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from benchmarks import hiding, lifecycle, workflow
from benchmarks.comparison import Comparison, Verdict, compare
from benchmarks.models import Benchmark, Organisation, ProgressUpdate, Rating, StatusEvent
from tests.make import make_benchmark, make_line, make_organisation, make_update

DAY = date(2020, 1, 1)
LATER = date(2022, 1, 1)
RATED = [rating for rating in Rating.values if rating != Rating.UNASSESSED]


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice)


def then(benchmark: Benchmark, day: date | None = None) -> tuple[Any, ...]:
    """Rating, the day it is of and that day's precision, as `as_of` answers."""
    found: Any = Benchmark.objects.as_of(day).get(pk=benchmark.pk)
    return found.rating_then, found.rated_on_then, found.rated_on_precision_then


def position(benchmark: Benchmark, addressee: Organisation, day: date | None = None) -> str:
    lines = StatusEvent.objects.standing(day).filter(benchmark=benchmark, addressee=addressee)
    line = lines.newest_first().first()
    return (line.position if line else None) or "not_stated"


def reckoned(update: ProgressUpdate, rosa: User) -> Comparison:
    """Compare, approve, and hold the one against the other on the day of the update and today."""
    benchmark = update.benchmark
    before = (then(benchmark, update.happened_on), then(benchmark))
    compared = compare(update, rosa)
    rating, positions = compared.rating, compared.positions
    assert [(s.value, s.on, s.precision) for s in (rating.stood, rating.today)] == list(before)
    told = [(s.value, s.on, s.precision) for s in (rating.proposed, rating.afterwards)]
    for axis in positions:
        assert axis.addressee
        assert axis.stood.value == position(benchmark, axis.addressee, update.happened_on)
        assert axis.today.value == position(benchmark, axis.addressee)
    workflow.approve(update, rosa, "Because.")
    assert told == [then(benchmark, update.happened_on), then(benchmark)]
    benchmark.refresh_from_db()
    assert rating.afterwards.value == benchmark.rating
    for axis in positions:
        assert axis.addressee
        assert axis.proposed.value == position(benchmark, axis.addressee, update.happened_on)
        assert axis.afterwards.value == position(benchmark, axis.addressee)
    return compared


# Today's rating ------------------------------


@pytest.mark.promise("H2")
def test_the_first_assessment_changes_todays_rating(alice: User, rosa: User, benchmark: Benchmark) -> None:
    compared = reckoned(make_update(alice, benchmark, happened_on=DAY, proposed_rating="initial"), rosa)
    assert compared.rating.verdict == Verdict.CHANGES
    assert (compared.rating.today.value, compared.rating.afterwards.value) == ("unassessed", "initial")
    assert compared.line is None


@pytest.mark.promise("H2")
def test_a_newer_assessment_changes_todays_rating(alice: User, rosa: User, benchmark: Benchmark) -> None:
    line = make_line(benchmark, alice, rosa, "no_progress", on=DAY)
    compared = reckoned(make_update(alice, benchmark, happened_on=LATER, proposed_rating="initial"), rosa)
    assert compared.rating.verdict == Verdict.CHANGES
    assert compared.rating.differs
    assert compared.line == line


@pytest.mark.promise("H2")
def test_a_backdated_assessment_leaves_todays_rating(alice: User, rosa: User, benchmark: Benchmark) -> None:
    make_line(benchmark, alice, rosa, "no_progress", on=LATER)
    compared = reckoned(make_update(alice, benchmark, happened_on=DAY, proposed_rating="met"), rosa)
    assert compared.rating.verdict == Verdict.LATER
    assert (compared.rating.stood.value, compared.rating.proposed.value) == ("unassessed", "met")
    assert compared.rating.afterwards.on == LATER


def test_the_same_rating_of_a_later_day_renews_freshness(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    compared = reckoned(make_update(alice, benchmark, happened_on=LATER, proposed_rating="initial"), rosa)
    assert compared.rating.verdict == Verdict.RENEWED
    assert not compared.rating.differs


def test_the_same_rating_of_the_same_day_renews_nothing(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    compared = reckoned(make_update(alice, benchmark, happened_on=DAY, proposed_rating="initial"), rosa)
    assert compared.rating.verdict == Verdict.STAYS
    assert compared.rating.is_spoken_of


def test_of_two_assessments_of_one_day_the_one_recorded_last_stands(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    compared = reckoned(make_update(alice, benchmark, happened_on=DAY, proposed_rating="met"), rosa)
    assert compared.rating.verdict == Verdict.CHANGES


def test_a_note_adds_no_line_and_changes_nothing(alice: User, rosa: User, benchmark: Benchmark) -> None:
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    update = make_update(alice, benchmark, happened_on=LATER)
    compared = reckoned(update, rosa)
    assert not update.makes_a_line
    assert compared.rating.verdict == Verdict.STAYS
    assert not compared.rating.is_spoken_of


@pytest.mark.parametrize(("precision", "day"), [("month", date(2021, 6, 1)), ("year", date(2021, 1, 1))])
def test_a_day_known_to_the_month_or_year_counts_from_its_first_day(
    alice: User, rosa: User, benchmark: Benchmark, precision: str, day: date
) -> None:
    make_line(benchmark, alice, rosa, "no_progress", on=day - timedelta(days=1))
    make_line(benchmark, alice, rosa, "regression", on=day + timedelta(days=1))
    update = make_update(
        alice, benchmark, happened_on=day, happened_on_precision=precision, proposed_rating="met"
    )
    compared = reckoned(update, rosa)
    assert compared.rating.stood.value == "no_progress"
    assert compared.rating.verdict == Verdict.LATER
    assert compared.rating.proposed.on_written in {"June 2021", "2021"}


# Corrections and withdrawals ------------------------------


@pytest.mark.promise("H2")
def test_a_withdrawal_gives_back_what_stood_before(alice: User, rosa: User, benchmark: Benchmark) -> None:
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    line = make_line(benchmark, alice, rosa, "met", on=LATER)
    compared = reckoned(workflow.propose_withdrawal(line, by=alice, reason="It was another one."), rosa)
    assert compared.rating.verdict == Verdict.CHANGES
    assert (compared.rating.afterwards.value, compared.rating.afterwards.on) == ("initial", DAY)
    assert compared.line == line


def test_withdrawing_the_only_assessment_leaves_none(alice: User, rosa: User, benchmark: Benchmark) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=LATER)
    compared = reckoned(workflow.propose_withdrawal(line, by=alice, reason="Wrong."), rosa)
    assert compared.rating.afterwards.value == "unassessed"
    assert compared.rating.afterwards.on is None


def test_withdrawing_a_confirmation_makes_the_rating_older(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    line = make_line(benchmark, alice, rosa, "initial", on=LATER)
    compared = reckoned(workflow.propose_withdrawal(line, by=alice, reason="Wrong."), rosa)
    assert compared.rating.verdict == Verdict.DATED
    assert compared.rating.afterwards.on == DAY


def test_withdrawing_an_old_line_leaves_todays_rating(alice: User, rosa: User, benchmark: Benchmark) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=DAY)
    make_line(benchmark, alice, rosa, "initial", on=LATER)
    compared = reckoned(workflow.propose_withdrawal(line, by=alice, reason="Wrong."), rosa)
    assert compared.rating.verdict == Verdict.STAYS
    assert compared.rating.is_spoken_of


def test_a_correction_stands_instead_of_its_line(alice: User, rosa: User, benchmark: Benchmark) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=LATER)
    update = workflow.propose_correction(line, by=alice, narrative="Not all.", proposed_rating="substantial")
    compared = reckoned(update, rosa)
    assert compared.rating.verdict == Verdict.CHANGES
    assert compared.rating.afterwards.value == "substantial"


def test_a_correction_to_an_earlier_day_may_lose_against_what_lies_between(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa, "regression", on=date(2021, 1, 1))
    line = make_line(benchmark, alice, rosa, "met", on=LATER)
    update = workflow.propose_correction(
        line, by=alice, narrative="It was earlier.", happened_on=DAY, proposed_rating="met"
    )
    compared = reckoned(update, rosa)
    assert compared.rating.verdict == Verdict.CHANGES
    assert compared.rating.afterwards.value == "regression"
    assert not compared.rating.afterwards.is_proposed


def test_a_line_that_was_taken_back_meanwhile_is_said_to_block_the_approval(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=DAY)
    first, second = (workflow.propose_withdrawal(line, by=alice, reason=reason) for reason in ("a", "b"))
    assert not compare(second, rosa).is_blocked
    workflow.approve(first, rosa, "Yes.")
    assert compare(second, rosa).is_voided_already
    assert compare(second, rosa).is_blocked


def test_a_benchmark_without_a_criterion_is_said_to_block_the_approval(alice: User, rosa: User) -> None:
    benchmark = Benchmark.objects.create(code="B-1", slug="b-1", title="Bare", measure="process")
    assert compare(make_update(alice, benchmark, proposed_rating="met"), rosa).is_blocked
    assert not compare(make_update(alice, benchmark), rosa).is_blocked


# Positions ------------------------------


def test_a_position_changes_for_its_addressee_alone(alice: User, rosa: User, benchmark: Benchmark) -> None:
    council, parliament = make_organisation(alice, name="Council"), make_organisation(alice, name="Assembly")
    for who in (council, parliament):
        make_line(benchmark, alice, rosa, None, on=DAY, proposed_position="noted", addressee=who)
    update = make_update(alice, benchmark, happened_on=LATER, proposed_position="accepted", addressee=council)
    compared = reckoned(update, rosa)
    first, second = compared.positions
    assert (first.addressee, first.verdict, first.differs) == (council, Verdict.CHANGES, True)
    assert (second.addressee, second.is_spoken_of) == (parliament, False)
    assert not compared.rating.is_spoken_of


def test_a_backdated_position_leaves_todays(alice: User, rosa: User, benchmark: Benchmark) -> None:
    council = make_organisation(alice)
    make_line(benchmark, alice, rosa, None, on=LATER, proposed_position="rejected", addressee=council)
    update = make_update(alice, benchmark, happened_on=DAY, proposed_position="noted", addressee=council)
    assert [axis.verdict for axis in reckoned(update, rosa).positions] == [Verdict.LATER]


def test_correcting_whose_position_it_was_changes_both(alice: User, rosa: User, benchmark: Benchmark) -> None:
    council, parliament = make_organisation(alice), make_organisation(alice)
    line = make_line(benchmark, alice, rosa, None, on=DAY, proposed_position="accepted", addressee=council)
    update = workflow.propose_correction(
        line, by=alice, narrative="The other one.", proposed_position="accepted", addressee=parliament
    )
    changed = {axis.addressee: axis.afterwards.value for axis in reckoned(update, rosa).positions}
    assert changed == {council: "not_stated", parliament: "accepted"}


# Words ------------------------------


def test_what_was_logged_before_is_compared_and_no_word_of_it_where_it_was_hidden(
    alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "initial", on=DAY, narrative="They met.", reason="Public.")
    update = make_update(alice, benchmark, happened_on=LATER)
    assert compare(update, omar).words == "They met."
    hiding.hide(line.update, by=alice)
    assert compare(update, omar).is_withheld
    assert compare(update, omar).words == ""
    assert compare(update, alice).words == "They met."


def test_a_revised_criterion_is_told(alice: User, rosa: User, benchmark: Benchmark) -> None:
    update = make_update(alice, benchmark, proposed_rating="met")
    assert not compare(update, rosa).is_judged_by_an_old_criterion
    lifecycle.revise_criterion(benchmark, text="More.", effective_on=DAY, reason="Clearer.", by=rosa)
    update = ProgressUpdate.objects.get(pk=update.pk)
    assert compare(update, rosa).is_judged_by_an_old_criterion


def test_comparing_takes_two_queries_however_long_the_history(
    alice: User, rosa: User, benchmark: Benchmark, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        make_line(benchmark, alice, rosa, "initial", on=DAY + timedelta(days=number))
    made = make_update(alice, benchmark, happened_on=LATER, proposed_rating="met")
    update = ProgressUpdate.objects.select_related("benchmark", "addressee").get(pk=made.pk)
    with django_assert_num_queries(2):
        compared = compare(update, rosa)
        assert compared.words
        assert not compared.is_judged_by_an_old_criterion


# Any history ------------------------------


@pytest.mark.promise("H2")
@pytest.mark.parametrize(("rating", "days"), list(product(["met", None], [-1, 0, 1])))
def test_what_is_told_is_what_comes_beside_any_other_line(
    alice: User, rosa: User, benchmark: Benchmark, rating: str | None, days: int
) -> None:
    council = make_organisation(alice)
    make_line(benchmark, alice, rosa, "initial", on=DAY, proposed_position="noted", addressee=council)
    proposed = {"proposed_position": "accepted", "addressee": council} if rating is None else {}
    day = DAY + timedelta(days=days)
    reckoned(make_update(alice, benchmark, happened_on=day, proposed_rating=rating, **proposed), rosa)


STEP = st.tuples(
    st.sampled_from(["assess", "correct", "withdraw"]),
    st.sampled_from([*RATED, None]),
    st.sampled_from(["noted", "accepted", None]),
    st.integers(0, 1),  # whose position
    st.integers(0, 5),  # the day
    st.integers(0, 20),  # which line
)


@pytest.mark.promise("H2")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_what_is_told_is_what_comes_in_any_history(alice: User, rosa: User, steps: list[Any]) -> None:
    benchmark = make_benchmark(alice)
    parties = [make_organisation(alice), make_organisation(alice)]
    for kind, rating, stated, whose, day, which in steps:
        addressee = parties[whose] if stated else None
        said: dict[str, Any] = {
            "proposed_rating": rating,
            "proposed_position": stated,
            "addressee": addressee,
        }
        on = DAY + timedelta(days=day)
        standing = StatusEvent.objects.standing().filter(benchmark=benchmark).exclude(kind="withdrawal")
        lines = list(standing.order_by("pk"))
        if kind == "assess" or not lines:
            reckoned(make_update(alice, benchmark, happened_on=on, **said), rosa)
            continue
        line = lines[which % len(lines)]
        if kind == "withdraw" or not (rating or stated):
            reckoned(workflow.propose_withdrawal(line, by=alice, reason="Wrong."), rosa)
        else:
            update = workflow.propose_correction(line, by=alice, narrative="No.", happened_on=on, **said)
            reckoned(update, rosa)
