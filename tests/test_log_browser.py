"""Logging in a real browser: in place and by keyboard, and no word lost whatever happens meanwhile."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from accounts.models import User
from benchmarks import drafts
from benchmarks.models import Benchmark, Evidence, ProgressUpdate, WorkingCopy
from tests.browser import Window
from tests.make import (
    PASSWORD,
    make_benchmark,
    make_letter,
    make_line,
    make_organisation,
    make_recommendation,
)

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "A delegation was turned back at the border."


@pytest.fixture
def benchmark(alice: User, rosa: User) -> Benchmark:
    council = make_organisation(alice, name="Council")
    made = make_benchmark(alice, slug="access", title="Access to Tibet", addressees=[council])
    make_recommendation(alice, make_letter(alice), made)
    make_line(made, alice, rosa, "no_progress")
    return made


@pytest.fixture
def alices(window: Window, alice: User, benchmark: Benchmark) -> Window:
    window.sign_in(alice)
    return window


def kept(page: Page) -> None:
    expect(page.locator("[data-state]")).to_contain_text("Kept at")


def words() -> str:
    return str(WorkingCopy.objects.get(is_aside=False).words["narrative"][0])


def test_the_form_is_clean_with_all_that_it_may_hold(alices: Window, benchmark: Benchmark) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.get_by_role("button", name="Add a letter").click()
    page.get_by_label("Initial steps").check()
    page.get_by_text("Did an addressee state a position?").click()
    alices.check()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("#form-errors")).to_be_focused()
    expect(page.locator("#form-errors")).to_contain_text("Say when it happened.")
    alices.check()


def test_the_pages_around_the_form_are_clean(alices: Window, benchmark: Benchmark, alice: User) -> None:
    retired = make_benchmark(alice, lifecycle="retired")
    alices.open(f"/benchmarks/{retired.slug}/log/")
    alices.check()
    update = drafts.begin(benchmark, by=alice)
    for window, text in (("one", "Typed in one window."), ("other", "Typed in another.")):
        drafts.keep(update, {"narrative": [text]}, by=alice, window=window, version=0)
    page = alices.open(f"/updates/{update.pk}/edit/")
    page.get_by_text("Another text of this update").click()
    expect(page.locator(".conflict")).to_contain_text("Typed in another.")
    alices.check()


def test_one_key_opens_the_form_on_the_page_and_it_is_sent_by_keyboard(
    alices: Window, benchmark: Benchmark
) -> None:
    page = alices.open("/benchmarks/access/")
    page.keyboard.press("l")
    day = page.get_by_label("When")
    expect(day).to_be_focused()
    page.keyboard.type("2023-05-04")
    narrative = page.get_by_label("What happened")
    while not narrative.evaluate("field => field === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Submitted")).to_be_visible()
    update = ProgressUpdate.objects.get(state="submitted")
    assert (update.narrative, str(update.happened_on)) == (TEXT, "2023-05-04")
    assert not alices.faults


def test_what_is_typed_is_kept_and_found_again(alices: Window, benchmark: Benchmark) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.get_by_label("What happened").fill(TEXT)
    page.get_by_role("button", name="Yesterday").click()
    kept(page)
    expect(page).to_have_url(alices.origin + f"/updates/{ProgressUpdate.objects.latest('pk').pk}/edit/")
    page.reload()
    expect(page.get_by_label("What happened")).to_have_value(TEXT)
    assert ProgressUpdate.objects.filter(state="draft").count() == 1


def test_a_preview_shows_it_as_it_will_be_read(alices: Window, benchmark: Benchmark) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.get_by_label("What happened").fill("Met *twice*.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#log-preview em")).to_have_text("twice")
    page.get_by_role("button", name="Write").click()
    expect(page.get_by_label("What happened")).to_have_value("Met *twice*.")


def test_a_file_is_taken_at_once(alices: Window, benchmark: Benchmark) -> None:
    page = alices.open("/benchmarks/access/log/")
    minutes: FilePayload = {
        "name": "minutes.txt",
        "mimeType": "text/plain",
        "buffer": b"Minutes of a meeting.\n",
    }
    scan: FilePayload = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"<svg xmlns='x'/>"}
    page.locator("#id_files").set_input_files([minutes, scan])
    expect(page.get_by_role("link", name="minutes.txt")).to_be_visible()
    expect(page.locator("[data-unfit]")).to_contain_text("scan.pdf")
    page.get_by_label("When").fill("2023-05-04")
    page.get_by_label("What happened").fill(TEXT)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status").filter(has_text="Submitted")).to_be_visible()
    assert Evidence.objects.filter(file_name="minutes.txt", update__state="submitted").exists()
    assert not alices.faults


@pytest.mark.promise("H4")
def test_the_second_of_two_windows_is_shown_both_texts(
    alices: Window, benchmark: Benchmark, live_server: object
) -> None:
    first = alices.open("/benchmarks/access/log/")
    first.get_by_label("What happened").fill("Begun.")
    kept(first)
    second = first.context.new_page()
    second.goto(first.url)
    first.get_by_label("What happened").fill("Typed in the first window.")
    first.get_by_label("When").fill("2023")
    kept(first)
    second.get_by_label("What happened").fill("Typed in the second window.")
    conflict = second.locator(".conflict")
    expect(conflict).to_contain_text("Typed in the first window.")
    expect(conflict).to_contain_text("Typed in the second window.")
    second.keyboard.press("Control+Enter")
    expect(conflict).to_be_focused()
    second.get_by_label("What happened").press("Control+Enter")
    expect(conflict).to_be_focused()
    texts = {copy.words["narrative"][0] for copy in WorkingCopy.objects.all()}
    assert texts == {"Typed in the first window.", "Typed in the second window."}
    assert not ProgressUpdate.objects.filter(state="submitted").exists()
    second.get_by_role("button", name="Keep what stands here").click()
    kept(second)
    assert words() == "Typed in the second window."
    second.close()


def test_words_outlast_a_lost_connection(alices: Window, benchmark: Benchmark) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.get_by_label("What happened").fill("Begun.")
    kept(page)
    page.context.set_offline(True)
    page.get_by_label("What happened").fill(TEXT)
    expect(page.locator("[data-state]")).to_contain_text("No connection")
    page.context.set_offline(False)
    kept(page)
    assert words() == TEXT


def test_words_that_never_reached_us_are_offered_when_the_form_is_opened_again(
    alices: Window, benchmark: Benchmark, abel: User
) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.context.set_offline(True)
    page.get_by_label("What happened").fill(TEXT)
    expect(page.locator("[data-state]")).to_contain_text("No connection")
    stored = page.evaluate("Object.values({...localStorage}).join()")
    assert stored
    assert "delegation" not in stored, "what lies on the disk is sealed"
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    again.goto(alices.origin + "/benchmarks/access/log/")
    again.get_by_role("button", name="Use them").click()
    expect(again.get_by_label("What happened")).to_have_value(TEXT)
    kept(again)
    assert words() == TEXT
    assert (
        again.evaluate("Object.keys({...localStorage}).filter((name) => name.startsWith('draft')).length")
        == 0
    )


@pytest.fixture
def browsing(alices: Window) -> BrowserContext:
    return alices.page.context


def test_an_expired_session_loses_no_word(
    alices: Window, benchmark: Benchmark, alice: User, browsing: BrowserContext
) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.get_by_label("What happened").fill("Begun.")
    kept(page)
    browsing.clear_cookies()
    page.get_by_label("What happened").fill(TEXT)
    link = page.get_by_role("link", name="sign in in another window")
    expect(link).to_be_visible()
    with browsing.expect_page() as opened:
        link.click()
    other = opened.value
    other.get_by_label("Mail address").fill(alice.email)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("navigation", name="Main")).to_be_visible()
    kept(page)
    assert words() == TEXT


def test_words_of_one_do_not_go_to_another_who_signed_in(
    alices: Window, benchmark: Benchmark, abel: User, browsing: BrowserContext
) -> None:
    page = alices.open("/benchmarks/access/log/")
    browsing.clear_cookies()
    client = Client()
    client.force_login(abel)
    alices.sign_in(abel)
    page.get_by_label("What happened").fill(TEXT)
    expect(page.locator("[data-alarm]")).to_contain_text("Somebody else is signed in")
    assert not ProgressUpdate.objects.filter(author=abel).exists()


def test_signing_out_waits_for_what_is_typed(alices: Window, benchmark: Benchmark) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.get_by_label("What happened").fill(TEXT)
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert words() == TEXT


def test_a_draft_is_thrown_away_and_brought_back(alices: Window, benchmark: Benchmark) -> None:
    page = alices.open("/benchmarks/access/log/")
    page.get_by_label("What happened").fill(TEXT)
    kept(page)
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("What happened")).to_have_value(TEXT)


def test_each_draft_keeps_its_own_words_on_the_device(
    alices: Window, benchmark: Benchmark, alice: User
) -> None:
    one, two = (drafts.begin(benchmark, by=alice) for _ in range(2))
    page = alices.open(f"/updates/{one.pk}/edit/")
    page.context.set_offline(True)
    page.get_by_label("What happened").fill("Words of the first.")
    expect(page.locator("[data-state]")).to_contain_text("No connection")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    again.goto(f"{alices.origin}/updates/{two.pk}/edit/")
    again.get_by_label("What happened").fill("Words of the second.")
    kept(again)
    expect(again.get_by_role("button", name="Use them")).to_have_count(0)
    again.goto(f"{alices.origin}/updates/{one.pk}/edit/")
    again.get_by_role("button", name="Use them").click()
    expect(again.get_by_label("What happened")).to_have_value("Words of the first.")
