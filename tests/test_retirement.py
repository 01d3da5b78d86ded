"""A benchmark is retired and taken up again, and nothing people were in the middle of is lost."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.permissions import NotAllowed
from benchmarks import drafts, hiding, publishing, succession, verify, workflow
from benchmarks.models import (
    Benchmark,
    Change,
    Comment,
    Mention,
    ProgressUpdate,
    StaleReview,
    Succession,
)
from tests.lineage import carry_out, kinds, plan_of
from tests.make import make_benchmark, make_line, make_update
from tests.pages import errors, said, signed_in, words

REPLACE = Succession.Kind.REPLACE


@pytest.fixture
def old(alice: User) -> Benchmark:
    return make_benchmark(alice, code="OLD-1", title="The old one")


@pytest.fixture
def new(alice: User) -> Benchmark:
    return make_benchmark(alice, code="NEW-1", title="The new one")


@pytest.fixture
def other(alice: User) -> Benchmark:
    return make_benchmark(alice, code="NEW-2", title="The other one", lifecycle="draft")


# Retired, and taken up again ------------------------------


def test_an_administrator_retires_with_a_reason_and_takes_up_again(
    old: Benchmark, ada: User, rosa: User
) -> None:
    publishing.publish(old, by=rosa)
    client = signed_in(ada)
    page = client.post(f"{old.get_absolute_url()}retire/", {"reason": " It came true. "}, follow=True)
    old.refresh_from_db()
    assert said(page) == "It was retired."
    assert (old.lifecycle, old.retirement_reason, old.published) == ("retired", "It came true.", True)
    assert kinds()[-1] == "benchmark_retired"
    assert f'action="{old.get_absolute_url()}reinstate/"' in page.content.decode()
    page = client.post(f"{old.get_absolute_url()}reinstate/", follow=True)
    old.refresh_from_db()
    assert "It is active again." in said(page)
    assert (old.lifecycle, old.retirement_reason, old.published) == ("active", "", True)
    assert kinds()[-1] == "benchmark_reinstated"
    assert list(verify.findings()) == []


def test_without_a_reason_nothing_is_retired(old: Benchmark, ada: User) -> None:
    before = kinds()
    page = signed_in(ada).post(f"{old.get_absolute_url()}retire/", {"reason": " \n"})
    assert "required" in errors(page)["reason"][0]
    page = signed_in(ada).post(f"{old.get_absolute_url()}retire/", {"reason": "x" * 100_000})
    assert "at most 2000" in errors(page)["reason"][0]
    with pytest.raises(ValidationError):
        succession.retire(old, reason=" ", by=ada)
    assert kinds() == before


def test_only_what_is_active_is_retired_and_only_what_is_retired_taken_up(
    old: Benchmark, other: Benchmark, ada: User
) -> None:
    with pytest.raises(ValidationError):
        succession.retire(other, reason="A draft.", by=ada)
    with pytest.raises(ValidationError):
        succession.take_up_again(old, by=ada)
    succession.retire(old, reason="Once.", by=ada)
    page = signed_in(ada).post(f"{old.get_absolute_url()}retire/", {"reason": "Twice."})
    assert "Only what is active" in errors(page)["__all__"][0]
    old.refresh_from_db()
    assert old.retirement_reason == "Once."


def test_nobody_but_an_administrator_ends_anything(
    old: Benchmark, new: Benchmark, rosa: User, alice: User
) -> None:
    before = kinds()
    for person in (rosa, alice):
        with pytest.raises(NotAllowed):
            succession.retire(old, reason="No.", by=person)
        with pytest.raises(NotAllowed):
            carry_out(plan_of(REPLACE, [old], [new]), person)
    assert kinds() == before
    succession_of_it = f"{old.get_absolute_url()}succeed/"
    assert signed_in(rosa).get(succession_of_it).status_code == 403
    assert signed_in(rosa).post(succession_of_it, {"kind": "replace"}).status_code == 403


# What people are in the middle of ------------------------------


def test_what_waits_goes_back_to_its_author_with_the_reason(
    old: Benchmark, alice: User, rosa: User, ada: User
) -> None:
    update = make_update(alice, old)
    succession.retire(old, reason="It came true.", by=ada)
    update.refresh_from_db()
    note = "This benchmark was retired: It came true."
    assert (update.state, update.reviewer, update.review_note) == ("changes_requested", ada, note)
    comment = Comment.objects.get(update=update)
    assert (comment.text, comment.author, comment.decision) == (note, ada, "changes_requested")
    assert kinds()[-2:] == ["update_returned", "benchmark_retired"]
    with pytest.raises(StaleReview):
        workflow.approve(update, rosa, "Too late.")
    with pytest.raises(ValidationError):
        workflow.submit(update, by=alice)
    succession.take_up_again(old, by=ada)
    workflow.submit(update, by=alice)
    assert list(verify.findings()) == []


@pytest.mark.promise("H3")
def test_an_administrator_never_decides_on_their_own_update_not_even_that_it_goes_back(
    old: Benchmark, ada: User
) -> None:
    update = make_update(ada, old)
    succession.retire(old, reason="It came true.", by=ada)
    update.refresh_from_db()
    assert (update.state, update.reviewer) == ("draft", None)
    assert kinds()[-2:] == ["update_reopened", "benchmark_retired"]


@pytest.mark.promise("A2")
def test_what_is_restricted_or_hidden_goes_back_too_and_shows_the_administrator_no_word(
    old: Benchmark, alice: User, ada: User, rosa: User
) -> None:
    restricted = make_update(alice, old, audience="restricted", narrative="A secret name.")
    hidden = make_update(alice, old, narrative="Another secret.")
    hiding.hide(hidden, by=alice)
    page = words(signed_in(ada), old)
    page += signed_in(ada).get(f"{old.get_absolute_url()}retire/").content.decode()
    assert "secret" not in page
    succession.retire(old, reason="It came true.", by=ada)
    for update in (restricted, hidden):
        update.refresh_from_db()
        assert update.state == "changes_requested"
        change = Change.objects.filter(object_type="benchmarks.progressupdate", object_id=update.pk).head()
        assert change is not None
        assert (change.kind, change.audience) == ("update_returned", "restricted")
        assert not ProgressUpdate.objects.visible_to(ada).filter(pk=update.pk).exists()
        assert not Change.objects.visible_to(ada).filter(pk=change.pk).exists()


def test_whoever_is_still_writing_is_told_and_keeps_the_draft(
    old: Benchmark, alice: User, abel: User, rosa: User, ada: User
) -> None:
    draft = drafts.begin(old, by=alice)
    gone = drafts.discard(drafts.begin(old, by=alice), by=alice)
    returned = make_update(abel, old)
    workflow.request_changes(returned, rosa, "Say more.")
    succession.retire(old, reason="It came true.", by=ada)
    draft.refresh_from_db()
    returned.refresh_from_db()
    assert (draft.state, returned.state, returned.review_note) == ("draft", "changes_requested", "Say more.")
    assert [(each.comment.update, each.user) for each in Mention.objects.order_by("pk")] == [
        (draft, alice),
        (returned, abel),
    ]
    assert list(Mention.objects.unseen_by(alice)) == list(Mention.objects.filter(user=alice))
    assert not gone.comments.exists()


def test_what_was_decided_stays_as_it_was(old: Benchmark, alice: User, rosa: User, ada: User) -> None:
    line = make_line(old, alice, rosa)
    rejected = make_update(alice, old)
    workflow.reject(rejected, rosa, "No.")
    succession.retire(old, reason="It came true.", by=ada)
    assert not Comment.objects.filter(update=line.update).exists()
    rejected.refresh_from_db()
    assert (rejected.state, rejected.review_note) == ("rejected", "No.")
