"""The list of benchmarks in a real browser: numbers that come after it, columns, keyboard, short address."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Role, User
from benchmarks import events, lifecycle
from benchmarks.models import Benchmark, Theme
from tests.browser import Window
from tests.listed import make_mixed
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_organisation,
    make_recommendation,
    make_user,
)

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
EVERY = "code,title,rating,position,freshness,asked,theme,addressees,owner,due,lifecycle,assessed,measure"


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_user("alice", Role.CONTRIBUTOR)


@pytest.fixture
def listed(alice: User) -> None:
    make_mixed(alice, make_user("rosa", Role.REVIEWER))
    theme = lifecycle.add_theme(Theme(name=f"On {LONG}", slug="long"), by=alice)
    to = make_organisation(alice, name=f"Council {LONG}")
    long = make_benchmark(
        alice, title=f"A time frame for {LONG}", themes=[theme], addressees=[to], owner=alice
    )
    make_recommendation(alice, make_letter(alice, title=f"Letter on {LONG}"), long)
    event = make_event(alice, title=f"Summit on {LONG}")
    events.put_on_agenda(event, Benchmark.objects.get(title="Fresh"), ask="", by=alice)


def chosen(page: Page, label: str) -> str:
    """What a filter of the sentence shows."""
    text: str = page.get_by_label(label, exact=True).evaluate("each => each.selectedOptions[0].text")
    return text


@pytest.mark.promise("A5")
@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    "query",
    [
        "",
        f"?columns={EVERY}&owner=nobody&sort=-due",
        "?columns=evil&per_page=-1&sort=evil&letter=nonsense",
        "?counts=1&due=none",
    ],
)
def test_the_list_in_each_of_its_shapes(window: Window, alice: User, query: str) -> None:
    window.sign_in(alice)
    page = window.open(f"/benchmarks/{query}")
    page.locator("details.layout summary").click()
    expect(page.get_by_label("Rows a page")).to_be_visible()
    window.check()


@pytest.mark.usefixtures("listed")
def test_the_numbers_come_after_the_page_and_move_no_focus(window: Window, alice: User) -> None:
    """The focus is on a filter as they come: its choice is not read out again, and gets its number later."""
    window.sign_in(alice)
    waiting: list[Route] = []
    window.page.route("**/benchmarks/counts/**", lambda route: waiting.append(route))
    page = window.open("/benchmarks/?theme=tibet")
    lifecycle_, rated = page.get_by_label("Show", exact=True), page.get_by_label("rated", exact=True)
    lifecycle_.focus()
    assert chosen(page, "Show") == "active"
    with page.expect_response("**/benchmarks/counts/?theme=tibet"):
        page.wait_for_timeout(50)
        waiting[0].continue_()
    expect(rated.locator("option[value=met]")).to_have_text("Met (1)")
    expect(rated.locator("option[value='']")).to_have_text("anything")
    expect(lifecycle_).to_be_focused()
    expect(lifecycle_.locator("option[value=retired]")).to_have_text("retired (1)")
    assert chosen(page, "Show") == "active"
    page.keyboard.press("Tab")
    assert chosen(page, "Show") == "active (2)"
    assert chosen(page, "benchmarks on") == "Tibet (2)"
    assert page.locator("[aria-live], [role=status]").count() == 1
    assert not window.faults


@pytest.mark.usefixtures("listed")
def test_numbers_that_do_not_come_are_not_missed(window: Window, alice: User) -> None:
    window.sign_in(alice)
    window.page.route("**/benchmarks/counts/**", lambda route: route.fulfill(status=500, body="{}"))
    with window.page.expect_response("**/benchmarks/counts/**"):
        page = window.open("/benchmarks/")
    assert chosen(page, "Show") == "active"
    expect(page.get_by_role("link", name="Fresh", exact=True)).to_be_visible()
    assert [fault for fault in window.faults if "500" not in fault] == []


@pytest.mark.usefixtures("listed")
def test_one_filters_chooses_columns_and_gets_a_file_with_the_keyboard_alone(
    window: Window, alice: User
) -> None:
    window.sign_in(alice)
    page = window.open("/benchmarks/")
    page.keyboard.press("/")
    expect(page.get_by_label("and that mention")).to_be_focused()
    page.keyboard.type("never")
    page.keyboard.press("Tab")
    expect(page.get_by_text("more", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("which are owned by")).to_be_focused()
    page.keyboard.type("nob")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("owner="))
    assert page.url == f"{window.origin}/benchmarks/?q=never&owner=nobody"
    expect(page.get_by_role("status")).to_have_text("1 of 5")
    expect(page.get_by_label("which are owned by")).to_be_visible()

    columns = page.locator("details.layout summary")
    columns.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Code")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(columns).to_be_focused()
    expect(page.get_by_role("checkbox", name="Code")).to_be_hidden()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("columns="))
    query = "q=never&owner=nobody&columns=title,rating,position,freshness,asked"
    assert unquote(page.url) == f"{window.origin}/benchmarks/?{query}"
    expect(page.get_by_role("columnheader", name="Code")).to_have_count(0)

    page.get_by_role("link", name="CSV").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert re.fullmatch(r"benchmarks-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    assert not window.faults


@pytest.mark.usefixtures("listed")
def test_without_javascript_the_same_is_there(window: Window, alice: User) -> None:
    window.sign_in(alice)
    context = window.page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=window.page.context.storage_state()
    )
    page = context.new_page()
    page.goto(window.origin + "/benchmarks/")
    page.get_by_role("link", name="Show counts").click()
    assert chosen(page, "Show") == "active (5)"
    page.locator("details.layout summary").click()
    page.get_by_role("checkbox", name="Owner").check()
    page.get_by_label("Rows a page").select_option("25")
    page.get_by_role("button", name="Apply").click()
    assert page.get_by_role("columnheader", name="Owner").count() == 1
    assert page.get_by_label("Rows a page").input_value() == "25"
    assert chosen(page, "Show") == "active (5)"
    context.close()


@pytest.mark.usefixtures("listed")
def test_paper_shows_the_sentence_and_the_rows_and_no_controls(window: Window, alice: User) -> None:
    window.sign_in(alice)
    page = window.open("/benchmarks/?theme=tibet")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_label("benchmarks on")).to_be_visible()
    expect(page.get_by_role("status")).to_be_visible()
    for text in ("Columns", "CSV", "XLSX", "Clear", "more"):
        expect(page.get_by_text(text, exact=True)).to_be_hidden()


@pytest.mark.usefixtures("listed")
def test_a_touch_screen_shows_no_keys_to_press(window: Window, alice: User) -> None:
    window.sign_in(alice)
    window.open("/benchmarks/")
    expect(window.page.locator("kbd").first).to_be_visible()
    context = window.page.context.browser.new_context(  # type: ignore[union-attr]
        is_mobile=True, has_touch=True, storage_state=window.page.context.storage_state()
    )
    page = context.new_page()
    page.goto(window.origin + "/benchmarks/")
    assert [key.is_visible() for key in page.locator("kbd").all()] == [False]
    context.close()
