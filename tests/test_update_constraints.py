"""What the database itself forbids of updates, drafts, hiding and discussion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from benchmarks import drafts, events, workflow
from benchmarks.models import Comment, Mention, ProgressUpdate, WorkingCopy
from tests.make import make_benchmark, make_event, make_update

pytestmark = pytest.mark.django_db


def refused(work: Callable[[], Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        work()


def write(update: ProgressUpdate, **fields: Any) -> int:
    return ProgressUpdate.objects.filter(pk=update.pk).update(**fields)


@pytest.fixture
def draft(alice: User) -> ProgressUpdate:
    return drafts.begin(make_benchmark(alice), by=alice)


@pytest.fixture
def update(alice: User) -> ProgressUpdate:
    return make_update(alice, make_benchmark(alice))


@pytest.mark.parametrize("state", [state for state in ProgressUpdate.State.values if state != "draft"])
def test_only_a_draft_leaves_open_when_it_happened(
    draft: ProgressUpdate, update: ProgressUpdate, rosa: User, state: str
) -> None:
    assert draft.happened_on is None
    decided = {"reviewer": rosa, "decided_at": timezone.now()}
    refused(lambda: write(update, state=state, happened_on=None, **decided), "happened_on_some_day")


def test_the_database_says_it_in_words_a_form_can_show(update: ProgressUpdate) -> None:
    update.happened_on = None
    with pytest.raises(ValidationError, match="Say when it happened"):
        update.validate_constraints()


@pytest.mark.parametrize("kept", ["hidden_at", "hidden_by", "hiding_confirmed_by"])
def test_hiding_is_somebodys(update: ProgressUpdate, rosa: User, kept: str) -> None:
    fields = {kept: timezone.now() if kept == "hidden_at" else rosa}
    refused(lambda: write(update, **fields), "hidden_by_somebody")


@pytest.mark.promise("H3")
def test_hiding_is_confirmed_by_another(update: ProgressUpdate, rosa: User, omar: User) -> None:
    write(update, hidden_at=timezone.now(), hidden_by=rosa)
    refused(lambda: write(update, hiding_confirmed_by=rosa), "hiding_confirmed_by_another")
    assert write(update, hiding_confirmed_by=omar) == 1
    refused(lambda: write(update, hidden_by=omar), "hiding_confirmed_by_another")


@pytest.mark.parametrize("state", [state for state in ProgressUpdate.State.values if state != "draft"])
def test_only_drafts_are_thrown_away(
    draft: ProgressUpdate, update: ProgressUpdate, rosa: User, state: str
) -> None:
    now = timezone.now()
    assert write(draft, discarded_at=now) == 1
    fields = {"state": state, "discarded_at": now, "reviewer": rosa, "decided_at": now}
    refused(lambda: write(update, **fields), "only_drafts_are_discarded")


def copy_of(update: ProgressUpdate, window: str, *, aside: bool = False) -> WorkingCopy:
    return WorkingCopy.objects.create(
        update=update, window=window, is_aside=aside, words={}, saved_at=timezone.now()
    )


@pytest.mark.promise("H4")
def test_a_draft_has_one_text_and_one_put_aside_a_window(draft: ProgressUpdate) -> None:
    copy_of(draft, "a")
    for window in ("a", "b"):
        refused(lambda window=window: copy_of(draft, window), "workingcopy_one")  # type: ignore[misc]
        copy_of(draft, window, aside=True)
    refused(lambda: copy_of(draft, "a", aside=True), "workingcopy_one_aside_a_window")


def test_a_comment_asks_for_somebody_once(update: ProgressUpdate, rosa: User, omar: User) -> None:
    said = Comment.objects.create(update=update, author=rosa, text="@Omar?")
    Mention.objects.create(comment=said, user=omar)
    refused(lambda: Mention.objects.create(comment=said, user=omar), "mention_once")


def test_a_comment_is_a_remark_or_a_refusal(update: ProgressUpdate, rosa: User) -> None:
    for decision in ("approved", "perhaps"):
        refused(
            lambda decision=decision: Comment.objects.create(  # type: ignore[misc]
                update=update, author=rosa, text="So.", decision=decision
            ),
            "comment_decision_is_known",
        )


def test_even_a_draft_is_of_an_agenda_item_of_its_own_benchmark(draft: ProgressUpdate) -> None:
    alice = draft.author
    foreign = events.put_on_agenda(make_event(alice), make_benchmark(alice), ask="Do it.", by=alice)
    refused(lambda: write(draft, agenda_item=foreign), "agenda item of its own benchmark")


@pytest.mark.promise("H1")
@pytest.mark.parametrize("field", ["hidden_at", "audience", "readers"])
def test_who_reads_an_approved_update_may_narrow(
    update: ProgressUpdate, rosa: User, abel: User, field: str
) -> None:
    workflow.approve(update, rosa, "Good to know.")
    if field == "readers":
        update.readers.set([abel])
    elif field == "audience":
        assert write(update, audience="restricted") == 1
    else:
        assert write(update, hidden_at=timezone.now(), hidden_by=rosa) == 1
