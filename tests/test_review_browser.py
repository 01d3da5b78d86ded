"""Review in a real browser: by keyboard alone, in two windows, and without JavaScript."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from benchmarks import discussion, hiding, workflow
from benchmarks.models import Benchmark, ProgressUpdate, StatusEvent
from tests.browser import Window
from tests.make import make_benchmark, make_line, make_link, make_organisation, make_update

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Europäischer Auswärtiger Dienst und Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(
        alice,
        title="Release of the named defenders",
        criterion="All eleven are released, without conditions.",
    )


@pytest.fixture
def waiting(alice: User, rosa: User, benchmark: Benchmark) -> ProgressUpdate:
    """An update that shows all that a page of review can show."""
    council = make_organisation(alice, name=LONG, short_name="EEAS")
    make_line(
        benchmark,
        alice,
        rosa,
        "no_progress",
        on=date(2022, 3, 18),
        narrative="None of the eleven persons named in March 2022 was reported released.",
        reason="No release is known.",
        proposed_position="noted",
        addressee=council,
    )
    update = make_update(
        alice,
        benchmark,
        happened_on=date(2023, 11, 3),
        narrative="One of the eleven persons named in March 2022 was reported released with **restrictions** "
        "on movement; the family confirms.",
        reason="First action, and far from the criterion.",
        proposed_rating="initial",
        proposed_position="accepted_in_part",
        addressee=council,
        audience="public",
        evidence=[
            make_link(publisher="A news agency", published_on=date(2023, 11, 4)),
            make_link(title="Letter of the family", audience="restricted"),
        ],
    )
    discussion.comment(update, "Is that @Rosa's source too?", by=alice)
    return update


@pytest.mark.promise("A5")
def test_the_page_of_review_is_accessible_and_clean(
    window: Window, rosa: User, waiting: ProgressUpdate
) -> None:
    window.sign_in(rosa)
    page = window.open(f"/updates/{waiting.pk}/?queue=1")
    for summary in page.locator("summary").all():
        summary.click()
    window.check()


@pytest.mark.promise("A5")
def test_the_queue_and_other_pages_of_review_are_accessible_and_clean(
    window: Window, alice: User, rosa: User, omar: User, waiting: ProgressUpdate
) -> None:
    make_update(rosa, waiting.benchmark, proposed_rating="met")
    make_update(alice, waiting.benchmark)
    line = StatusEvent.objects.get()
    withdrawal = workflow.propose_withdrawal(line, by=alice, reason="It was another person.")
    hiding.hide(make_update(alice, make_benchmark(alice)), by=omar)
    window.sign_in(rosa)
    window.open("/review/")
    window.check()
    other = make_line(make_benchmark(alice), alice, omar, "met")
    for path in (
        "/review/?theme=none&q=nothing",
        f"/lines/{other.pk}/withdraw/",
        f"/updates/{withdrawal.pk}/",
    ):
        window.open(path)
        window.check()
    window.sign_in(alice)
    window.open(f"/updates/{line.update_id}/")
    window.check()


def test_one_reviews_by_keyboard_alone(
    window: Window, alice: User, rosa: User, waiting: ProgressUpdate, benchmark: Benchmark
) -> None:
    second = make_update(alice, benchmark, narrative="A second thing.", proposed_rating="met")
    window.sign_in(rosa)
    page = window.open("/review/")
    page.keyboard.press("n")
    note = page.get_by_label("Public reason")
    expect(note).to_be_visible()
    page.wait_for_load_state()  # keys are heard once the scripts are there
    page.keyboard.press("a")
    expect(note).to_be_focused()
    expect(page.get_by_text("Say why first.")).to_be_visible()
    page.keyboard.type("One of eleven, with conditions.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("1 left.")
    expect(page).to_have_url(f"{window.origin}/updates/{second.pk}/?queue=1")
    page.wait_for_load_state()
    page.keyboard.press("c")
    expect(note).to_be_focused()
    page.keyboard.type("When was that?")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Nothing waits for review")).to_be_visible()
    window.check()
    assert not window.faults
    waiting.refresh_from_db()
    second.refresh_from_db()
    assert (waiting.state, second.state) == ("approved", "changes_requested")
    assert second.review_note == "When was that?"


@pytest.mark.promise("H3")
def test_of_two_reviewers_the_late_one_is_told_and_keeps_the_reason(
    window: Window,
    chromium: Browser,
    live_server: LiveServer,
    rosa: User,
    omar: User,
    waiting: ProgressUpdate,
) -> None:
    other = Window(chromium.new_context(locale="en-GB").new_page(), live_server.url)
    path = f"/updates/{waiting.pk}/?queue=1"
    for each, user in ((window, rosa), (other, omar)):
        each.sign_in(user)
        each.open(path)
    window.page.get_by_label("Public reason").fill("The family confirms it.")
    window.page.get_by_role("button", name="Approve").click()
    expect(window.page.get_by_role("heading", name="Nothing waits for review")).to_be_visible()
    other.page.get_by_label("Public reason").fill("Not enough, I think.")
    other.page.get_by_role("button", name="Reject").click()
    said = other.page.get_by_role("alert")
    expect(said).to_contain_text("Somebody decided on this update before you: Rosa approved it")
    expect(said).to_be_focused()
    expect(said.get_by_label("What you had typed")).to_have_value("Not enough, I think.")
    expect(other.page.get_by_text("The family confirms it.")).to_be_visible()
    other.check()
    other.page.context.close()
    assert StatusEvent.objects.filter(update=waiting).count() == 1


def test_a_reason_outlasts_an_expired_session(window: Window, rosa: User, waiting: ProgressUpdate) -> None:
    window.sign_in(rosa)
    page = window.open(f"/updates/{waiting.pk}/?queue=1")
    page.get_by_label("Public reason").fill("The family confirms it.")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_label("Mail address")).to_be_visible()
    window.sign_in(rosa)
    window.open(f"/updates/{waiting.pk}/review/?queue=1")
    expect(page).to_have_url(f"{window.origin}/updates/{waiting.pk}/?queue=1")
    expect(page.get_by_label("Public reason")).to_have_value("The family confirms it.")


def test_one_reviews_without_javascript(
    window: Window, chromium: Browser, rosa: User, waiting: ProgressUpdate
) -> None:
    plain: Any = Window(chromium.new_context(java_script_enabled=False).new_page(), window.origin)
    plain.sign_in(rosa)
    page = plain.open("/review/")
    page.click("text=Begin with the oldest")
    page.fill("#id_note", "The family confirms it.")
    page.click("button[value=approve]")
    assert "Approved:" in page.content()
    page.context.close()
    waiting.refresh_from_db()
    assert waiting.state == "approved"


@pytest.mark.promise("A5")
def test_one_reviews_in_the_administration(window: Window, rosa: User, waiting: ProgressUpdate) -> None:
    window.sign_in(rosa)
    page = window.open(f"/admin/benchmarks/progressupdate/{waiting.pk}/change/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_contain_text("A line of the status history needs a reason.")
    page.get_by_label("Public reason").fill("The family confirms it.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Approved:")
    assert window.faults == []
