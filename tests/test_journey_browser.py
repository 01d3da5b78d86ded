"""By keyboard alone, from end to end: logged, sent back, mended, approved, found in the history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from benchmarks import verify
from benchmarks.models import Benchmark, ProgressUpdate
from tests.browser import Window
from tests.make import make_benchmark, make_letter, make_line, make_recommendation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def benchmark(alice: User, rosa: User) -> Benchmark:
    made = make_benchmark(alice, slug="access", title="Access to Tibet")
    make_recommendation(alice, make_letter(alice, dated=date(2022, 3, 18)), made)
    make_line(made, alice, rosa, "no_progress", on=date(2022, 6, 1))
    return made


@pytest.fixture
def rosas(window: Window, chromium: Browser, rosa: User) -> Iterator[Window]:
    """A second window, in which Rosa is signed in."""
    browsing = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    browsing.set_default_timeout(15_000)
    opened = Window(browsing.new_page(), window.origin)
    opened.sign_in(rosa)
    yield opened
    browsing.close()


def tab_to(page: Page, wanted: Locator) -> None:
    """Go to an element as a keyboard does."""
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def log(page: Page) -> None:
    page.keyboard.press("l")
    expect(page.get_by_label("When")).to_be_focused()
    page.keyboard.type("2023-05-04")
    tab_to(page, page.get_by_label("What happened"))
    page.keyboard.type("A delegation was let in.")
    tab_to(page, page.locator("[name='proposed_rating']").first)
    page.keyboard.press("ArrowDown")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Initial steps")).to_be_checked()
    tab_to(page, page.get_by_label("Why this rating"))
    page.keyboard.type("One of two was let in.")
    tab_to(page, page.get_by_label("Address"))
    page.keyboard.type("https://example.org/statement")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Submitted")).to_be_visible()


def decide(page: Page, key: str, note: str) -> None:
    """Press the key of a decision, say why, and send it."""
    page.keyboard.press(key)
    expect(page.get_by_label("Public reason")).to_be_focused()
    page.keyboard.type(note)
    page.keyboard.press("Control+Enter")


@pytest.mark.promise("H2", "H3")
def test_an_update_goes_its_way_by_keyboard_alone(
    window: Window, rosas: Window, alice: User, benchmark: Benchmark
) -> None:
    window.sign_in(alice)
    page = window.open("/benchmarks/access/")
    log(page)
    update = ProgressUpdate.objects.get(state="submitted")

    lead = rosas.open(f"/updates/{update.pk}/")
    expect(lead.locator("main")).to_contain_text("No progress")
    expect(lead.locator("main")).to_contain_text("Today's rating changes from No progress to Initial steps")
    decide(lead, "c", "Which delegation?")
    expect(lead.get_by_role("status").first).to_be_visible()
    update.refresh_from_db()
    assert update.state == "changes_requested"

    page.goto(f"{window.origin}/updates/{update.pk}/edit/")
    expect(page.locator("main")).to_contain_text("Which delegation?")
    tab_to(page, page.get_by_label("What happened"))
    page.keyboard.press("Control+End")
    page.keyboard.type(" It was that of the Council.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Submitted")).to_be_visible()

    lead.goto(f"{window.origin}/updates/{update.pk}/")
    decide(lead, "a", "One of two delegations was let in.")
    expect(lead.get_by_role("status").first).to_be_visible()
    update.refresh_from_db()
    assert (update.state, update.reviewer) == ("approved", User.objects.get(name="Rosa"))

    page.goto(f"{window.origin}/benchmarks/access/")
    history = page.locator(f"#line-{update.status_event.pk}")
    expect(history).to_contain_text("Initial steps")
    expect(history).to_contain_text("One of two delegations was let in.")
    expect(page.locator(".marks")).to_contain_text("Initial steps")
    page.goto(f"{window.origin}/benchmarks/access/?as_of=2023-01-01")
    expect(page.locator(".marks")).to_contain_text("No progress")
    page.goto(f"{window.origin}/benchmarks/access/?as_of=2023-06-01&known=2023-06-01")
    expect(page.locator(".marks")).to_contain_text("Not yet assessed")
    page.goto(f"{window.origin}/")
    expect(page.locator("main")).to_contain_text("One of two delegations was let in.")
    expect(page.locator("main")).to_contain_text("approved")
    assert list(verify.findings()) == []
    assert not window.faults
    assert not rosas.faults
    assert timezone.localdate() >= date(2023, 6, 1)
