"""The people and benchmarks of the workflow's state machine, and what holds after each of its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from accounts.models import Role, User
from benchmarks import verify
from benchmarks.models import (
    Change,
    Comment,
    Evidence,
    Mention,
    ProgressUpdate,
    StatusEvent,
    WorkingCopy,
)
from tests.make import make_benchmark, make_user
from tests.workflow_model import Refused, Update, World

ROLES = {
    "alice": Role.CONTRIBUTOR,
    "abel": Role.CONTRIBUTOR,
    "rosa": Role.REVIEWER,
    "omar": Role.REVIEWER,
    "ada": Role.ADMINISTRATOR,
    "victor": Role.VIEWER,
    "charlie": None,
}
BENCHMARKS, MOST_UPDATES = 3, 12


class Compared(RuleBasedStateMachine):
    """Seven people, three benchmarks and a few updates, in the database and in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.now = datetime(2022, 6, 1, 9, tzinfo=UTC)
        self.texts = self.steps = 0

    def teardown(self) -> None:
        try:
            for name in self.people:
                self.sees_what_they_should(name)
            assert list(verify.findings()) == []
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        with time_machine.travel(self.now, tick=False):
            self.people = {name: make_user(name, role) for name, role in ROLES.items()}
            self.benchmarks = [make_benchmark(self.people["ada"]) for _ in range(BENCHMARKS)]
        self.world = World({name: role or "" for name, role in ROLES.items()}, ["active"] * BENCHMARKS)
        self.begin_with()

    def begin_with(self) -> None:
        """What is there already."""

    @property
    def has_room(self) -> bool:
        """True as long as there are few updates: many would each go through little."""
        return len(self.world.updates) < MOST_UPDATES

    # How a step is taken ------------------------------

    def update(self, number: int, fits: Callable[[Update], Any] = bool) -> Update:
        """One of the updates; three times out of four one that this step fits, if there is one."""
        fitting = [one for one in self.world.updates if fits(one)] if number % 4 else []
        among = fitting or self.world.updates
        return among[number // 4 % len(among)]

    def reviewer(self, update: Update) -> str:
        """Somebody who may decide on it, if there is anybody."""
        able = [name for name in ROLES if self.world.reviews(name) and name != update.author]
        return min(able, key=lambda name: not self.world.sees(name, update), default="rosa")

    def do(self, refused: Refused, work: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do it; it has to be refused in this way, or not at all. None is the answer where it is."""
        with time_machine.travel(self.now, tick=False):
            if refused is None:
                return work(*args, **more)
            with pytest.raises(refused):
                work(*args, **more)
        return None

    def user(self, name: str) -> User:
        return self.people[name]

    # What holds at any time ------------------------------

    @invariant()
    def each_update_is_in_the_state_that_followed(self) -> None:
        held = {one.pk: one for one in ProgressUpdate.objects.select_related("author", "reviewer")}
        there = [one for one in self.world.updates if not one.is_purged]
        assert set(held) == {one.made.pk for one in there}
        for one in there:
            found = held[one.made.pk]
            assert (found.state, found.submission, found.audience) == (
                one.state,
                one.submission,
                one.audience,
            )
            assert found.proposed_rating == one.rating
            assert found.discarded_at == one.discarded_at
            assert found.reviewer == (self.user(one.reviewer) if one.reviewer else None)
            assert found.reviewer != found.author
            assert found.hidden_by == (self.user(one.hidden_by) if one.hidden_by else None)
            assert found.hiding_confirmed_by == (self.user(one.confirmed_by) if one.confirmed_by else None)

    @invariant()
    def each_submission_was_decided_once_and_each_line_comes_of_one(self) -> None:
        kinds = ["update_approved", "update_rejected", "update_returned"]
        decided = list(Change.objects.filter(kind__in=kinds).values_list("object_id", flat=True))
        for one in self.world.updates:
            assert decided.count(one.made.pk) == len(one.decisions) <= one.submission
        lines = dict(StatusEvent.objects.values_list("update", "rating"))
        assert lines == {one.made.pk: one.rating for one in self.world.updates if one.line}
        for one in self.world.updates:
            assert (one.line is not None) == (one.state == "approved" and one.makes_a_line)

    @invariant()
    def one_of_them_sees_what_they_should(self) -> None:
        """One at a time, for it takes longest; the next one comes next, and all of them in the end."""
        self.steps += 1
        self.sees_what_they_should(list(self.people)[self.steps % len(self.people)])

    def sees_what_they_should(self, name: str) -> None:
        person, there = self.people[name], [one for one in self.world.updates if not one.is_purged]
        seen = set(ProgressUpdate.objects.visible_to(person).values_list("pk", flat=True))
        assert seen == {one.made.pk for one in there if self.world.sees(name, one)}, name
        pieces = set(Evidence.objects.visible_to(person).values_list("update", flat=True))
        shown = {one.made.pk for one in there if one.evidence and self.world.sees_evidence(name, one)}
        assert pieces == shown, name
        assert Mention.objects.unseen_by(person).count() == self.world.news(name), name

    @invariant()
    def what_awaits_somebody_is_listed(self) -> None:
        there = [one for one in self.world.updates if not one.is_purged]
        waiting = {one.made.pk for one in there if one.state == "submitted" and not one.hidden_by}
        assert set(ProgressUpdate.objects.waiting().values_list("pk", flat=True)) == waiting
        looked_for = [one for one in there if one.hidden_by and not one.confirmed_by]
        hidden = {one.made.pk for one in looked_for if not one.is_kept_back}
        assert set(ProgressUpdate.objects.hidden().values_list("pk", flat=True)) == hidden
        assert Comment.objects.count() == sum(one.comments for one in there)

    @invariant()
    def no_word_is_lost(self) -> None:
        copies: dict[int, list[WorkingCopy]] = {}
        for copy in WorkingCopy.objects.all():
            copies.setdefault(copy.update_id, []).append(copy)
        for one in self.world.updates:
            held = [] if one.is_purged else copies.pop(one.made.pk, [])
            texts = {copy.words["narrative"][0] for copy in held}
            if not one.is_purged:
                assert set(one.words.alive.values()) <= texts
            main = [copy.words["narrative"][0] for copy in held if not copy.is_aside]
            if not one.is_purged:
                assert main == ([one.words.main.text] if one.words.main else [])
                assert {copy.window for copy in held if copy.is_aside} == set(one.words.aside)
        assert copies == {}
