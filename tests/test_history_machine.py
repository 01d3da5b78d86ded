"""Assessments, backdated ones, corrections and withdrawals in any order, against a plain model of them.

Whatever is asked of the database, the model answers by looking at every line one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Role
from benchmarks import lifecycle, verify, workflow
from benchmarks.dates import Precision, first_of_period
from benchmarks.models import Benchmark, StatusEvent
from tests.make import make_benchmark, make_line, make_organisation, make_user

BEGIN = date(2019, 6, 1)
RATINGS = ["met", "substantial", "initial", "no_progress", "regression"]
POSITIONS = ["not_stated", "accepted", "accepted_in_part", "noted", "rejected"]

which = st.integers(0, 10**6)  # one of the lines there are, whatever their number
days = st.integers(0, 1000).map(lambda after: BEGIN + timedelta(days=after))
precisions = st.sampled_from(Precision.values)
ratings = st.sampled_from(RATINGS)
statements = st.tuples(st.sampled_from(POSITIONS), st.integers(0, 2))


@dataclass
class Written:
    """What was written down: a line, or a version of a criterion."""

    of: int
    on: date
    at: datetime
    order: int
    made: Any
    precision: str = "day"
    rating: str | None = None
    position: str | None = None
    addressee: int | None = None
    voids: Written | None = None

    @property
    def place(self) -> tuple[date, int]:
        return (self.on, self.order)


def latest(lines: Iterable[Written]) -> Written | None:
    return max(lines, key=lambda line: line.place, default=None)


@dataclass
class Model:
    """Lines and criteria as they were written down, and nothing derived from them."""

    lines: list[Written] = field(default_factory=list)
    criteria: list[Written] = field(default_factory=list)

    def standing(self, of: int, day: date | None, known: datetime | None) -> list[Written]:
        seen = [line for line in self.lines if known is None or line.at <= known]
        voided = [line.voids for line in seen if line.voids]
        return [
            line
            for line in seen
            if line.of == of
            and not any(line is other for other in voided)
            and (day is None or line.on <= day)
        ]

    def answer(self, of: int, day: date | None = None, known: datetime | None = None) -> tuple[Any, ...]:
        """Rating, its date and precision, position shown and key of the criterion, as `as_of` should say."""
        standing = self.standing(of, day, known)
        rated = latest(line for line in standing if line.rating)
        stated = [line for line in standing if line.position]
        newest = [latest(line for line in stated if line.addressee == who) for who in range(3)]
        positions = {line.position for line in newest if line}
        criterion = latest(
            version
            for version in self.criteria
            if version.of == of
            and (day is None or version.on <= day)
            and (known is None or version.at <= known)
        )
        return (
            rated.rating if rated else "unassessed",
            rated.on if rated else None,
            rated.precision if rated else "day",
            "differs" if len(positions) > 1 else next(iter(positions), "not_stated"),
            criterion.made.pk if criterion else None,
        )


class Histories(RuleBasedStateMachine):
    """Two benchmarks, three addressees, and a clock that is put forward and sometimes back."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.now = datetime(2022, 6, 1, 9, tzinfo=UTC)
        self.model = Model()
        self.moments: set[datetime] = set()
        self.order = 0

    def teardown(self) -> None:
        try:
            self.every_day_at_every_moment()
            assert list(verify.findings()) == []
        finally:
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        with time_machine.travel(self.now, tick=False):
            self.alice, self.rosa = make_user("alice", Role.CONTRIBUTOR), make_user("rosa", Role.REVIEWER)
            self.addressees = [make_organisation(self.alice) for _ in range(3)]
            self.benchmarks = [make_benchmark(self.alice, effective_on=BEGIN) for _ in range(2)]
        for of, benchmark in enumerate(self.benchmarks):
            self.note(self.model.criteria, of, benchmark.criterion, BEGIN)

    def note(self, among: list[Written], of: int, made: Any, on: date, **said: Any) -> None:
        """Write into the model what the database was told, and when it says that it was."""
        self.order += 1
        self.moments.add(made.recorded_at)
        among.append(Written(of=of, on=on, at=made.recorded_at, order=self.order, made=made, **said))

    def proposed(
        self, rating: str | None, statement: tuple[str, int] | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A rating, a position or both: as an update has them, and as the model has them."""
        position, who = statement or (None, None)
        update = {
            "proposed_rating": rating,
            "proposed_position": position,
            "addressee": None if who is None else self.addressees[who],
        }
        return update, {"rating": rating, "position": position, "addressee": who}

    def open_lines(self) -> list[Written]:
        """Lines that may still be corrected or withdrawn."""
        voided = {id(line.voids) for line in self.model.lines}
        return [
            line
            for line in self.model.lines
            if id(line) not in voided and line.made.kind != StatusEvent.Kind.WITHDRAWAL
        ]

    @rule(
        of=st.integers(0, 1), on=days, precision=precisions, rating=ratings, statement=st.none() | statements
    )
    def assess(
        self, of: int, on: date, precision: str, rating: str | None, statement: tuple[str, int] | None
    ) -> None:
        """Its date may lie before that of lines there are: then the past changes."""
        on = first_of_period(on, precision)
        update, said = self.proposed(rating, statement)
        rated = update.pop("proposed_rating")
        with time_machine.travel(self.now, tick=False):
            line = make_line(
                self.benchmarks[of],
                self.alice,
                self.rosa,
                rated,
                on=on,
                happened_on_precision=precision,
                **update,
            )
        self.note(self.model.lines, of, line, on, precision=precision, **said)

    @rule(of=st.integers(0, 1), on=days, statement=statements)
    def state(self, of: int, on: date, statement: tuple[str, int]) -> None:
        """A position alone rates nothing."""
        self.assess(of, on, "day", None, statement)

    @precondition(lambda self: self.open_lines())
    @rule(number=which, on=st.none() | days, rating=ratings, statement=st.none() | statements)
    def correct(self, number: int, on: date | None, rating: str, statement: tuple[str, int] | None) -> None:
        lines = self.open_lines()
        voided = lines[number % len(lines)]
        update, said = self.proposed(rating, statement)
        with time_machine.travel(self.now, tick=False):
            logged = workflow.propose_correction(
                voided.made, by=self.alice, narrative="It was wrong.", happened_on=on, **update
            )
            line = workflow.approve(logged, self.rosa, "It was wrong indeed.")
        precision = "day" if on else voided.precision
        self.note(
            self.model.lines, voided.of, line, on or voided.on, voids=voided, precision=precision, **said
        )

    @precondition(lambda self: self.open_lines())
    @rule(number=which)
    def withdraw(self, number: int) -> None:
        lines = self.open_lines()
        voided = lines[number % len(lines)]
        with time_machine.travel(self.now, tick=False):
            logged = workflow.propose_withdrawal(voided.made, by=self.alice, reason="It never happened.")
            line = workflow.approve(logged, self.rosa, "It never happened indeed.")
        self.note(self.model.lines, voided.of, line, voided.on, voids=voided, precision=voided.precision)

    @precondition(lambda self: any(line.voids for line in self.model.lines))
    @rule(number=which)
    def void_again(self, number: int) -> None:
        """What was corrected or withdrawn stays so for good, and its place is not taken twice."""
        voided = [line.voids for line in self.model.lines if line.voids]
        line = voided[number % len(voided)]
        with time_machine.travel(self.now, tick=False):
            logged = workflow.propose_withdrawal(line.made, by=self.alice, reason="Again.")
            with pytest.raises(ValidationError):
                workflow.approve(logged, self.rosa, "Again.")

    @rule(of=st.integers(0, 1), on=days)
    def revise_criterion(self, of: int, on: date) -> None:
        with time_machine.travel(self.now, tick=False):
            version = lifecycle.revise_criterion(
                self.benchmarks[of], text="Otherwise.", effective_on=on, reason="It is clearer.", by=self.rosa
            )
        self.note(self.model.criteria, of, version, on)

    @rule(hours=st.integers(-48, 2000))
    def pass_time(self, hours: int) -> None:
        """Clocks go back, too: the order of what was recorded does not."""
        self.now += timedelta(hours=hours)

    @invariant()
    def what_stands_today(self) -> None:
        for of, benchmark in enumerate(self.benchmarks):
            benchmark.refresh_from_db()
            stored = tuple(getattr(benchmark, name) for name in Benchmark.FOLDED[:-1])
            assert (*stored, benchmark.criterion_id) == self.model.answer(of)

    def every_day_at_every_moment(self) -> None:
        """Each day on which something changed and its eve, known at each moment and just before it."""
        written = [*self.model.lines, *self.model.criteria]
        asked = {line.on - timedelta(days=eve) for line in written for eve in (0, 1)}
        moments = {moment - timedelta(microseconds=eve) for moment in self.moments for eve in (0, 1)}
        for day in [None, *sorted(asked)[::2], max(asked)]:
            for known in [None, *sorted(moments)]:
                self.compare(day, known)

    def compare(self, day: date | None, known: datetime | None) -> None:
        found = Benchmark.objects.as_of(day, known).in_bulk([one.pk for one in self.benchmarks])
        for of, benchmark in enumerate(self.benchmarks):
            then: Any = found[benchmark.pk]
            answered = (
                then.rating_then,
                then.rated_on_then,
                then.rated_on_precision_then,
                then.position_then,
                then.criterion_then,
            )
            assert answered == self.model.answer(of, day, known), (day, known)


@pytest.mark.timeout(900)
@pytest.mark.promise("H2")
@pytest.mark.django_db
def test_any_history_answers_as_a_plain_model_does() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=12,
            stateful_step_count=16,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
