"""People whose roles change, drafts in several windows, decisions, hiding and comments in any order.

A plain model says of each step whether it is allowed and what follows; the database is compared with it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from benchmarks import discussion, drafts, hiding, succession, workflow
from benchmarks.models import (
    Benchmark,
    ProgressUpdate,
)
from tests.make import make_link
from tests.workflow_model import RANKS, Line, Update
from tests.workflow_world import BENCHMARKS, ROLES, Compared

DAY = date(2020, 1, 1)

which = st.integers(0, 10**6)  # one of the updates or lines there are, whatever their number
# None stands for whoever this step is usually taken by: otherwise most steps would be refused.
whoever = st.none() | st.none() | st.sampled_from(list(ROLES))
windows = st.sampled_from(["a", "b", "c"])
moves = st.tuples(windows, st.sampled_from(["saves", "saves", "hears nothing", "is the same", "opens"]))
ratings = st.sampled_from(["met", "initial", "regression"])
audiences = st.sampled_from(["public", "internal", "internal", "restricted"])
some_readers = st.sets(st.sampled_from(list(ROLES)), max_size=2)
submissions = st.sampled_from([None, 0, 0, -1])  # None: not said; else how far from the one that waits


class Workflows(Compared):
    """Each rule is one step of somebody; a second line of defence stands in `Compared`."""

    def begin_with(self) -> None:
        """One line stands, one update waits, one is written."""
        for rating in ("met", None):
            self.log("alice", 0, rating, "internal", set())
        self.approve(1, "rosa", None, "Because.")
        self.begin_a_draft("abel", 1)

    # Writing ------------------------------

    @precondition(lambda self: self.has_room)
    @rule(who=whoever, of=st.integers(0, BENCHMARKS - 1))
    def begin_a_draft(self, who: str | None, of: int) -> None:
        self.begun(who or "alice", of)

    def begun(self, who: str, of: int) -> Update | None:
        refused = self.world.may_begin(who, of)
        made = self.do(refused, drafts.begin, self.benchmarks[of], by=self.user(who))
        if refused:
            return None
        update = Update(made, who, of)
        self.world.updates.append(update)
        return update

    @precondition(lambda self: self.has_room)
    @rule(
        who=st.sampled_from(["alice", "abel", "rosa"]),
        of=st.integers(0, BENCHMARKS - 1),
        rating=st.none() | ratings,
        audience=audiences,
        readers=some_readers,
    )
    def log(self, who: str, of: int, rating: str | None, audience: str, readers: set[str]) -> None:
        """Begin and submit at once, so that something waits."""
        if update := self.begun(who, of):
            self.hand_in(update, who, None, rating if audience != "restricted" else None, audience, readers)

    @rule(number=which, who=whoever, moves=st.lists(moves, min_size=1, max_size=8))
    def type(self, number: int, who: str | None, moves: list[tuple[str, str]]) -> None:
        """Several windows save what is typed in them, as they come."""
        update = self.update(number, lambda one: one.is_open)
        for window, move in moves:
            if move == "opens" or window not in update.words.windows:
                update.words.open(window)
            else:
                self.save(update, who or update.author, window, move)

    def save(self, update: Update, who: str, window: str, move: str) -> None:
        """Save what a window holds, and let it hear the answer or not; now and then it is what stands."""
        words = update.words
        self.texts += 1
        text = words.main.text if words.main and move == "is the same" else f"Text {self.texts}"
        version = words.windows[window].version
        refused = self.world.may_edit(who, update)
        is_told = words.is_behind(window, text, version)
        said = {"window": window, "version": version}
        kept = self.do(refused, drafts.keep, update.made, {"narrative": [text]}, by=self.user(who), **said)
        if refused:
            return
        assert (kept.theirs is not None) == is_told == kept.copy.is_aside
        words.keep(window, text, version, kept.copy.version)
        if move != "hears nothing":
            words.told(window, kept.theirs or kept.copy)
        self.no_word_is_lost()

    @rule(
        number=which,
        who=whoever,
        window=st.none() | windows,
        rating=st.none() | ratings,
        audience=audiences,
        readers=some_readers,
    )
    def settle(
        self,
        number: int,
        who: str | None,
        window: str | None,
        rating: str | None,
        audience: str,
        readers: set[str],
    ) -> None:
        update = self.update(number, lambda one: one.is_open)
        self.hand_in(update, who or update.author, window, rating, audience, readers)

    def hand_in(
        self,
        update: Update,
        who: str,
        window: str | None,
        rating: str | None,
        audience: str,
        readers: set[str],
    ) -> None:
        evidence = [] if update.evidence else [make_link(audience="restricted" if rating else "internal")]
        is_sound = {
            "assessment": audience != "restricted" or rating is None,
            "correction": audience != "restricted" and rating is not None,
            "withdrawal": audience != "restricted" and rating is None,
        }[update.kind]
        refused = self.world.may_submit(who, update, is_sound=is_sound)
        fields = {"narrative": "It happened.", "proposed_rating": rating, "audience": audience}
        self.do(
            refused,
            drafts.settle,
            update.made,
            fields | {"happened_on": DAY},
            by=self.user(who),
            readers=[self.user(name) for name in readers],
            evidence=evidence,
            window=window,
        )
        if refused:
            return
        update.rating, update.audience, update.readers, update.is_sound = rating, audience, readers, True
        update.evidence = update.evidence or evidence[0].audience
        self.submitted(update)
        update.words.submitted(window)

    def submitted(self, update: Update) -> None:
        update.state, update.submission = "submitted", update.submission + 1

    @rule(number=which, who=whoever)
    def submit(self, number: int, who: str | None) -> None:
        update = self.update(number, lambda one: one.is_open)
        who = who or update.author
        refused = self.world.may_submit(who, update, is_sound=update.is_sound)
        self.do(refused, workflow.submit, update.made, by=self.user(who))
        if not refused:
            self.submitted(update)

    @rule(number=which, who=whoever, back=st.booleans())
    def withdraw_or_reopen(self, number: int, who: str | None, back: bool) -> None:
        among = ("withdrawn",) if back else ("submitted", "changes_requested")
        update = self.update(number, lambda one: one.state in among)
        who = who or update.author
        refused = self.world.may_step(who, update, *among)
        self.do(refused, workflow.reopen if back else workflow.withdraw, update.made, by=self.user(who))
        if not refused:
            update.state = "draft" if back else "withdrawn"

    @rule(number=which, who=whoever, back=st.booleans())
    def discard_or_restore(self, number: int, who: str | None, back: bool) -> None:
        update = self.update(number, lambda one: one.state == "draft" and bool(one.discarded_at) == back)
        who = who or update.author
        refused = self.world.may_discard(who, update, back=back)
        self.do(refused, drafts.restore if back else drafts.discard, update.made, by=self.user(who))
        if not refused:
            update.discarded_at = None if back else self.now

    @precondition(lambda self: any(one.is_gone or one.words.aside for one in self.world.updates))
    @rule(days=st.sampled_from([1, 20, 31]))
    def pass_time_and_purge(self, days: int) -> None:
        self.now += timedelta(days=days)
        old = [
            one
            for one in self.world.updates
            if not one.is_purged and one.discarded_at and self.now - one.discarded_at > drafts.KEPT_FOR
        ]
        assert self.do(None, drafts.purge, self.now) == len(old)
        for one in old:
            one.is_purged = True
        for one in self.world.updates:
            if one.state in {"approved", "rejected"} and self.now - self.decided_at(one) > drafts.KEPT_FOR:
                one.words.aside, one.words.alive, one.words.main = {}, {}, None

    def decided_at(self, update: Update) -> datetime:
        at = ProgressUpdate.objects.values_list("decided_at", flat=True).get(pk=update.made.pk)
        assert at is not None
        return at

    # Deciding ------------------------------

    @rule(number=which, who=whoever, off=submissions, reason=st.sampled_from(["Because.", "Because.", " "]))
    def approve(self, number: int, who: str | None, off: int | None, reason: str) -> None:
        update = self.update(number, lambda one: one.state == "submitted")
        who = who or self.reviewer(update)
        seen = None if off is None else update.submission + off
        refused = self.world.may_approve(who, update, seen, reason)
        line = self.do(refused, workflow.approve, update.made, self.user(who), reason, seen=seen)
        if not refused:
            assert (line is not None) == update.makes_a_line
            self.world.approved(update, who, line)

    @rule(
        number=which, who=whoever, off=submissions, state=st.sampled_from(["changes_requested", "rejected"])
    )
    def refuse(self, number: int, who: str | None, off: int | None, state: str) -> None:
        update = self.update(number, lambda one: one.state == "submitted")
        who = who or self.reviewer(update)
        seen = None if off is None else update.submission + off
        refused = self.world.may_decide(who, update, seen)
        act = workflow.reject if state == "rejected" else workflow.request_changes
        self.do(refused, act, update.made, self.user(who), "When?", seen=seen)
        if not refused:
            self.world.decided(update, who, state)
            update.comments += 1

    @precondition(lambda self: self.world.lines and self.has_room)
    @rule(number=which, who=whoever, rating=st.none() | ratings)
    def challenge(self, number: int, who: str | None, rating: str | None) -> None:
        """Propose to correct a line, or without a rating to withdraw it."""
        line: Line = self.world.lines[number % len(self.world.lines)]
        who = who or "abel"
        refused = self.world.may_challenge(who, line)
        if rating:
            said = {"by": self.user(who), "narrative": "It was less.", "proposed_rating": rating}
            made = self.do(refused, workflow.propose_correction, line.made, **said)
        else:
            made = self.do(
                refused, workflow.propose_withdrawal, line.made, by=self.user(who), reason="It never was."
            )
        if refused:
            return
        kind = "correction" if rating else "withdrawal"
        update = Update(made, who, line.of, kind, line, rating, line.audience, is_sound=True)
        self.world.updates.append(update)
        self.submitted(update)

    # Hiding and reading ------------------------------

    @rule(number=which, who=whoever)
    def hide(self, number: int, who: str | None) -> None:
        update = self.update(number, lambda one: not (one.is_gone or one.is_restricted))
        who = who or (self.reviewer(update) if number % 2 else update.author)
        refused = self.world.may_hide(who, update)
        self.do(refused, hiding.hide, update.made, by=self.user(who))
        if not refused:
            update.hidden_by, update.confirmed_by = who, None

    @rule(number=which, who=whoever, confirm=st.booleans())
    def confirm_or_show(self, number: int, who: str | None, confirm: bool) -> None:
        update = self.update(number, lambda one: one.hidden_by)
        if confirm:
            who = who or self.reviewer(update)
            refused = self.world.may_confirm(who, update)
            self.do(refused, hiding.confirm, update.made, by=self.user(who))
            update.confirmed_by = update.confirmed_by if refused else who
        else:
            who = who or update.hidden_by or update.author
            refused = self.world.may_show(who, update)
            self.do(refused, hiding.show, update.made, by=self.user(who))
            if not refused:
                update.hidden_by = update.confirmed_by = None

    @rule(number=which, who=whoever, readers=some_readers)
    def set_readers(self, number: int, who: str | None, readers: set[str]) -> None:
        update = self.update(number, lambda one: not one.is_gone)
        who = who or update.author
        refused = self.world.may_set_readers(who, update)
        chosen = [self.user(name) for name in readers]
        self.do(refused, hiding.set_readers, update.made, chosen, by=self.user(who))
        if not refused:
            update.readers = readers

    @rule(number=which, who=whoever, asked=st.sets(st.sampled_from(list(ROLES)), max_size=2))
    def comment(self, number: int, who: str | None, asked: set[str]) -> None:
        update = self.update(number, lambda one: not one.is_gone and one.state != "draft")
        who, text = who or self.reviewer(update), " ".join(f"@{name}" for name in sorted(asked))
        refused = self.world.may_comment(who, update, text)
        self.do(refused, discussion.comment, update.made, text, by=self.user(who))
        if not refused:
            update.comments += 1
            update.asked += sorted(self.world.can_be_asked(update) & asked - {who})

    @precondition(lambda self: any(one.asked for one in self.world.updates))
    @rule(number=which, who=st.sampled_from(list(ROLES)))
    def look(self, number: int, who: str) -> None:
        update = self.update(number, lambda one: who in one.asked)
        if self.world.sees(who, update):
            self.do(None, discussion.seen, update.made, by=self.user(who))
            update.asked = [name for name in update.asked if name != who]

    # Around it ------------------------------

    @rule(who=st.sampled_from(list(ROLES)), role=st.none() | st.sampled_from(RANKS))
    def change_a_role(self, who: str, role: str | None) -> None:
        """None: the one they had at first."""
        role = str(ROLES[who] or "") if role is None else role
        User.objects.filter(pk=self.people[who].pk).update(role=role)
        self.people[who].refresh_from_db()
        self.world.roles[who] = role

    @rule(of=st.integers(0, BENCHMARKS - 1), who=whoever)
    def retire_or_take_up_again(self, of: int, who: str | None) -> None:
        who, is_retired = who or "ada", self.world.lifecycles[of] == "retired"
        refused, benchmark, by = self.world.may_end(who, of), self.benchmarks[of], self.user(who)
        if is_retired:
            self.do(refused, succession.take_up_again, benchmark, by=by)
        else:
            self.do(refused, succession.retire, benchmark, reason="It is over.", by=by)
        if not refused and is_retired:
            self.world.lifecycles[of] = "active"
        elif not refused:
            self.world.retired(of, who)

    @rule(of=st.integers(0, BENCHMARKS - 1))
    def hide_a_benchmark_from_viewers(self, of: int) -> None:
        """Or show it again. The product makes no draft of what was logged on; an import could."""
        if self.world.lifecycles[of] != "retired":
            lifecycle = "active" if self.world.lifecycles[of] == "draft" else "draft"
            Benchmark.objects.filter(pk=self.benchmarks[of].pk).update(lifecycle=lifecycle)
            self.world.lifecycles[of] = lifecycle


@pytest.mark.timeout(900)
@pytest.mark.promise("H3")
@pytest.mark.promise("H4")
@pytest.mark.promise("A2")
@pytest.mark.django_db
def test_any_course_of_the_workflow_goes_as_a_plain_model_says() -> None:
    run_state_machine_as_test(
        Workflows,
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
