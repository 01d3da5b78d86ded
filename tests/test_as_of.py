"""What stood on a day, as it is known now or as it was known then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from benchmarks import history, lifecycle
from benchmarks.models import Benchmark, Organisation
from tests.ledger import correct, withdraw
from tests.make import make_benchmark, make_line, make_organisation, make_update

pytestmark = pytest.mark.promise("H2")

MORNING = datetime(2021, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    with at(MORNING):
        return make_benchmark(alice)


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def then(benchmark: Benchmark, day: date | None = None, known: datetime | None = None) -> Any:
    return Benchmark.objects.as_of(day, known).get(pk=benchmark.pk)


def rating(benchmark: Benchmark, day: date | None = None, known: datetime | None = None) -> str:
    return str(then(benchmark, day, known).rating_then)


def stored(benchmark: Benchmark) -> tuple[Any, ...]:
    benchmark.refresh_from_db()
    return tuple(
        getattr(benchmark, name) for name in ("rating", "rated_on", "rated_on_precision", "position")
    )


def test_nothing_stands_before_the_first_line(benchmark: Benchmark, alice: User, rosa: User) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    assert rating(benchmark, date(2020, 4, 30)) == "unassessed"
    assert rating(benchmark, date(2020, 5, 1)) == "met"


def test_a_day_is_answered_as_known_now_or_as_known_then(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    with at(MORNING):
        make_line(benchmark, alice, rosa, "initial", on=date(2020, 5, 1))
    with at(MORNING + timedelta(days=9)):
        make_line(benchmark, alice, rosa, "regression", on=date(2020, 4, 1))
    day = date(2020, 4, 15)
    assert rating(benchmark, day) == "regression"
    assert rating(benchmark, day, MORNING) == "unassessed"
    assert rating(benchmark, date(2020, 5, 2)) == "initial"


def test_a_correction_leaves_what_was_believed_before_it(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    with at(MORNING):
        line = make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    corrected_at = MORNING + timedelta(days=5)
    with at(corrected_at):
        correct(line, alice, rosa, proposed_rating="initial")
    assert rating(benchmark, known=corrected_at - timedelta(microseconds=1)) == "met"
    assert rating(benchmark, known=corrected_at) == "initial"
    assert stored(benchmark)[:2] == ("initial", date(2020, 5, 1))


def test_a_withdrawal_brings_back_what_stood_before(benchmark: Benchmark, alice: User, rosa: User) -> None:
    make_line(benchmark, alice, rosa, "initial", on=date(2019, 1, 1))
    line = make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    withdraw(line, alice, rosa)
    assert stored(benchmark)[:2] == ("initial", date(2019, 1, 1))
    withdraw(benchmark.status_events.get(rating="initial"), alice, rosa)
    assert stored(benchmark)[:2] == ("unassessed", None)


def test_a_corrected_line_stays_void_when_its_correction_is_withdrawn(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    withdraw(correct(line, alice, rosa, proposed_rating="initial"), alice, rosa)
    assert stored(benchmark)[0] == "unassessed"


def test_a_correction_may_move_a_line_to_another_day(benchmark: Benchmark, alice: User, rosa: User) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    correct(line, alice, rosa, proposed_rating="met", happened_on=date(2019, 2, 2))
    assert rating(benchmark, date(2019, 2, 2)) == "met"
    assert stored(benchmark)[1] == date(2019, 2, 2)


def test_of_two_lines_of_one_day_the_later_recorded_stands(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    for value in ("met", "regression"):
        make_line(benchmark, alice, rosa, value, on=date(2020, 5, 1))
    assert stored(benchmark)[0] == "regression"


def test_the_same_rating_again_renews_its_date(benchmark: Benchmark, alice: User, rosa: User) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2019, 5, 1))
    make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    assert stored(benchmark)[:2] == ("met", date(2020, 5, 1))


def test_a_position_alone_leaves_the_rating_and_its_date(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    council = make_organisation(alice)
    make_line(benchmark, alice, rosa, "met", on=date(2019, 5, 1))
    make_line(benchmark, alice, rosa, None, on=date(2020, 5, 1), proposed_position="noted", addressee=council)
    assert stored(benchmark) == ("met", date(2019, 5, 1), "day", "noted")


def test_an_imprecise_date_keeps_its_precision(benchmark: Benchmark, alice: User, rosa: User) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2023, 6, 1), happened_on_precision="month")
    assert stored(benchmark)[1:3] == (date(2023, 6, 1), "month")
    assert benchmark.rated_on_written == "June 2023"


def state(
    benchmark: Benchmark, author: User, reviewer: User, position: str, whose: Organisation, day: int
) -> None:
    fields: dict[str, Any] = {"proposed_position": position, "addressee": whose}
    make_line(benchmark, author, reviewer, None, on=date(2020, 5, day), **fields)


def test_positions_of_several_addressees_are_one_or_differ(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    council, commission = make_organisation(alice), make_organisation(alice)
    seen = []
    for day, (position, whose) in enumerate(
        [("noted", council), ("accepted", commission), ("rejected", commission), ("rejected", council)],
        start=1,
    ):
        state(benchmark, alice, rosa, position, whose, day)
        seen.append(stored(benchmark)[3])
    assert seen == ["noted", "differs", "differs", "rejected"]
    assert then(benchmark, date(2020, 5, 1)).position_then == "noted"
    assert then(benchmark, date(2020, 4, 30)).position_then == "not_stated"


def test_a_criterion_is_the_one_in_force_on_the_day_and_lines_keep_theirs(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    first = benchmark.criterion
    line = make_line(benchmark, alice, rosa, "met", on=date(2019, 5, 1))
    revised = MORNING + timedelta(days=5)
    with at(revised):
        second = lifecycle.revise_criterion(
            benchmark, text="Twice.", effective_on=date(2018, 1, 1), reason="Once is chance.", by=rosa
        )
    assert benchmark.criterion == second
    assert then(benchmark, date(2017, 12, 31)).criterion_then == first.pk  # type: ignore[union-attr]
    assert then(benchmark, date(2018, 1, 1)).criterion_then == second.pk
    line.refresh_from_db()
    assert line.criterion == first


def test_any_number_of_benchmarks_is_answered_in_one_query(
    alice: User, rosa: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        make_line(make_benchmark(alice), alice, rosa, "met")
    with django_assert_num_queries(1):
        answers = list(Benchmark.objects.as_of(date(2021, 1, 1), datetime.now(UTC)))
    assert {answer.rating_then for answer in answers} == {"met"}  # type: ignore[attr-defined]


def test_without_an_end_it_equals_the_fields_of_the_benchmark(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    folded = history.folded_fields(then(benchmark))
    benchmark.refresh_from_db()
    assert folded == {name: getattr(benchmark, name) for name in folded}


def test_a_clock_that_goes_back_does_not_turn_the_order_round(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    with at(MORNING + timedelta(days=5)):
        first = make_line(benchmark, alice, rosa, "met", on=date(2020, 5, 1))
    with at(MORNING):
        second = make_line(benchmark, alice, rosa, "initial", on=date(2020, 5, 1))
    assert second.recorded_at == first.recorded_at
    assert stored(benchmark)[0] == "initial"


def test_an_update_that_waits_changes_nothing(benchmark: Benchmark, alice: User) -> None:
    make_update(alice, benchmark, proposed_rating="met")
    assert stored(benchmark)[0] == "unassessed"


def test_what_is_to_come_cannot_be_recorded(benchmark: Benchmark, alice: User) -> None:
    with at(MORNING + timedelta(days=1)), pytest.raises(ValidationError, match="future"):
        make_update(alice, benchmark, proposed_rating="met", happened_on=date(2021, 3, 3))
