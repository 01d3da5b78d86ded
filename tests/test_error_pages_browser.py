"""Pages that say what went wrong, in a real browser: accessible and clean, wide and narrow."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Role, User
from benchmarks.views.letters import LetterList
from tests.browser import Window
from tests.make import make_user

LOGIN = "/accounts/login/"


@pytest.fixture
def victor(transactional_db: None) -> User:
    return make_user("victor", Role.VIEWER)


def check(window: Window, title: str) -> None:
    """The page that is open has this title, and is as it should be."""
    expect(window.page).to_have_title(re.compile(f"^{title} – "))
    window.check()


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    ("error", "title"),
    [
        (PermissionDenied("no"), "Not allowed"),
        (RuntimeError("broken"), "Something broke"),
    ],
)
def test_what_a_view_refuses_or_breaks_has_a_page(
    window: Window, victor: User, monkeypatch: pytest.MonkeyPatch, error: Exception, title: str
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise error

    monkeypatch.setattr(LetterList, "get", fail)
    window.sign_in(victor)
    window.open("/letters/")
    check(window, title)


@pytest.mark.promise("A5")
def test_an_address_nobody_can_read_has_a_page(window: Window, victor: User) -> None:
    window.sign_in(victor)
    window.open("/letters/?" + "a&" * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    check(window, "Not understood")


@pytest.mark.promise("A5")
def test_nothing_at_an_address_has_a_page(window: Window, victor: User) -> None:
    window.sign_in(victor)
    window.open("/no-such-page/")
    check(window, "Nothing here")


@pytest.mark.promise("A5")
def test_a_form_that_was_open_too_long_has_a_page(window: Window, victor: User) -> None:
    page = window.open(LOGIN)
    page.locator("#id_login").fill(victor.email)
    page.locator("#id_password").fill("guessed")
    page.context.clear_cookies()
    page.get_by_role("button", name="Sign in").click()
    check(window, "Please send that again")


@pytest.mark.promise("A5")
def test_too_many_tries_have_a_page(window: Window, transactional_db: None) -> None:
    client = Client()
    for number in range(31):
        client.post(LOGIN, {"login": f"nobody{number}@example.org", "password": "guessed"})
    page = window.open(LOGIN)
    page.locator("#id_login").fill("nobody@example.org")
    page.locator("#id_password").fill("guessed")
    page.get_by_role("button", name="Sign in").click()
    check(window, "Too many tries")
