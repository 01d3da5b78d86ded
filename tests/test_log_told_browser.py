"""What the form of an update says when something stands in the way, in a real browser."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from benchmarks import drafts
from benchmarks.models import Benchmark, ProgressUpdate, WorkingCopy
from tests.browser import Window
from tests.make import make_benchmark

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "A delegation was turned back at the border."


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, slug="access", title="Access to Tibet")


@pytest.fixture
def page(window: Window, alice: User, benchmark: Benchmark) -> Page:
    """The form on its own page, as Alice has it, with words that are kept."""
    window.sign_in(alice)
    page = window.open("/benchmarks/access/log/")
    page.get_by_label("When").fill("2023-05-04")
    page.get_by_label("What happened").fill(TEXT)
    expect(page.locator("[data-state]")).to_contain_text("Kept at")
    return page


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit for review").click()


def test_the_form_in_place_is_closed_by_escape_and_its_words_are_a_draft(
    window: Window, alice: User, benchmark: Benchmark
) -> None:
    window.sign_in(alice)
    page = window.open("/benchmarks/access/")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="Log progress")).to_be_visible()
    expect(page.get_by_label("When")).to_be_focused()
    window.check()
    page.get_by_label("What happened").fill(TEXT)
    page.keyboard.press("Escape")
    expect(page.get_by_text("What you typed is kept as a draft.")).to_be_visible()
    expect(page.get_by_label("What happened")).to_have_count(0)
    assert WorkingCopy.objects.get().words["narrative"] == [TEXT]
    page.keyboard.press("l")
    begun = page.get_by_role("link", name=TEXT)
    expect(begun).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(begun).to_have_count(0)
    assert ProgressUpdate.objects.count() == 1


def test_a_draft_begun_by_typing_can_be_thrown_away_at_once(page: Page) -> None:
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("The draft is thrown away.")).to_be_visible()
    assert ProgressUpdate.objects.get().discarded_at


def test_submitting_without_a_connection_says_so_and_stays(page: Page) -> None:
    page.context.set_offline(True)
    submit(page)
    expect(page.get_by_role("alert").filter(has_text="No connection")).to_be_visible()
    expect(page.get_by_label("What happened")).to_have_value(TEXT)
    page.context.set_offline(False)
    submit(page)
    expect(page.get_by_text("Submitted.")).to_be_visible()


def test_submitting_when_signed_out_leads_to_signing_in(window: Window, page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    submit(page)
    said = page.get_by_role("alert").filter(has_text="You are signed out")
    expect(said.get_by_role("link", name="sign in")).to_be_visible()
    expect(page.get_by_label("What happened")).to_have_value(TEXT)
    window.check()


def test_what_another_window_submitted_is_said_with_a_link(page: Page, alice: User) -> None:
    draft = ProgressUpdate.objects.get()
    fields = {"happened_on": "2023-05-04", "narrative": TEXT}
    drafts.settle(draft, fields, by=alice)
    page.get_by_label("What happened").fill("Something else.")
    said = page.get_by_role("alert").filter(has_text="submitted meanwhile")
    expect(said.get_by_role("link", name="See the update")).to_have_attribute(
        "href", draft.get_absolute_url()
    )


@pytest.mark.parametrize("role", [Role.VIEWER, ""])
def test_a_role_lost_while_typing_is_told_as_such(page: Page, alice: User, role: str) -> None:
    User.objects.filter(pk=alice.pk).update(role=role)
    page.get_by_label("What happened").fill("Something else.")
    expect(page.get_by_role("alert").filter(has_text="your role is another by now")).to_be_visible()
    submit(page)
    expect(page.get_by_label("What happened")).to_have_value("Something else.")


def test_rows_of_words_kept_on_the_device_come_back_beside_a_file(
    window: Window, page: Page, alice: User
) -> None:
    file = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Words."}
    page.get_by_label("Add files").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_role("link", name="note.txt")).to_be_visible()
    expect(page.locator("[data-state]")).to_contain_text("Kept at")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add a link").click()
    page.locator("#id_evidence-2-url").fill("https://example.org/late")
    expect(page.locator("[data-state]")).to_contain_text("No connection")
    address = page.locator("form[data-draft]").get_attribute("action")
    page.close(run_before_unload=False)
    again = window.page = page.context.new_page()
    again.context.set_offline(False)
    window.open(str(address))
    again.get_by_role("button", name="Use them").click()
    expect(again.get_by_label("Address")).to_have_count(2)
    expect(again.get_by_label("Address").last).to_have_value("https://example.org/late")
