"""Acting on a benchmark's page in a real browser: logging in place, past days, what is folded up."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Role, User
from benchmarks import drafts, hiding, lifecycle, workflow
from benchmarks.models import Benchmark, Succession
from tests.browser import Window
from tests.make import (
    make_benchmark,
    make_letter,
    make_line,
    make_link,
    make_recommendation,
    make_update,
    make_user,
)

WIDTHS = (1280, 320)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_user("alice of a very long name indeed", Role.CONTRIBUTOR)


@pytest.fixture
def rosa(transactional_db: None) -> User:
    return make_user("rosa", Role.REVIEWER)


@pytest.fixture
def busy(alice: User, rosa: User) -> Benchmark:
    """A benchmark with more lines than stand open, and an update in each state."""
    benchmark = make_benchmark(alice, slug="busy", owner=alice)
    make_recommendation(alice, make_letter(alice), benchmark)
    for year in range(1999, 1999 + 27):
        rating = "initial" if year % 3 else "substantial"
        make_line(benchmark, alice, rosa, rating, on=date(year, 3, 1), reason=f"Seen in {year}.")
    waits = {"narrative": "A *list*:\n\n- one", "proposed_rating": "met", "reason": "Done."}
    make_update(alice, benchmark, evidence=[make_link()], **waits)
    workflow.request_changes(make_update(alice, benchmark), rosa, "Name the source.")
    workflow.approve(make_update(alice, benchmark), rosa, "Noted.")
    workflow.reject(make_update(alice, benchmark), rosa, "No.")
    drafts.begin(benchmark, by=alice)
    return benchmark


def opened(window: Window, user: User, path: str) -> Page:
    window.sign_in(user)
    return window.open(path)


@pytest.mark.promise("A5")
def test_the_page_of_who_works_on_it(window: Window, alice: User, busy: Benchmark) -> None:
    page = opened(window, alice, "/benchmarks/busy/")
    for summary in page.locator("details.earlier > summary").all():
        summary.click()
    window.check()


@pytest.mark.promise("A5")
def test_a_day_as_known_then_and_as_known_now(
    window: Window, alice: User, rosa: User, busy: Benchmark
) -> None:
    moment = timezone.now().isoformat()
    line = busy.status_events.newest_first()[0]
    workflow.approve(workflow.propose_withdrawal(line, by=alice, reason="No."), rosa, "A rumour.")
    make_line(busy, alice, rosa, "substantial", on=date(2025, 4, 1))
    page = opened(window, alice, f"/benchmarks/busy/?known={moment.replace('+', '%2B')}")
    part = page.get_by_role("region", name="as known then and as known now")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        expect(part.get_by_text("Substantial progress").first).to_be_visible()
    expect(part.get_by_text("2 lines recorded, corrected or withdrawn since")).to_be_visible()
    window.check()
    part.get_by_role("link", name="as known now").click()
    expect(page.get_by_role("region", name="as known then and as known now")).to_have_count(0)
    page.goto(f"{window.origin}/benchmarks/busy/?as_of=2001-01-01")
    expect(part.get_by_text("nothing had been written down here")).to_be_visible()
    window.check()


@pytest.mark.promise("A5")
@pytest.mark.parametrize("width", WIDTHS)
def test_the_form_opens_on_the_page_by_one_key_and_only_once(
    window: Window, alice: User, busy: Benchmark, width: int
) -> None:
    page = opened(window, alice, "/benchmarks/busy/")
    page.set_viewport_size({"width": width, "height": 800})
    page.keyboard.press("l")
    form = page.locator("#log").get_by_role("form", name="Log progress")
    expect(form.get_by_label("When")).to_be_focused()
    assert page.url.endswith("/benchmarks/busy/")
    form.get_by_label("What happened").fill("Something happened")
    page.get_by_role("link", name="Log progress").click()
    expect(form.get_by_label("When")).to_be_focused()
    expect(form.get_by_label("What happened")).to_have_value("Something happened")
    window.check()


def test_without_javascript_the_form_has_a_page_of_its_own(
    window: Window, alice: User, busy: Benchmark
) -> None:
    window.sign_in(alice)
    context = window.page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=window.page.context.storage_state()
    )
    page = context.new_page()
    page.goto(window.origin + "/benchmarks/busy/")
    page.get_by_role("link", name="Log progress").click()
    assert page.url.endswith("/benchmarks/busy/log/")
    context.close()


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(
    window: Window, alice: User, busy: Benchmark
) -> None:
    page = opened(window, alice, "/benchmarks/busy/")
    window.page.context.clear_cookies()
    page.get_by_role("link", name="Log progress").click()
    page.wait_for_url("**/accounts/login/?next=/benchmarks/busy/log/")


def test_where_the_form_does_not_come_its_own_page_is_tried(
    window: Window, alice: User, busy: Benchmark
) -> None:
    page = opened(window, alice, "/benchmarks/busy/")

    def refuse(route: Route) -> None:
        if route.request.is_navigation_request():
            route.continue_()
        else:
            route.abort()

    page.route("**/log/", refuse)
    page.get_by_role("link", name="Log progress").click()
    page.wait_for_url("**/benchmarks/busy/log/")


def test_paper_shows_every_line_and_nothing_to_press(window: Window, alice: User, busy: Benchmark) -> None:
    page = opened(window, alice, "/benchmarks/busy/")
    expect(page.get_by_text("Seen in 1999.")).to_be_hidden()
    expect(page.get_by_role("link", name="Continue writing").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("Seen in 1999.")).to_be_visible()
    expect(page.get_by_text("What was logged").first).to_be_hidden()
    for name in ("Log progress", "Continue writing"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)


@pytest.mark.promise("A2")
def test_what_is_withheld_and_what_is_retired(
    window: Window, alice: User, rosa: User, busy: Benchmark
) -> None:
    new = make_benchmark(alice, title="The stricter one")
    lifecycle.succeed(
        busy, new, kind=Succession.Kind.REPLACE, effective_on=date(2020, 1, 1), reason="So.", by=alice
    )
    Benchmark.objects.filter(pk=busy.pk).update(lifecycle="retired", retirement_reason="Too little.")
    hiding.hide(busy.status_events.newest_first()[0].update, by=alice)
    page = opened(window, rosa, "/benchmarks/busy/")
    expect(page.get_by_text("Its reason and the update behind it are withheld")).to_have_count(1)
    expect(page.get_by_text("Seen in 2025.")).to_have_count(0)
    expect(page.get_by_role("link", name="Log progress")).to_have_count(0)
    window.check()
