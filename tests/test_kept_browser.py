"""What is typed into a form outlasts an expired session, in a real browser."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from benchmarks.models import Benchmark
from tests.browser import Window
from tests.make import make_benchmark, make_line, make_update, make_user

BACK = "What you had typed here is back"


@pytest.fixture
def ada(transactional_db: None) -> User:
    return make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def abel(transactional_db: None) -> User:
    return make_user("abel", Role.CONTRIBUTOR)


@pytest.fixture
def access(ada: User) -> Benchmark:
    return make_benchmark(ada, code="TIB-09", slug="access", title="Free access to Tibet")


def expire(window: Window, button: str) -> None:
    """Press a button after the session has ended: the page for signing in comes instead of an answer."""
    window.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    window.page.get_by_role("button", name=button).click()
    expect(window.page.get_by_label("Mail address")).to_be_visible()


def come_back(window: Window, user: User) -> Page:
    """Sign in again, and follow to where one wanted to go."""
    window.sign_in(user)
    return window.open(parse_qs(urlsplit(window.page.url).query)["next"][0])


@pytest.mark.promise("H4")
def test_what_is_typed_into_the_edit_form_outlasts_an_expired_session(
    window: Window, ada: User, access: Benchmark
) -> None:
    window.sign_in(ada)
    page = window.open("/benchmarks/access/edit/")
    page.get_by_label("Title").fill("Access to Tibet without an escort")
    page.get_by_label("Outcome:").check()
    page.get_by_label("Criterion").fill("Anybody may travel there.")
    page.get_by_label("Why it changes").fill("Pilgrims asked too.")
    expire(window, "Save")
    # Somebody else saves meanwhile: they are not written over unseen.
    Benchmark.objects.update(title="Access to Tibet")
    come_back(window, ada)
    expect(page.get_by_text(BACK)).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Access to Tibet without an escort")
    expect(page.get_by_label("Outcome:")).to_be_checked()
    expect(page.get_by_label("Why it changes")).to_have_value("Pilgrims asked too.")
    window.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save mine")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Access to Tibet without an escort")
    page.get_by_role("button", name="Save mine").click()
    expect(page.get_by_text("What you changed is saved.")).to_be_visible()
    window.open("/benchmarks/access/edit/")
    expect(page.get_by_text(BACK)).to_have_count(0)
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => /kept|sent/.test(name))") == []


def test_nobody_else_reads_in_this_browser_what_was_kept(
    window: Window, ada: User, abel: User, access: Benchmark
) -> None:
    window.sign_in(ada)
    page = window.open("/benchmarks/access/retire/")
    page.get_by_label("Why it is retired").fill("Its time has passed.")
    expire(window, "Retire it")
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert "Its time" not in kept
    window.sign_in(abel)
    window.open("/benchmarks/add/")
    expect(page.get_by_text(BACK)).to_have_count(0)


def test_other_forms_keep_what_is_typed_as_well(
    window: Window, ada: User, abel: User, access: Benchmark
) -> None:
    line = make_line(make_benchmark(ada), abel, ada)
    waiting = make_update(abel, access)
    for path, button, field in (
        ("/benchmarks/add/", "Add the benchmark", "#id_description"),
        ("/benchmarks/access/retire/", "Retire it", "#id_reason"),
        ("/benchmarks/access/succeed/", "Look at what would happen", "#id_reason"),
        (f"/lines/{line.pk}/withdraw/", "Propose the withdrawal", "#id_reason"),
        (f"/admin/benchmarks/progressupdate/{waiting.pk}/change/", "Approve", "#id_note"),
    ):
        window.sign_in(ada)
        page = window.open(path)
        page.locator(field).fill("Words of an hour.")
        expire(window, button)
        come_back(window, ada)
        expect(page.locator(field)).to_have_value("Words of an hour.")
        expect(page.get_by_text(BACK)).to_be_visible()
        page.get_by_role("button", name="Throw it away").click()
        expect(page.locator(field)).to_have_value("")


def test_what_one_leaves_by_cancelling_is_not_kept(window: Window, ada: User, access: Benchmark) -> None:
    window.sign_in(ada)
    page = window.open("/benchmarks/access/edit/")
    page.get_by_label("Title").fill("Never mind")
    page.get_by_role("link", name="Cancel").click()
    window.open("/benchmarks/access/edit/")
    expect(page.get_by_label("Title")).to_have_value("Free access to Tibet")
