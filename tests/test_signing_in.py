"""Who guesses is stopped, and who must not be in any more is out at the next request."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User
from tests.make import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.promise("A3")]

LOGIN = "/accounts/login/"
NEW = "another four plain words"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
LOCKED = "Too many failed login attempts. Wait five minutes"


def tried(email: str, password: str = "guessed", *, at: str = HERE, **headers: Any) -> str:
    """What somebody reads who tries to sign in from this address, in a browser of their own."""
    client = Client(REMOTE_ADDR=at)
    form = {"login": email, "password": password}
    return client.post(LOGIN, form, follow=True, **headers).content.decode()


def is_let_in(email: str, password: str = PASSWORD, *, at: str = HERE, **headers: Any) -> bool:
    client = Client(REMOTE_ADDR=at)
    client.post(LOGIN, {"login": email, "password": password}, **headers)
    return "_auth_user_id" in client.session


def is_in(client: Client) -> bool:
    """True if the next request of this browser is somebody's who has signed in."""
    return "/accounts/login/" not in client.get("/accounts/password/change/").get("Location", "")


# Guessing at one account ------------------------------


def test_an_account_guessed_at_is_locked_for_every_address_and_opens_after_five_minutes(victor: User) -> None:
    for number in range(5):
        assert LOCKED not in tried(victor.email, at=f"192.0.2.{number + 10}")
    assert LOCKED in tried(victor.email, PASSWORD)
    assert not is_let_in(victor.email, at=ELSEWHERE)
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=True):
        assert not is_let_in(victor.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        assert is_let_in(victor.email)


def test_trying_while_it_is_locked_tells_nothing_and_locks_no_longer(victor: User) -> None:
    for _try in range(5):
        tried(victor.email)
    wrong, right = tried(victor.email), tried(victor.email, PASSWORD)
    assert re.sub(r'csrfmiddlewaretoken" value="\w+"', "", wrong) == re.sub(
        r'csrfmiddlewaretoken" value="\w+"', "", right
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        assert is_let_in(victor.email)


def test_others_sign_in_while_one_account_is_locked(victor: User, alice: User) -> None:
    for _try in range(5):
        tried(victor.email)
    assert not is_let_in(victor.email)
    assert is_let_in(alice.email)


def test_an_account_that_does_not_exist_is_locked_in_the_same_words(victor: User) -> None:
    for email in (victor.email, "nobody@example.org"):
        for number in range(5):
            tried(email, at=f"192.0.2.{number + 10}")
        assert LOCKED in tried(email, at=ELSEWHERE)


@pytest.mark.parametrize(
    "forged",
    [
        lambda n: {"email": f"{'  ' * n}victor@example.org"},
        lambda n: {"email": "".join(c.upper() if i == n else c for i, c in enumerate("victor@example.org"))},
        lambda n: {"headers": {"host": f"testserver:{8000 + n}"}},
        lambda n: {"headers": {"x-forwarded-for": f"203.0.113.{n}"}},
        lambda n: {"headers": {"user-agent": f"Robot {n}", "accept-language": "fr"}},
    ],
    ids=["blanks", "capitals", "port", "forwarded", "browser"],
)
def test_no_forged_form_wins_more_tries(victor: User, forged: Any) -> None:
    for number in range(5):
        given = {"email": victor.email, "at": f"192.0.2.{number + 10}"} | forged(number)
        assert "not correct" in tried(**given)
    assert not is_let_in(**{"email": victor.email} | forged(6))


def test_whoever_signs_in_in_between_wins_no_more_tries(victor: User) -> None:
    for _try in range(4):
        tried(victor.email)
    assert is_let_in(victor.email)
    tried(victor.email)
    assert not is_let_in(victor.email)


# Guessing from one address ------------------------------


def test_an_address_that_tries_many_accounts_is_stopped_and_others_are_not(victor: User, alice: User) -> None:
    for number in range(10):
        assert LOCKED not in tried(f"somebody{number}@example.org")
    assert LOCKED in tried(victor.email, PASSWORD)
    assert is_let_in(victor.email, at=ELSEWHERE)
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=True):
        assert is_let_in(alice.email)


def test_an_address_cannot_pass_itself_off_as_many(victor: User) -> None:
    for number in range(10):
        tried(f"somebody{number}@example.org", headers={"x-forwarded-for": f"203.0.113.{number}"})
    assert not is_let_in(victor.email, headers={"x-forwarded-for": "203.0.113.99"})


def test_the_administration_is_no_second_door(victor: User, ada: User) -> None:
    for _try in range(5):
        tried(ada.email)
    client = Client(REMOTE_ADDR=ELSEWHERE)
    form = {"username": ada.email, "email": ada.email, "login": ada.email, "password": PASSWORD}
    response = client.post("/admin/login/", form)
    assert response["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in client.session


# Guessing with a session, and filling a mailbox ------------------------------


@pytest.mark.parametrize(
    ("path", "form", "most"),
    [
        ("/accounts/password/change/", {"oldpassword": "guessed", "password1": NEW, "password2": NEW}, 5),
        ("/accounts/reauthenticate/", {"password": "guessed"}, 10),
    ],
)
def test_who_has_taken_over_a_session_cannot_guess_the_password(
    client: Client, victor: User, path: str, form: dict[str, str], most: int
) -> None:
    client.force_login(victor)
    for _try in range(most):
        client.post(path, form)
    right = {name: PASSWORD if value == "guessed" else value for name, value in form.items()}
    page = client.post(path, right).content.decode()
    assert re.search("Too many (tries|failed login attempts)", page)
    victor.refresh_from_db()
    assert victor.check_password(PASSWORD)


def test_nobodys_mailbox_is_filled_with_links(victor: User) -> None:
    for number in range(8):
        client = Client(REMOTE_ADDR=f"192.0.2.{number + 10}")
        page = client.post("/accounts/password/reset/", {"email": victor.email.upper()}, follow=True)
    assert page.status_code == 429
    assert "Too many tries, too quickly" in page.content.decode()
    assert len(mail.outbox) == 5


# Sessions that end ------------------------------


@pytest.fixture
def abroad(alice: User) -> Client:
    """A second browser in which Alice has signed in."""
    client = Client()
    client.force_login(alice)
    assert is_in(client)
    return client


def test_a_password_set_by_an_administrator_ends_every_session(
    client: Client, alice: User, ada: User, abroad: Client
) -> None:
    client.force_login(ada)
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    client.post(f"/admin/accounts/user/{alice.pk}/password/", form | {"set-password": "Set"})
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert not is_in(abroad)
    assert is_in(client)


def test_a_password_replaced_by_mail_ends_every_session(client: Client, alice: User, abroad: Client) -> None:
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert not is_in(abroad)


def test_an_account_that_is_switched_off_is_out_at_the_next_request(alice: User, abroad: Client) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    for path in ("/", "/benchmarks/", "/accounts/password/change/"):
        assert abroad.get(path)["Location"].startswith(LOGIN), path
    assert not is_let_in(alice.email)


def test_a_role_that_is_lost_is_lost_at_the_next_request(rosa: User) -> None:
    client = Client()
    client.force_login(rosa)
    assert client.get("/admin/").status_code == 200
    assert client.get("/review/").status_code == 200
    for role, desk, review, administration in (
        (Role.CONTRIBUTOR.value, 200, 200, 404),
        (Role.VIEWER.value, 200, 404, 404),
        ("", 404, 404, 404),
    ):
        User.objects.filter(pk=rosa.pk).update(role=role)
        answers = [client.get(path).status_code for path in ("/", "/review/", "/admin/")]
        assert answers == [desk, review, administration], role
    assert is_in(client), "who has no role may still change their password and sign out"


def test_a_role_that_is_given_holds_at_the_next_request(charlie: User) -> None:
    client = Client()
    client.force_login(charlie)
    assert client.get("/").status_code == 404
    User.objects.filter(pk=charlie.pk).update(role=Role.VIEWER)
    assert client.get("/").status_code == 200


def test_whoever_signs_out_takes_the_session_with_them(alice: User, abroad: Client) -> None:
    kept = abroad.cookies[settings.SESSION_COOKIE_NAME].value
    abroad.post("/accounts/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not is_in(thief)


def test_signing_in_gives_a_session_of_another_name(client: Client, victor: User) -> None:
    """A session that somebody else prepared and knows is not the one that has signed in."""
    client.get(LOGIN)
    client.session["prepared"] = True
    client.cookies[settings.SESSION_COOKIE_NAME] = client.session.session_key or "prepared"
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(LOGIN, {"login": victor.email, "password": PASSWORD})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(thief)
