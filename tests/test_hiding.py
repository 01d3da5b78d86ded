"""Hide now: at once, and looked at by a second person afterwards."""

from __future__ import annotations

import pytest

from accounts.models import Role, User
from accounts.permissions import NotAllowed
from benchmarks import drafts, hiding, workflow
from benchmarks.models import Change, Evidence, ProgressUpdate, StaleReview
from tests.make import make_benchmark, make_line, make_link, make_update, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def update(alice: User) -> ProgressUpdate:
    return make_update(alice, make_benchmark(alice), evidence=[make_link()])


def who_sees(update: ProgressUpdate, *people: User) -> list[str]:
    seen = ProgressUpdate.objects.filter(pk=update.pk)
    return [one.name for one in people if seen.visible_to(one).exists()]


@pytest.mark.promise("A2")
def test_what_is_hidden_is_seen_by_its_author_and_readers_alone(
    update: ProgressUpdate, abel: User, rosa: User, ada: User
) -> None:
    update.readers.add(abel)
    hiding.hide(update, by=rosa)
    assert who_sees(update, update.author, abel, rosa, ada) == ["Alice", "Abel"]
    for one in (rosa, ada):
        assert not Evidence.objects.visible_to(one).exists()
        assert not Change.objects.visible_to(one).filter(object_id=update.pk, kind__startswith="update_")


@pytest.mark.promise("A2")
def test_an_approved_update_is_hidden_and_its_line_stays(alice: User, rosa: User, abel: User) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    hiding.hide(line.update, by=rosa)
    assert who_sees(line.update, alice, rosa, abel) == ["Alice"]
    line.benchmark.refresh_from_db()
    assert line.benchmark.rating == "met"


def test_other_contributors_and_viewers_hide_nothing(
    alice: User, rosa: User, abel: User, victor: User
) -> None:
    update = make_update(alice, make_benchmark(alice))
    workflow.approve(update, rosa, "Good to know.")
    for person in (abel, victor):
        with pytest.raises(NotAllowed):
            hiding.hide(update, by=person)


def test_who_may_not_see_it_is_told_nothing_of_it(alice: User, rosa: User, charlie: User) -> None:
    benchmark = make_benchmark(alice)
    restricted = make_update(alice, benchmark, audience="restricted")
    for person, update in ((rosa, restricted), (charlie, make_update(alice, benchmark))):
        with pytest.raises(ProgressUpdate.DoesNotExist):
            hiding.hide(update, by=person)


def test_what_is_restricted_needs_no_hiding(alice: User) -> None:
    update = make_update(alice, make_benchmark(alice), audience="restricted")
    with pytest.raises(NotAllowed):
        hiding.hide(update, by=alice)


@pytest.mark.promise("H3")
def test_nobody_decides_on_what_is_hidden(update: ProgressUpdate, rosa: User, omar: User) -> None:
    update.readers.add(omar)
    hiding.hide(update, by=rosa)
    with pytest.raises(ProgressUpdate.DoesNotExist):
        workflow.approve(update, rosa, "Because.")
    with pytest.raises(NotAllowed, match="hidden"):
        workflow.approve(update, omar, "Because.")
    hiding.show(update, by=rosa)
    workflow.approve(update, rosa, "Because.")


def test_another_reviewer_confirms_it_without_seeing_it(
    update: ProgressUpdate, rosa: User, omar: User, abel: User
) -> None:
    hiding.hide(update, by=rosa)
    for person in (rosa, abel, update.author):
        with pytest.raises(NotAllowed):
            hiding.confirm(update, by=person)
    assert hiding.confirm(update, by=omar).hiding_confirmed_by == omar
    with pytest.raises(StaleReview):
        hiding.confirm(update, by=omar)


def test_who_hid_it_undoes_that_until_it_is_confirmed(update: ProgressUpdate, rosa: User, omar: User) -> None:
    hiding.hide(update, by=rosa)
    with pytest.raises(NotAllowed):
        hiding.show(update, by=omar)
    hiding.show(update, by=rosa)
    hiding.hide(update, by=rosa)
    hiding.confirm(update, by=omar)
    with pytest.raises(NotAllowed):
        hiding.show(update, by=rosa)
    shown = hiding.show(update, by=update.author)
    assert (shown.hidden_at, shown.hidden_by, shown.hiding_confirmed_by) == (None, None, None)


def test_what_is_not_hidden_is_neither_shown_nor_confirmed(update: ProgressUpdate, rosa: User) -> None:
    for undo in (hiding.show, hiding.confirm):
        with pytest.raises(StaleReview):
            undo(update, by=rosa)


def test_what_awaits_a_second_look_is_listed_oldest_first(alice: User, rosa: User, omar: User) -> None:
    benchmark = make_benchmark(alice)
    updates = [make_update(alice, benchmark) for _ in range(3)]
    for update in reversed(updates):
        hiding.hide(update, by=rosa)
    hiding.confirm(updates[1], by=omar)
    assert [*ProgressUpdate.objects.hidden()] == [updates[2], updates[0]]
    assert not ProgressUpdate.objects.waiting().exists()


def test_a_draft_thrown_away_is_neither_listed_nor_changed(alice: User, rosa: User) -> None:
    draft = drafts.begin(make_benchmark(alice), by=alice)
    with pytest.raises(NotAllowed):  # nobody else sees it, and nobody is to hear of it either
        hiding.hide(draft, by=alice)
    drafts.discard(draft, by=alice)
    assert not ProgressUpdate.objects.hidden().exists()
    for work, by in ((hiding.show, alice), (hiding.confirm, rosa)):
        with pytest.raises(StaleReview, match="thrown away"):
            work(draft, by=by)
    with pytest.raises(StaleReview, match="thrown away"):
        hiding.set_readers(draft, [rosa], by=alice)
    with pytest.raises(ProgressUpdate.DoesNotExist):
        hiding.hide(draft, by=alice)


def test_its_author_says_who_reads_it_and_nobody_else(
    update: ProgressUpdate, abel: User, rosa: User, ada: User
) -> None:
    alice = update.author
    hiding.hide(update, by=alice)
    hiding.set_readers(update, [abel], by=alice)
    assert who_sees(update, alice, abel, rosa) == ["Alice", "Abel"]
    hiding.set_readers(update, [], by=alice)
    assert who_sees(update, alice, abel, rosa) == ["Alice"]
    assert Change.objects.filter(kind="readers_changed").values_list("audience", flat=True)[0] == "restricted"
    for person in (abel, rosa, ada):
        with pytest.raises(NotAllowed):
            hiding.set_readers(update, [person], by=person)


def test_whoever_loses_the_role_loses_these_rights(update: ProgressUpdate, rosa: User) -> None:
    gone = make_user("zoe", Role.REVIEWER)
    hiding.hide(update, by=gone)
    User.objects.filter(pk__in=[gone.pk, update.author_id]).update(role=Role.VIEWER)
    for one in (gone, update.author):
        one.refresh_from_db()
        with pytest.raises(NotAllowed):
            hiding.show(update, by=one)
    hiding.confirm(update, by=rosa)
