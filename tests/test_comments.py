"""Comments on the page of an update, and whom they ask for."""

from __future__ import annotations

import re

import pytest

from accounts.models import Role, User
from benchmarks import discussion, hiding, workflow
from benchmarks.models import Comment, Mention, ProgressUpdate
from tests.administration import signed_in
from tests.make import make_benchmark, make_update, make_user


@pytest.fixture
def update(alice: User) -> ProgressUpdate:
    return make_update(alice, make_benchmark(alice))


def comment(user: User, update: ProgressUpdate, text: str) -> object:
    return signed_in(user).post(f"/updates/{update.pk}/comment/", {"text": text})


def test_a_comment_stands_on_the_page_and_asks_for_whom_it_names(
    alice: User, abel: User, rosa: User, update: ProgressUpdate
) -> None:
    answer = signed_in(abel).post(f"/updates/{update.pk}/comment/", {"text": "What does @Rosa *think*?"})
    said = Comment.objects.get()
    assert answer["Location"] == f"/updates/{update.pk}/#comment-{said.pk}"
    assert Mention.objects.get().user == rosa
    page = signed_in(alice).get(f"/updates/{update.pk}/").content.decode()
    assert "<em>think</em>" in page
    assert "@Rosa" in page


def test_who_is_asked_for_has_seen_it_once_they_open_the_page(
    abel: User, rosa: User, omar: User, update: ProgressUpdate
) -> None:
    comment(abel, update, "@rosa and @omar, please look.")
    client = signed_in(rosa)
    client.head(f"/updates/{update.pk}/")
    assert Mention.objects.filter(seen_at__isnull=False).count() == 0
    client.get(f"/updates/{update.pk}/")
    assert Mention.objects.get(seen_at__isnull=False).user == rosa
    assert Mention.objects.get(seen_at__isnull=True).user == omar


def test_whoever_is_ticked_is_asked_and_named_in_the_comment(
    abel: User, rosa: User, omar: User, update: ProgressUpdate
) -> None:
    client = signed_in(abel)
    page = client.get(f"/updates/{update.pk}/").content.decode()
    assert "write @ and their name" in page
    assert f'value="{rosa.pk}"' in page
    assert f'value="{abel.pk}" id="id_asked' not in page
    client.post(f"/updates/{update.pk}/comment/", {"text": "Look, @omar.", "asked": [rosa.pk, omar.pk]})
    assert Comment.objects.get().text == "Look, @omar.\n\n@Rosa"
    assert {mention.user for mention in Mention.objects.all()} == {rosa, omar}


def test_of_two_of_one_name_the_one_who_is_ticked_is_asked(
    abel: User, rosa: User, update: ProgressUpdate
) -> None:
    other = make_user("other", Role.REVIEWER)
    User.objects.filter(pk=other.pk).update(name="Rosa")
    signed_in(abel).post(f"/updates/{update.pk}/comment/", {"text": "Look.", "asked": [other.pk]})
    assert Mention.objects.get().user == other


@pytest.mark.promise("A2")
def test_nobody_is_asked_who_may_not_see_the_update(
    alice: User, rosa: User, omar: User, victor: User, update: ProgressUpdate
) -> None:
    restricted = make_update(alice, update.benchmark, audience="restricted", readers=[rosa])
    page = signed_in(alice).get(f"/updates/{restricted.pk}/").content.decode()
    assert f'value="{rosa.pk}" id="id_asked' in page
    assert f'value="{omar.pk}" id="id_asked' not in page
    hiding.hide(update, by=alice)
    assert 'id="id_asked' not in signed_in(alice).get(f"/updates/{update.pk}/").content.decode()
    for user in (omar, victor):
        sent = {"text": "Look.", "asked": [user.pk]}
        assert signed_in(alice).post(f"/updates/{restricted.pk}/comment/", sent).status_code == 200
    assert not Comment.objects.exists()


@pytest.mark.parametrize(("text", "told"), [("   ", "This field is required."), ("x" * 5001, "at most 5000")])
def test_an_empty_or_overlong_comment_is_sent_back_with_its_words(
    abel: User, update: ProgressUpdate, text: str, told: str
) -> None:
    answer = signed_in(abel).post(f"/updates/{update.pk}/comment/", {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert "The comment was not added yet:" in page
    assert text in page
    assert not Comment.objects.exists()


@pytest.mark.promise("A2")
def test_whoever_may_not_see_the_update_or_only_reads_does_not_comment(
    alice: User, rosa: User, victor: User, charlie: User, update: ProgressUpdate
) -> None:
    restricted = make_update(alice, update.benchmark, audience="restricted", readers=[victor])
    for user, where, status in [
        (victor, update, 404),
        (charlie, update, 404),
        (rosa, restricted, 404),
        (victor, restricted, 404),
    ]:
        answer = signed_in(user).post(f"/updates/{where.pk}/comment/", {"text": "Mine."})
        assert answer.status_code == status, user
    assert not Comment.objects.exists()


@pytest.mark.promise("A2")
def test_a_viewer_who_sees_an_approved_update_still_does_not_comment(
    alice: User, rosa: User, victor: User, update: ProgressUpdate
) -> None:
    from benchmarks import workflow

    workflow.approve(update, rosa, "")
    assert signed_in(victor).post(f"/updates/{update.pk}/comment/", {"text": "Mine."}).status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.promise("A2")
def test_who_comes_by_get_after_signing_in_again_finds_the_update(abel: User, update: ProgressUpdate) -> None:
    assert signed_in(abel).get(f"/updates/{update.pk}/comment/")["Location"] == f"/updates/{update.pk}/"


def test_no_browser_cuts_what_is_pasted_into_a_comment(abel: User, update: ProgressUpdate) -> None:
    assert "maxlength" not in signed_in(abel).get(f"/updates/{update.pk}/").content.decode()


def kept_under(user: User, update: ProgressUpdate) -> str:
    """The name under which the page keeps what this person types into the comment."""
    page = signed_in(user).get(update.get_absolute_url()).content.decode()
    found = re.search(r'data-kept="([^"]* comment [^"]*)"', page)
    assert found
    return found[1]


def test_a_half_typed_comment_is_kept_though_others_comment_and_let_go_once_it_is_sent(
    alice: User, rosa: User
) -> None:
    update = make_update(alice, make_benchmark(alice))
    name = kept_under(rosa, update)
    discussion.comment(update, "A word between.", by=alice)
    assert kept_under(rosa, update) == name
    discussion.comment(update, "My word.", by=rosa)
    assert kept_under(rosa, update) != name
    name = kept_under(rosa, update)
    workflow.request_changes(update, rosa, "Mend it.")
    assert kept_under(rosa, update) == name
