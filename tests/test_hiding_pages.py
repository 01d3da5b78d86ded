"""Hide now, show again, confirm and readers, as the pages offer them."""

from __future__ import annotations

import pytest

from accounts.models import User
from benchmarks import hiding, workflow
from benchmarks.models import ProgressUpdate
from tests.administration import signed_in
from tests.make import make_benchmark, make_update


@pytest.fixture
def update(alice: User) -> ProgressUpdate:
    return make_update(alice, make_benchmark(alice, code="TIB-7"), narrative="Tenzin was there.")


def post(user: User, update: ProgressUpdate, step: str, **given: object) -> object:
    return signed_in(user).post(f"/updates/{update.pk}/{step}/", given, follow=True)


@pytest.mark.promise("A2")
def test_a_reviewer_hides_at_once_and_lands_on_the_queue_without_a_word_of_it(
    rosa: User, omar: User, update: ProgressUpdate
) -> None:
    answer = signed_in(rosa).post(f"/updates/{update.pk}/hide/", follow=True)
    assert answer.redirect_chain == [("/review/", 302)]
    page = answer.content.decode()
    assert "Hidden from everybody but its author and readers" in page
    assert "Tenzin" not in page
    for user in (rosa, omar):
        assert signed_in(user).get(f"/updates/{update.pk}/").status_code == 404


def test_its_author_hides_and_shows_it_and_stays_on_the_page(alice: User, update: ProgressUpdate) -> None:
    client = signed_in(alice)
    hidden = client.post(f"/updates/{update.pk}/hide/", follow=True)
    assert hidden.redirect_chain == [(f"/updates/{update.pk}/", 302)]
    assert "A second person has not confirmed that yet." in hidden.content.decode()
    shown = client.post(f"/updates/{update.pk}/show/", follow=True)
    assert "Shown again" in shown.content.decode()
    assert (
        "It is not hidden any more."
        in client.post(f"/updates/{update.pk}/show/", follow=True).content.decode()
    )


@pytest.mark.promise("A2")
def test_another_reviewer_confirms_knowing_the_bare_facts_alone(
    rosa: User, omar: User, alice: User, victor: User, update: ProgressUpdate
) -> None:
    hiding.hide(update, by=rosa)
    client = signed_in(omar)
    page = client.get("/review/").content.decode()
    assert "An update on TIB-7, hidden by <bdi>Rosa</bdi> on" in page
    assert "Tenzin" not in page
    assert "hidden by" not in signed_in(alice).get("/review/").content.decode()
    confirmed = client.post(f"/updates/{update.pk}/confirm-hiding/", follow=True).content.decode()
    assert "stays hidden" in confirmed
    assert "hidden by" not in client.get("/review/").content.decode()
    update.refresh_from_db()
    assert update.hiding_confirmed_by == omar
    again = client.post(f"/updates/{update.pk}/confirm-hiding/", follow=True).content.decode()
    assert "There is nothing to confirm" in again


@pytest.mark.promise("A2")
def test_nobody_confirms_their_own_hiding_or_without_reviewing(
    alice: User, abel: User, rosa: User, victor: User, charlie: User, update: ProgressUpdate
) -> None:
    hiding.hide(update, by=rosa)
    for user, status in [(rosa, 403), (alice, 403), (abel, 404), (victor, 404), (charlie, 404)]:
        answer = signed_in(user).post(f"/updates/{update.pk}/confirm-hiding/")
        assert answer.status_code == status, user
    update.refresh_from_db()
    assert update.hiding_confirmed_by is None


def test_who_hid_it_shows_it_again_until_somebody_confirmed(
    rosa: User, omar: User, update: ProgressUpdate
) -> None:
    hiding.hide(update, by=rosa)
    assert signed_in(omar).post(f"/updates/{update.pk}/show/").status_code == 403
    answer = signed_in(rosa).post(f"/updates/{update.pk}/show/", follow=True)
    assert "Shown again" in answer.content.decode()
    hiding.hide(update, by=rosa)
    hiding.confirm(update, by=omar)
    assert signed_in(rosa).post(f"/updates/{update.pk}/show/").status_code == 403


@pytest.mark.promise("A2")
def test_others_hide_nothing(
    alice: User, abel: User, rosa: User, victor: User, charlie: User, update: ProgressUpdate
) -> None:
    approved = make_update(alice, update.benchmark)
    workflow.approve(approved, rosa, "")
    restricted = make_update(alice, update.benchmark, audience="restricted")
    for user, what, status in [
        (abel, update, 403),
        (victor, update, 404),
        (victor, approved, 403),
        (charlie, update, 404),
        (rosa, restricted, 404),
        (alice, restricted, 403),
    ]:
        assert signed_in(user).post(f"/updates/{what.pk}/hide/").status_code == status, (user, what)
    assert not ProgressUpdate.objects.filter(hidden_at__isnull=False).exists()


def test_asking_for_an_address_of_a_step_changes_nothing(
    rosa: User, omar: User, update: ProgressUpdate
) -> None:
    client = signed_in(rosa)
    for step in ("hide", "show", "readers", "comment"):
        assert client.get(f"/updates/{update.pk}/{step}/")["Location"] == f"/updates/{update.pk}/"
    hiding.hide(update, by=rosa)
    assert signed_in(omar).get(f"/updates/{update.pk}/confirm-hiding/")["Location"] == "/review/"
    update.refresh_from_db()
    assert update.hiding_confirmed_by is None


@pytest.mark.promise("A2")
def test_its_author_says_who_reads_it_and_nobody_else(
    alice: User, abel: User, rosa: User, omar: User, charlie: User, update: ProgressUpdate
) -> None:
    hiding.hide(update, by=alice)
    client = signed_in(alice)
    page = client.get(f"/updates/{update.pk}/").content.decode()
    assert "Abel (abel@example.org)" in page
    assert "charlie@example.org" not in page
    client.post(f"/updates/{update.pk}/readers/", {"readers": [abel.pk]})
    assert list(update.readers.all()) == [abel]
    assert "Tenzin" in signed_in(abel).get(f"/updates/{update.pk}/").content.decode()
    assert signed_in(abel).post(f"/updates/{update.pk}/readers/", {"readers": []}).status_code == 403
    assert signed_in(omar).post(f"/updates/{update.pk}/readers/", {"readers": [omar.pk]}).status_code == 404
    wrong = client.post(f"/updates/{update.pk}/readers/", {"readers": [abel.pk, charlie.pk]})
    assert wrong.status_code == 200
    assert list(update.readers.all()) == [abel]
