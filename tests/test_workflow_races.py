"""Requests that come at the same moment: one decision, no lost update, no lost word, and no deadlock.

Threads with connections of their own race against PostgreSQL; what each gave or raised is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Role, User
from accounts.permissions import NotAllowed
from benchmarks import discussion, drafts, hiding, history, lifecycle, succession, verify, workflow
from benchmarks.models import (
    Benchmark,
    Change,
    Comment,
    Organisation,
    ProgressUpdate,
    StaleReview,
    StatusEvent,
)
from tests.make import make_benchmark, make_line, make_organisation, make_update, make_user
from tests.racing import Work, at_once, failures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

ROUNDS = 20
FIRST = date(2010, 1, 1)
DECISIONS = ("update_approved", "update_rejected", "update_returned")
RATINGS = ("met", "substantial", "initial", "no_progress", "regression")


def sound() -> None:
    """The chain verifies, and what each benchmark says is the fold of its history."""
    assert list(verify.findings()) == []
    for benchmark in Benchmark.objects.as_of():
        folded = history.folded_fields(benchmark)
        assert {name: getattr(benchmark, name) for name in folded} == folded


# Many updates ------------------------------


@pytest.mark.promise("H2")
@pytest.mark.promise("H3")
def test_fifty_approvals_at_once_all_become_lines_in_one_history() -> None:
    authors = [make_user(f"author{n}", Role.REVIEWER) for n in range(5)]
    benchmarks = [make_benchmark(authors[0]) for _ in range(3)]
    addressees = [make_organisation(authors[0]) for _ in range(2)]
    updates = [submitted(n, authors, benchmarks, addressees) for n in range(50)]
    works = [partial(workflow.approve, update, other(authors, update), "Because.") for update in updates]
    given = at_once(*works)
    assert failures(given) == []
    assert {line.update_id for line in given} == {update.pk for update in updates}
    assert StatusEvent.objects.count() == 50
    numbers = list(Change.objects.order_by("no").values_list("no", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    sound()
    for benchmark in Benchmark.objects.all():
        newest = benchmark.status_events.filter(rating__isnull=False).order_by("-effective_on").first()
        assert newest is not None
        assert (benchmark.rating, benchmark.rated_on) == (newest.rating, newest.effective_on)


def submitted(
    number: int, authors: list[User], benchmarks: list[Benchmark], addressees: list[Organisation]
) -> ProgressUpdate:
    """An update with a rating, and often a position; each is about a day of its own."""
    stated = {"proposed_position": "accepted", "addressee": addressees[number % 2]} if number % 3 else {}
    return make_update(
        authors[number % len(authors)],
        benchmarks[number % len(benchmarks)],
        happened_on=FIRST + timedelta(days=number * 37 % 50),
        proposed_rating=RATINGS[number % len(RATINGS)],
        **stated,
    )


def other(people: list[User], update: ProgressUpdate) -> User:
    """Somebody who did not write it."""
    return next(one for one in people[update.pk % len(people) :] + people if one.pk != update.author_id)


def test_everything_at_once_on_two_benchmarks_ends_without_a_deadlock(
    alice: User, abel: User, rosa: User, omar: User
) -> None:
    benchmarks = [make_benchmark(alice) for _ in range(2)]
    for _ in range(4):
        works: list[Work] = []
        for benchmark in benchmarks:
            make = partial(make_update, alice, benchmark)
            draft = drafts.begin(benchmark, by=alice)
            works += [
                partial(workflow.approve, make(proposed_rating="met"), rosa, "Because."),
                partial(workflow.reject, make(), omar, "It did not happen."),
                partial(workflow.request_changes, make(), omar, "When?"),
                partial(workflow.withdraw, make(), by=alice),
                partial(hiding.hide, make(), by=omar),
                partial(discussion.comment, make(), "@Abel and @Rosa: @Omar?", by=alice),
                partial(hiding.set_readers, make(audience="restricted"), [abel, rosa], by=alice),
                partial(drafts.settle, draft, SOUND, by=alice, readers=[abel]),
                partial(drafts.begin, benchmark, by=abel),
                partial(drafts.purge, timezone.now() + timedelta(days=60)),
                partial(
                    lifecycle.revise_criterion,
                    benchmark,
                    text="Else.",
                    effective_on=FIRST,
                    reason="So.",
                    by=rosa,
                ),
            ]
        assert failures(at_once(*works)) == []
    sound()


SOUND: dict[str, Any] = {"happened_on": FIRST, "narrative": "Something happened.", "proposed_rating": "met"}


# Two on one update ------------------------------

Act = Callable[[ProgressUpdate, dict[str, User]], Any]


def approves(who: str, **more: Any) -> Act:
    return lambda update, people: workflow.approve(update, people[who], "Because.", **more)


def rejects(who: str) -> Act:
    return lambda update, people: workflow.reject(update, people[who], "It did not happen.")


def returns(who: str) -> Act:
    return lambda update, people: workflow.request_changes(update, people[who], "When?")


def withdraws(update: ProgressUpdate, people: dict[str, User]) -> Any:
    return workflow.withdraw(update, by=people["alice"])


@pytest.fixture
def people(alice: User, rosa: User, omar: User, ada: User) -> dict[str, User]:
    return {"alice": alice, "rosa": rosa, "omar": omar, "ada": ada}


@pytest.mark.promise("H3")
@pytest.mark.parametrize(
    ("one", "another"),
    [
        pytest.param(approves("rosa"), approves("omar"), id="approve-approve"),
        pytest.param(approves("rosa"), approves("rosa"), id="approve-in-two-tabs"),
        pytest.param(approves("rosa"), rejects("omar"), id="approve-reject"),
        pytest.param(returns("rosa"), approves("omar"), id="request-changes-approve"),
        pytest.param(rejects("ada"), returns("omar"), id="reject-request-changes"),
        pytest.param(approves("rosa"), withdraws, id="approve-withdraw"),
    ],
)
def test_of_two_at_once_one_prevails_and_the_other_is_told(
    people: dict[str, User], one: Act, another: Act
) -> None:
    benchmark = make_benchmark(people["alice"])
    for _ in range(ROUNDS):
        update = make_update(people["alice"], benchmark, proposed_rating="met")
        given = at_once(partial(one, update, people), partial(another, update, people))
        (late,) = failures(given)
        assert isinstance(late, StaleReview), late
        update.refresh_from_db()
        if update.state == "withdrawn":
            assert (update.reviewer, decisions(update)) == (None, 0)
            assert "withdrawn" in str(late)
        else:
            assert decisions(update) == 1
            assert "already" in str(late)
            assert str(update.reviewer) in str(late)
        assert StatusEvent.objects.filter(update=update).count() == (update.state == "approved")
    sound()


def decisions(update: ProgressUpdate) -> int:
    about = Change.objects.filter(object_type="benchmarks.progressupdate", object_id=update.pk)
    return about.filter(kind__in=DECISIONS).count()


@pytest.mark.promise("H3")
def test_what_is_hidden_at_the_moment_of_its_approval_is_approved_before_or_not_at_all(
    people: dict[str, User],
) -> None:
    """Omar reads it and is told; to Rosa, who does not, it is as if it had never been there."""
    alice = people["alice"]
    benchmark = make_benchmark(alice)
    for number in range(ROUNDS):
        update = make_update(alice, benchmark, proposed_rating="met", readers=[people["omar"]])
        reviewer = people["omar" if number % 2 else "rosa"]
        approved, hidden = at_once(
            partial(workflow.approve, update, reviewer, "Because."), partial(hiding.hide, update, by=alice)
        )
        assert isinstance(hidden, ProgressUpdate), hidden
        update.refresh_from_db()
        assert update.hidden_by == alice
        if isinstance(approved, StatusEvent):
            assert update.state == "approved"
        else:
            assert isinstance(approved, NotAllowed if number % 2 else ProgressUpdate.DoesNotExist), approved
            assert (update.state, decisions(update)) == ("submitted", 0)
    sound()


@pytest.mark.promise("H3")
@pytest.mark.promise("H4")
def test_a_reviewer_never_approves_a_text_that_was_mended_meanwhile(people: dict[str, User]) -> None:
    """Two tabs of the author race as well: one submission, and no approval of what nobody has read."""
    alice, rosa = people["alice"], people["rosa"]
    benchmark = make_benchmark(alice)
    for number in range(ROUNDS):
        update = make_update(alice, benchmark, proposed_rating="met")
        workflow.request_changes(update, people["omar"], "When?")
        mend = partial(drafts.settle, update, SOUND | {"narrative": f"Mended {number}."}, by=alice)
        mended, again, approved = at_once(
            mend, mend, partial(workflow.approve, update, rosa, "Because.", seen=1)
        )
        assert sorted(type(one).__name__ for one in (mended, again)) == ["ProgressUpdate", "StaleReview"]
        assert isinstance(approved, StaleReview), approved
        update.refresh_from_db()
        assert (update.state, update.submission) == ("submitted", 2)
        workflow.approve(update, rosa, "Because.", seen=2)
    sound()


@pytest.mark.promise("H3")
def test_who_withdraws_and_submits_anew_is_not_approved_by_the_old_number(people: dict[str, User]) -> None:
    alice, rosa = people["alice"], people["rosa"]

    def again(update: ProgressUpdate) -> ProgressUpdate:
        workflow.reopen(workflow.withdraw(update, by=alice), by=alice)
        return drafts.settle(update, SOUND | {"proposed_rating": "regression"}, by=alice)

    benchmark = make_benchmark(alice)
    for _ in range(ROUNDS):
        update = make_update(alice, benchmark, proposed_rating="met")
        approved, changed = at_once(
            partial(workflow.approve, update, rosa, "Because.", seen=1), partial(again, update)
        )
        update.refresh_from_db()
        if isinstance(approved, StatusEvent):
            assert isinstance(changed, StaleReview), changed
            assert approved.rating == update.proposed_rating == "met"
        else:
            # In the midst of it, it is a draft, of which a reviewer may not even know.
            assert isinstance(approved, StaleReview | ProgressUpdate.DoesNotExist), approved
            assert (update.state, update.submission, decisions(update)) == ("submitted", 2, 0)
    sound()


@pytest.mark.promise("H3")
def test_a_correction_and_a_withdrawal_of_one_line_at_once_make_one(
    alice: User, abel: User, rosa: User, omar: User
) -> None:
    benchmark = make_benchmark(alice)
    for _ in range(ROUNDS):
        line = make_line(benchmark, alice, rosa, "met")
        correction = workflow.propose_correction(
            line, by=alice, narrative="It was less.", proposed_rating="initial"
        )
        withdrawal = workflow.propose_withdrawal(line, by=abel, reason="It never happened.")
        given = at_once(
            partial(workflow.approve, correction, omar, "Indeed."),
            partial(workflow.approve, withdrawal, rosa, "Indeed."),
        )
        (late,) = failures(given)
        assert isinstance(late, ValidationError), late
        assert "already" in str(late)
        assert StatusEvent.objects.filter(voids=line).count() == 1
        assert [decisions(correction), decisions(withdrawal)].count(1) == 1
    sound()


def test_hiding_is_confirmed_or_undone_and_never_both(people: dict[str, User]) -> None:
    benchmark = make_benchmark(people["alice"])
    for _ in range(ROUNDS):
        update = hiding.hide(make_update(people["alice"], benchmark), by=people["rosa"])
        given = at_once(
            partial(hiding.show, update, by=people["rosa"]),
            partial(hiding.confirm, update, by=people["omar"]),
        )
        (late,) = failures(given)
        update.refresh_from_db()
        assert isinstance(late, NotAllowed if update.hidden_at else StaleReview), late
        assert update.hiding_confirmed_by == (people["omar"] if update.hidden_at else None)


@pytest.mark.promise("H3")
def test_what_is_decided_as_its_benchmark_ends_is_decided_once(people: dict[str, User]) -> None:
    """Retirement sends back what waits: it was approved before, or its reviewer is told."""
    alice, rosa, ada = people["alice"], people["rosa"], people["ada"]
    for _ in range(ROUNDS):
        benchmark = make_benchmark(alice)
        update, draft = (
            make_update(alice, benchmark, proposed_rating="met"),
            drafts.begin(benchmark, by=alice),
        )
        approved, settled, thrown, retired = at_once(
            partial(workflow.approve, update, rosa, "Because."),
            partial(drafts.settle, draft, SOUND, by=alice),
            partial(drafts.discard, drafts.begin(benchmark, by=alice), by=alice),
            partial(succession.retire, benchmark, reason="It is over.", by=ada),
        )
        assert failures([thrown, retired]) == []
        assert isinstance(approved, StatusEvent | StaleReview), approved
        assert isinstance(settled, ProgressUpdate | ValidationError), settled
        for one in (update, draft):
            one.refresh_from_db()
        assert update.state == ("approved" if isinstance(approved, StatusEvent) else "changes_requested")
        assert decisions(update) == 1
        assert draft.state == ("draft" if isinstance(settled, Exception) else "changes_requested")
    sound()


def test_comments_at_once_are_all_kept(alice: User, rosa: User, omar: User) -> None:
    update = make_update(alice, make_benchmark(alice))
    works: list[Any] = [partial(discussion.comment, update, f"{n}: @Omar?", by=rosa) for n in range(10)]
    works.append(partial(workflow.reject, update, omar, "It did not happen."))
    assert failures(at_once(*works)) == []
    assert Comment.objects.filter(update=update).count() == 11
    assert omar.mentions.count() == 10
    sound()
