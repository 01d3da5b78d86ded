"""Signing in and out, and passwords."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.views.defaults import server_error

from accounts.models import User
from tests.make import PASSWORD

LOGIN = "/accounts/login/"
NEW = "another four plain words"


def sign_in(client: Client, email: str = "victor@example.org", password: str = PASSWORD) -> HttpResponse:
    return client.post(LOGIN, {"login": email, "password": password})  # type: ignore[return-value]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("written", ["victor@example.org", "Victor@Example.ORG", " victor@example.org "])
def test_the_mail_address_signs_in_however_it_is_capitalised(
    client: Client, victor: User, written: str
) -> None:
    response = client.post(LOGIN, {"login": written, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(victor.pk)


def test_a_wrong_password_says_so_and_keeps_the_address(client: Client, victor: User) -> None:
    page = client.post(LOGIN, {"login": "victor@example.org", "password": "guessed"}).content.decode()
    assert "You are not signed in yet" in page
    assert page.count("not correct") == 1
    assert 'value="victor@example.org"' in page
    assert "guessed" not in page
    assert not signed_in(client)


def test_an_unknown_address_is_answered_like_a_wrong_password(client: Client, victor: User) -> None:
    def answer(address: str) -> str:
        page = client.post(LOGIN, {"login": address, "password": "guessed"}).content.decode()
        return re.sub(r'(csrfmiddlewaretoken|name="login"|id="id_login").*', "", page.replace(address, ""))

    assert answer("victor@example.org") == answer("nobody@example.org")


def test_after_signing_in_one_is_where_one_wanted_to_be(client: Client, victor: User) -> None:
    response = client.get("/letters/?q=summit")
    assert response["Location"] == f"{LOGIN}?next=/letters/%3Fq%3Dsummit"
    page = client.get(response["Location"]).content.decode()
    assert 'value="/letters/?q=summit"' in page
    response = client.post(LOGIN, {"login": victor.email, "password": PASSWORD, "next": "/letters/?q=summit"})
    assert response["Location"] == "/letters/?q=summit"


def test_signing_in_leads_to_no_other_site(client: Client, victor: User) -> None:
    response = client.post(
        LOGIN, {"login": victor.email, "password": PASSWORD, "next": "https://example.com/"}
    )
    assert response["Location"] == "/"


def test_somebody_without_a_role_is_told_whom_to_ask(client: Client, charlie: User) -> None:
    response = client.post(LOGIN, {"login": charlie.email, "password": PASSWORD}, follow=True)
    assert response.status_code == 404
    assert "Your account has no role yet" in response.content.decode()
    assert "Sign out" in response.content.decode()


def test_a_page_that_is_not_there_does_not_speak_of_roles_to_those_who_have_one(
    client: Client, victor: User
) -> None:
    client.force_login(victor)
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
    assert "no role" not in response.content.decode()


def test_a_deactivated_account_neither_signs_in_nor_stays_signed_in(client: Client, victor: User) -> None:
    client.force_login(victor)
    User.objects.filter(pk=victor.pk).update(is_active=False)
    assert client.get("/letters/")["Location"].startswith(LOGIN)
    client = Client()
    response = client.post(LOGIN, {"login": victor.email, "password": PASSWORD}, follow=True)
    assert not signed_in(client)
    assert "switched off" in response.content.decode()


def test_signing_out_takes_a_post(client: Client, victor: User) -> None:
    client.force_login(victor)
    assert "Stay signed in" in client.get("/accounts/logout/").content.decode()
    assert signed_in(client)
    response = client.post("/accounts/logout/", follow=True)
    assert not signed_in(client)
    assert "You are signed out." in response.content.decode()


def test_nobody_signs_up(client: Client, db: None) -> None:
    assert "sign up" not in client.get(LOGIN).content.decode().lower()
    assert "Nobody signs up here" in client.get("/accounts/signup/").content.decode()
    form = {"email": "new@example.org", "password1": NEW, "password2": NEW}
    assert "Nobody signs up here" in client.post("/accounts/signup/", form).content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    "path", ["email/", "confirm-email/", "login/code/confirm/", "3rdparty/", "2fa/", "phone/change/"]
)
def test_what_is_not_in_use_is_not_routed(client: Client, victor: User, path: str) -> None:
    client.force_login(victor)
    assert client.get(f"/accounts/{path}").status_code == 404


def test_email_management_has_no_address() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_email")


def change_password(client: Client, old: str, new: str, again: str) -> str:
    form = {"oldpassword": old, "password1": new, "password2": again}
    return client.post("/accounts/password/change/", form, follow=True).content.decode()


def test_a_changed_password_works_and_ends_the_other_sessions(client: Client, victor: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(victor)
    client.force_login(victor)
    change_password(client, PASSWORD, NEW, NEW)
    assert client.get("/letters/").status_code == 200
    assert elsewhere.get("/letters/")["Location"].startswith(LOGIN)
    victor.refresh_from_db()
    assert victor.check_password(NEW)


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", NEW, NEW, "Please type your current password"),
        (PASSWORD, NEW, "else", "You must type the same password"),
        (PASSWORD, "short", "short", "at least 12 characters"),
        (PASSWORD, "victor@example.org", "victor@example.org", "too similar to the mail address"),
    ],
)
def test_a_refused_password_says_what_is_wrong_and_where(
    client: Client, victor: User, old: str, new: str, again: str, said: str
) -> None:
    client.force_login(victor)
    page = change_password(client, old, new, again)
    assert said in page
    assert re.search(r'<a href="#id_(oldpassword|password1|password2)">', page)
    assert 'aria-invalid="true"' in page
    victor.refresh_from_db()
    assert victor.check_password(PASSWORD)


def ask_for_link(client: Client, email: str) -> str:
    return client.post("/accounts/password/reset/", {"email": email}, follow=True).content.decode()


def test_a_forgotten_password_is_replaced_by_mail_once(client: Client, victor: User) -> None:
    assert "Look into your mail" in ask_for_link(client, "Victor@example.org")
    (message,) = mail.outbox
    assert message.to == ["victor@example.org"]
    assert message.subject == "Choose a new password for the benchmark tracker"
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(message.body))
    assert link, message.body
    response = client.get(link[1], follow=True)
    assert "Choose a new password" in response.content.decode()
    form = {"password1": NEW, "password2": NEW}
    response = client.post(response.redirect_chain[-1][0], form, follow=True)
    assert "Your password is changed" in response.content.decode()
    sign_in(client, password=NEW)
    assert signed_in(client)
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()


def test_an_unknown_address_is_mailed_nothing_and_told_nothing(client: Client, victor: User) -> None:
    known, unknown = ask_for_link(client, victor.email), ask_for_link(client, "nobody@example.org")
    assert "Look into your mail" in known
    assert known == unknown
    assert [message.to for message in mail.outbox] == [[victor.email]]


def test_guessing_at_one_account_is_stopped(client: Client, victor: User) -> None:
    for _try in range(5):
        sign_in(client, password="guessed")
    page = client.post(LOGIN, {"login": victor.email, "password": PASSWORD}).content.decode()
    assert "Too many failed login attempts" in page
    assert not signed_in(client)


def test_too_many_requests_are_answered_with_a_page_that_says_so(client: Client, db: None) -> None:
    answers = [sign_in(client, f"nobody{n}@example.org", "guessed") for n in range(31)]
    assert answers[-1].status_code == 429
    assert "Too many tries, too quickly" in answers[-1].content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/letters/", "/accounts/password/change/", "/accounts/reauthenticate/"]
)
def test_everything_else_needs_signing_in(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith(f"{LOGIN}?next=")


def test_a_browser_that_asks_for_another_language_gets_one_language(client: Client, db: None) -> None:
    page = client.get(LOGIN, headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="en"' in page
    assert "Mot de passe" not in page


def test_a_form_without_its_token_explains_itself(victor: User) -> None:
    response = Client(enforce_csrf_checks=True).post(LOGIN, {"login": victor.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "Please send that again" in response.content.decode()


def test_the_error_page_stands_without_a_request_or_a_user(rf: RequestFactory) -> None:
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
