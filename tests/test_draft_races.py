"""Windows that save at the same moment, and drafts that go as one types: no word is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from benchmarks import drafts, verify
from benchmarks.models import ProgressUpdate, StaleReview, WorkingCopy
from tests.make import make_benchmark
from tests.racing import at_once, failures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

ROUNDS = 20
SOUND: dict[str, Any] = {"happened_on": date(2010, 1, 1), "narrative": "Something happened."}


def text(update: ProgressUpdate, **where: Any) -> list[str]:
    return sorted(copy.words["narrative"][0] for copy in update.working_copies.filter(**where))


def keep(update: ProgressUpdate, window: str, said: str, version: int = 0) -> drafts.Kept:
    words = {"narrative": [said]}
    return drafts.keep(update, words, by=update.author, window=window, version=version)


@pytest.mark.promise("H4")
def test_of_two_windows_that_save_at_once_neither_loses_a_word(alice: User) -> None:
    benchmark = make_benchmark(alice)
    for _ in range(ROUNDS):
        draft = drafts.begin(benchmark, by=alice)
        given = at_once(partial(keep, draft, "a", "One"), partial(keep, draft, "b", "Two"))
        assert failures(given) == []
        assert sorted(bool(one.theirs) for one in given) == [False, True]
        told = next(one for one in given if one.theirs)
        assert [*text(draft, is_aside=True)] == told.copy.words["narrative"]
        assert text(draft, is_aside=False) == told.theirs.words["narrative"]
        assert text(draft) == ["One", "Two"]


@pytest.mark.promise("H4")
def test_five_windows_at_once_keep_five_texts_in_the_end(alice: User) -> None:
    draft = drafts.begin(make_benchmark(alice), by=alice)
    for number in range(10):
        words = [f"{window} {number}" for window in "abcde"]
        assert failures(at_once(*(partial(keep, draft, said[0], said) for said in words))) == []
        assert text(draft) == words
        assert WorkingCopy.objects.filter(update=draft, is_aside=False).count() == 1


def test_two_drafts_begun_at_once_are_two(alice: User) -> None:
    benchmark = make_benchmark(alice)
    given = at_once(*[partial(drafts.begin, benchmark, by=alice)] * 2)
    assert failures(given) == []
    assert ProgressUpdate.objects.count() == 2
    assert list(verify.findings()) == []


@pytest.mark.promise("H4")
@pytest.mark.parametrize("act", [drafts.discard, drafts.settle], ids=["discard", "settle"])
def test_words_that_come_as_their_draft_goes_are_kept_or_refused_aloud(
    alice: User, act: Callable[..., Any]
) -> None:
    benchmark = make_benchmark(alice)
    goes = (
        partial(act, by=alice) if act is drafts.discard else partial(act, fields=SOUND, by=alice, window="b")
    )
    for _ in range(ROUNDS):
        draft = drafts.begin(benchmark, by=alice)
        kept, gone = at_once(partial(keep, draft, "a", "One"), partial(goes, draft))
        assert isinstance(gone, ProgressUpdate), gone
        if isinstance(kept, Exception):
            assert isinstance(kept, StaleReview), kept
            assert text(draft) == []
        else:
            assert text(draft) == ["One"]
    assert list(verify.findings()) == []


def test_a_draft_is_restored_or_purged_and_never_half_of_both(alice: User) -> None:
    benchmark = make_benchmark(alice)
    later = timezone.now() + drafts.KEPT_FOR + timedelta(days=1)
    for _ in range(ROUNDS):
        draft = drafts.begin(benchmark, by=alice)
        keep(draft, "a", "One")
        drafts.discard(draft, by=alice)
        purge = partial(drafts.purge, later)
        restored, *purged = at_once(partial(drafts.restore, draft, by=alice), purge, purge)
        assert failures(purged) == []
        if isinstance(restored, ProgressUpdate):
            assert sum(purged) == 0
            assert text(draft) == ["One"]
            draft.delete()
        else:
            assert isinstance(restored, ProgressUpdate.DoesNotExist), restored
            assert sum(purged) == 1
            assert not ProgressUpdate.objects.exists()
