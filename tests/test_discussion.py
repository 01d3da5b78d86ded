"""Comments on an update, and whom they ask for."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from accounts.permissions import NotAllowed
from benchmarks import discussion, drafts, hiding, workflow
from benchmarks.models import Change, Comment, Mention, ProgressUpdate
from tests.make import make_benchmark, make_update, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def update(alice: User) -> ProgressUpdate:
    return make_update(alice, make_benchmark(alice))


def asked(update: ProgressUpdate, text: str, by: User) -> list[str]:
    """Who finds a comment with this text on their desk."""
    said = discussion.comment(update, text, by=by)
    return sorted(mention.user.name for mention in said.mentions.select_related("user"))


def test_a_comment_is_kept_and_recorded(update: ProgressUpdate, rosa: User) -> None:
    said = discussion.comment(update, "  Which of the two?  ", by=rosa)
    assert (said.text, said.author, said.decision) == ("Which of the two?", rosa, "")
    change = Change.objects.get(kind="comment_added")
    assert (change.object_id, change.actor) == (update.pk, rosa)


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_comment_is_refused(update: ProgressUpdate, rosa: User, text: str) -> None:
    with pytest.raises(ValidationError, match="Write something"):
        discussion.comment(update, text, by=rosa)


def test_an_overlong_comment_is_refused(update: ProgressUpdate, rosa: User) -> None:
    discussion.comment(update, "x" * discussion.MOST_CHARACTERS, by=rosa)
    with pytest.raises(ValidationError, match="5000"):
        discussion.comment(update, "x" * (discussion.MOST_CHARACTERS + 1), by=rosa)


def test_viewers_do_not_comment_on_what_they_read(alice: User, rosa: User, victor: User) -> None:
    update = make_update(alice, make_benchmark(alice))
    workflow.approve(update, rosa, "Good to know.")
    with pytest.raises(NotAllowed):
        discussion.comment(update, "Really?", by=victor)
    assert not Comment.objects.visible_to(victor).exists()


def test_who_may_not_see_an_update_is_told_nothing_of_it(
    alice: User, rosa: User, victor: User, charlie: User
) -> None:
    benchmark = make_benchmark(alice)
    restricted = make_update(alice, benchmark, audience="restricted")
    draft = drafts.begin(benchmark, by=alice)
    for person in (rosa, victor, charlie):
        for update in (restricted, draft):
            with pytest.raises(ProgressUpdate.DoesNotExist):
                discussion.comment(update, "What is this?", by=person)


def test_refusals_are_part_of_the_discussion_each_round_of_them(update: ProgressUpdate, rosa: User) -> None:
    for note in ("When?", "Where?"):
        workflow.request_changes(update, rosa, note)
        workflow.submit(update, by=update.author)
    workflow.reject(update, rosa, "It did not happen.")
    said = [(comment.text, comment.decision) for comment in update.comments.all()]
    assert said == [
        ("When?", "changes_requested"),
        ("Where?", "changes_requested"),
        ("It did not happen.", "rejected"),
    ]


# Whom it asks for ------------------------------


@pytest.mark.usefixtures("omar", "abel", "victor")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Omar, what do you think?", ["Omar"]),
        ("@omar and @ABEL: look", ["Abel", "Omar"]),
        ("Ask @abel@abel twice", ["Abel"]),
        ("Omar said so", []),
        ("write to press@omar.example", []),
        ("@omariya is somebody else", []),
        ("@Victor only reads", []),
        ("@Rosa wrote this herself", []),
    ],
)
def test_a_name_after_an_at_sign_asks_for_that_person(
    update: ProgressUpdate, rosa: User, text: str, names: list[str]
) -> None:
    assert asked(update, text, rosa) == names


def test_a_person_is_asked_for_by_full_name_first_name_or_mail_address(
    update: ProgressUpdate, rosa: User
) -> None:
    tenzin = make_user("tdolma", Role.CONTRIBUTOR)
    User.objects.filter(pk=tenzin.pk).update(name="Tenzin Dolma")
    for text in ("@Tenzin Dolma", "@tenzin.", "@tdolma"):
        assert asked(update, text, rosa) == ["Tenzin Dolma"], text


def test_who_left_is_not_asked_for(update: ProgressUpdate, rosa: User, abel: User) -> None:
    User.objects.filter(pk=abel.pk).update(is_active=False)
    assert asked(update, "@Abel?", rosa) == []


@pytest.mark.promise("A2")
def test_a_mention_never_tells_of_an_update_that_is_kept_from_somebody(
    alice: User, abel: User, omar: User
) -> None:
    benchmark = make_benchmark(alice)
    restricted = make_update(alice, benchmark, audience="restricted", readers=[abel])
    hidden = make_update(alice, benchmark)
    hiding.hide(hidden, by=alice)
    draft = drafts.begin(benchmark, by=alice)
    for update, names in ((restricted, ["Abel"]), (hidden, []), (draft, [])):
        assert asked(update, "@Abel and @Omar", alice) == names


@pytest.mark.promise("A2")
def test_what_was_asked_is_kept_from_who_may_not_see_the_update_any_more(
    update: ProgressUpdate, rosa: User, omar: User
) -> None:
    discussion.comment(update, "@Omar?", by=rosa)
    assert Mention.objects.unseen_by(omar).exists()
    hiding.hide(update, by=update.author)
    assert not Mention.objects.unseen_by(omar).exists()
    hiding.show(update, by=update.author)
    assert Mention.objects.unseen_by(omar).exists()


def test_what_was_looked_at_is_not_news_any_more(
    update: ProgressUpdate, rosa: User, omar: User, abel: User
) -> None:
    other = make_update(abel, update.benchmark)
    for each in (update, other):
        discussion.comment(each, "@Omar and @Abel?", by=rosa)
    discussion.seen(update, by=omar)
    assert [mention.comment.update for mention in Mention.objects.unseen_by(omar)] == [other]
    assert Mention.objects.unseen_by(abel).count() == 2
