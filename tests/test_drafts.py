"""An update while it is written: no word that was saved is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.permissions import NotAllowed
from benchmarks import discussion, drafts, events, lifecycle, workflow
from benchmarks.models import (
    Benchmark,
    Change,
    Comment,
    Evidence,
    ProgressUpdate,
    StaleReview,
    WorkingCopy,
)
from tests.make import FIRST_DAY, make_benchmark, make_event, make_link, make_update

pytestmark = pytest.mark.django_db

FIELDS: dict[str, Any] = {"happened_on": FIRST_DAY, "narrative": "Something happened."}


def words(text: str) -> dict[str, list[str]]:
    return {"narrative": [text]}


def texts(update: ProgressUpdate, *, aside: bool) -> list[str]:
    copies = update.working_copies.filter(is_aside=aside)
    return [copy.words["narrative"][0] for copy in copies]


@pytest.fixture
def draft(alice: User) -> ProgressUpdate:
    return drafts.begin(make_benchmark(alice), by=alice)


def keep(update: ProgressUpdate, text: str, window: str, version: int, **more: Any) -> drafts.Kept:
    return drafts.keep(update, words(text), by=update.author, window=window, version=version, **more)


# Begun ------------------------------


def test_a_draft_is_begun_empty_and_recorded(draft: ProgressUpdate) -> None:
    draft.refresh_from_db()
    assert (draft.state, draft.happened_on, draft.narrative) == ("draft", None, "")
    assert draft.criterion == draft.benchmark.criterion
    assert Change.objects.filter(kind="update_drafted", object_id=draft.pk).count() == 1


@pytest.mark.parametrize("name", ["victor", "charlie"])
def test_only_contributors_begin_one(alice: User, name: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        drafts.begin(make_benchmark(alice), by=request.getfixturevalue(name))


def test_nothing_is_begun_on_a_benchmark_that_was_retired_meanwhile(alice: User) -> None:
    benchmark = make_benchmark(alice)
    Benchmark.objects.filter(pk=benchmark.pk).update(lifecycle="retired")
    with pytest.raises(ValidationError, match="retired"):
        drafts.begin(benchmark, by=alice)


def test_a_draft_is_begun_for_an_agenda_item_of_its_own_benchmark(alice: User) -> None:
    benchmark, other = make_benchmark(alice), make_benchmark(alice)
    item = events.put_on_agenda(make_event(alice), benchmark, ask="Do it.", by=alice)
    assert drafts.begin(benchmark, by=alice, agenda_item=item).agenda_item == item
    with pytest.raises(ValidationError, match="another benchmark"):
        drafts.begin(other, by=alice, agenda_item=item)


# Kept ------------------------------


def test_what_is_typed_is_kept_under_a_version_that_counts_up(draft: ProgressUpdate) -> None:
    first = keep(draft, "One", "a", 0)
    second = keep(draft, "One two", "a", first.copy.version)
    assert (first.theirs, second.theirs) == (None, None)
    assert second.copy.version == first.copy.version + 1
    assert texts(draft, aside=False) == ["One two"]


def test_a_window_that_did_not_hear_its_answer_goes_on(draft: ProgressUpdate) -> None:
    keep(draft, "One", "a", 0)
    assert keep(draft, "One two", "a", 0).theirs is None


@pytest.mark.promise("H4")
def test_a_second_window_is_shown_both_texts_and_loses_none(draft: ProgressUpdate) -> None:
    seen = keep(draft, "One", "a", 0).copy.version
    keep(draft, "Two", "b", seen)
    told = keep(draft, "One more", "a", seen)
    assert told.theirs is not None
    assert told.theirs.words == words("Two")
    assert told.copy.is_aside
    assert told.copy.words == words("One more")
    assert texts(draft, aside=False) == ["Two"]


@pytest.mark.promise("H4")
def test_what_is_put_aside_goes_on_being_saved_as_one_types(draft: ProgressUpdate) -> None:
    keep(draft, "Two", "b", 0)
    keep(draft, "One", "a", 0)
    keep(draft, "One more", "a", 0)
    assert texts(draft, aside=True) == ["One more"]


def test_whoever_saw_the_other_text_may_put_theirs_in_its_place(draft: ProgressUpdate) -> None:
    keep(draft, "Two", "b", 0)
    told = keep(draft, "One", "a", 0)
    assert told.theirs is not None
    keep(draft, "One and two", "a", told.theirs.version)
    assert texts(draft, aside=False) == ["One and two"]
    assert texts(draft, aside=True) == []


def test_two_windows_with_the_same_text_have_no_conflict(draft: ProgressUpdate) -> None:
    keep(draft, "One", "a", 0)
    assert keep(draft, "One", "b", 0).theirs is None
    assert draft.working_copies.count() == 1


@pytest.mark.promise("H4")
def test_a_window_left_open_since_the_last_submission_replaces_nothing(
    draft: ProgressUpdate, rosa: User
) -> None:
    """Its version may be the number that a window has reached since the update came back."""
    old = keep(draft, "Of the first round", "old", 0).copy.version
    submitted = drafts.settle(draft, FIELDS, by=draft.author)
    workflow.request_changes(submitted, rosa, "When?")
    keep(draft, "Of the second round", "new", 0)
    told = keep(draft, "Of the first round", "old", old)
    assert told.theirs is not None
    assert texts(draft, aside=False) == ["Of the second round"]
    assert texts(draft, aside=True) == ["Of the first round"]


def test_a_draft_takes_no_more_than_it_can_hold(draft: ProgressUpdate) -> None:
    with pytest.raises(ValidationError, match="more than a draft can hold"):
        keep(draft, "x" * (drafts.MOST_CHARACTERS + 1), "a", 0)
    assert not draft.working_copies.exists()


def test_what_no_text_of_the_database_holds_is_left_out(draft: ProgressUpdate) -> None:
    assert keep(draft, "One\0 two", "a", 0).copy.words == words("One two")
    draft.working_copies.get()


def test_others_keep_nothing_in_it(draft: ProgressUpdate, abel: User, rosa: User) -> None:
    for other in (abel, rosa):
        with pytest.raises(NotAllowed):
            drafts.keep(draft, words("Mine"), by=other, window="a", version=0)


def test_nothing_is_kept_in_what_is_submitted_or_thrown_away(alice: User, draft: ProgressUpdate) -> None:
    submitted = make_update(alice, draft.benchmark)
    drafts.discard(draft, by=alice)
    for update, said in ((submitted, "submitted meanwhile"), (draft, "thrown away")):
        with pytest.raises(StaleReview, match=said):
            keep(update, "Late", "a", 0)


# Settled ------------------------------


def test_what_was_typed_becomes_the_update_and_is_submitted(draft: ProgressUpdate, abel: User) -> None:
    keep(draft, "Something", "a", 0)
    drafts.settle(
        draft, FIELDS | {"audience": "restricted"}, by=draft.author, readers=[abel], evidence=[make_link()]
    )
    draft.refresh_from_db()
    assert (draft.state, draft.submission, draft.narrative) == ("submitted", 1, "Something happened.")
    assert [*draft.readers.all()] == [abel]
    assert draft.evidence.get().title == "A statement"
    assert not draft.working_copies.exists()


def test_it_is_judged_by_the_criterion_in_force_when_it_is_submitted(draft: ProgressUpdate) -> None:
    revised = lifecycle.revise_criterion(
        draft.benchmark, text="Otherwise.", effective_on=date(2005, 1, 1), reason="Clearer.", by=draft.author
    )
    assert drafts.settle(draft, FIELDS, by=draft.author).criterion == revised


@pytest.mark.parametrize("missing", ["happened_on", "narrative"])
def test_what_happened_and_when_are_compulsory(draft: ProgressUpdate, missing: str) -> None:
    keep(draft, "Something", "a", 0)
    blank = None if missing == "happened_on" else ""
    with pytest.raises(ValidationError) as refused:
        drafts.settle(draft, FIELDS | {missing: blank}, by=draft.author)
    assert missing in refused.value.message_dict
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert texts(draft, aside=False) == ["Something"]


def test_evidence_is_changed_and_removed(draft: ProgressUpdate, rosa: User) -> None:
    evidence = [make_link(title="First"), make_link(title="Second")]
    submitted = drafts.settle(draft, FIELDS, by=draft.author, evidence=evidence)
    workflow.request_changes(submitted, rosa, "Which of them?")
    first, second = draft.evidence.order_by("pk")
    first.title = "The first"
    drafts.settle(draft, FIELDS, by=draft.author, evidence=[first], gone=[second.pk])
    assert [piece.title for piece in draft.evidence.all()] == ["The first"]


def test_evidence_is_not_taken_from_another_update(draft: ProgressUpdate, abel: User) -> None:
    foreign = make_update(abel, draft.benchmark, evidence=[make_link()]).evidence.get()
    with pytest.raises(NotAllowed):
        drafts.settle(draft, FIELDS, by=draft.author, evidence=[foreign])
    drafts.settle(draft, FIELDS, by=draft.author, gone=[foreign.pk])
    assert Evidence.objects.get().update.author == abel


@pytest.mark.promise("H4")
def test_what_other_windows_typed_is_put_aside_when_one_submits(draft: ProgressUpdate, rosa: User) -> None:
    keep(draft, "Two", "b", 0)
    keep(draft, "Three", "c", 0)
    submitted = drafts.settle(draft, FIELDS, by=draft.author, window="a")
    assert sorted(texts(draft, aside=True)) == ["Three", "Two"]
    workflow.request_changes(submitted, rosa, "When?")
    drafts.settle(draft, FIELDS, by=draft.author, window="b")
    assert texts(draft, aside=True) == ["Three"]
    assert texts(draft, aside=False) == []


def test_only_its_author_submits_it_and_only_once(draft: ProgressUpdate, abel: User) -> None:
    with pytest.raises(NotAllowed):
        drafts.settle(draft, FIELDS, by=abel)
    drafts.settle(draft, FIELDS, by=draft.author)
    with pytest.raises(StaleReview):
        drafts.settle(draft, FIELDS, by=draft.author)


# Thrown away ------------------------------


def test_a_draft_thrown_away_comes_back_word_by_word(draft: ProgressUpdate) -> None:
    keep(draft, "Something", "a", 0)
    drafts.discard(draft, by=draft.author)
    assert not ProgressUpdate.objects.visible_to(draft.author).exists()
    drafts.restore(draft, by=draft.author)
    assert ProgressUpdate.objects.visible_to(draft.author).get() == draft
    assert texts(draft, aside=False) == ["Something"]


def test_it_is_thrown_away_and_brought_back_once(draft: ProgressUpdate) -> None:
    with pytest.raises(StaleReview):
        drafts.restore(draft, by=draft.author)
    drafts.discard(draft, by=draft.author)
    with pytest.raises(StaleReview):
        drafts.discard(draft, by=draft.author)


def test_others_do_not_throw_it_away(draft: ProgressUpdate, abel: User, ada: User) -> None:
    for other in (abel, ada):
        with pytest.raises(NotAllowed):
            drafts.discard(draft, by=other)


def test_what_was_submitted_is_withdrawn_and_not_thrown_away(alice: User) -> None:
    update = make_update(alice, make_benchmark(alice))
    with pytest.raises(StaleReview):
        drafts.discard(update, by=alice)


def test_a_draft_thrown_away_is_not_submitted(draft: ProgressUpdate) -> None:
    drafts.discard(draft, by=draft.author)
    for submit in (workflow.submit, lambda update, by: drafts.settle(update, FIELDS, by=by)):
        with pytest.raises(StaleReview, match="thrown away"):
            submit(draft, by=draft.author)


def test_drafts_thrown_away_are_purged_after_thirty_days(draft: ProgressUpdate) -> None:
    """With evidence, words and what was said about it; what was thrown away later stays."""
    alice = draft.author
    draft.happened_on, draft.narrative = FIRST_DAY, "Something happened."
    draft.save()
    make_link(update=draft).save()
    discussion.comment(draft, "For myself.", by=alice)
    keep(draft, "Something", "a", 0)
    later = drafts.begin(draft.benchmark, by=alice)
    keep(later, "Later", "a", 0)
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=31), tick=False):
        drafts.discard(draft, by=alice)
    with time_machine.travel(now - timedelta(days=29), tick=False):
        drafts.discard(later, by=alice)
    assert drafts.purge(now) == 1
    assert [*ProgressUpdate.objects.all()] == [later]
    assert WorkingCopy.objects.get().words == words("Later")
    assert not Evidence.objects.exists()
    assert not Comment.objects.exists()
    assert drafts.purge(now) == 0


def test_what_was_put_aside_goes_once_its_update_was_decided_thirty_days_ago(
    draft: ProgressUpdate, rosa: User
) -> None:
    keep(draft, "Two", "b", 0)
    submitted = drafts.settle(draft, FIELDS, by=draft.author, window="a")
    now = timezone.now()
    drafts.purge(now + timedelta(days=31))
    assert draft.working_copies.exists()
    workflow.approve(submitted, rosa, "Good to know.")
    drafts.purge(now)
    assert draft.working_copies.exists()
    assert drafts.purge(now + timedelta(days=31)) == 0
    assert not draft.working_copies.exists()
