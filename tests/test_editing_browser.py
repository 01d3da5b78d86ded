"""Adding, editing and ending a benchmark in a real browser, two windows at once included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import Role, User
from benchmarks import events, lifecycle, verify
from benchmarks.models import Benchmark, Theme
from tests.browser import Window
from tests.make import make_benchmark, make_event, make_organisation, make_update, make_user

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def rosa(transactional_db: None) -> User:
    return make_user("rosa", Role.REVIEWER)


@pytest.fixture
def ada(transactional_db: None) -> User:
    return make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def tibet(ada: User) -> Benchmark:
    """A benchmark on a theme of several, addressed to one of many."""
    themes = [
        lifecycle.add_theme(Theme(name=name, slug=slug), by=ada)
        for name, slug in (
            ("Tibet", "tibet"),
            ("United Nations", "un"),
            ("Human rights dialogue", "dialogue"),
        )
    ]
    council, *_others = [make_organisation(ada, name=f"Organisation of kind {n}") for n in range(14)]
    return make_benchmark(
        ada,
        code="TIB-09",
        slug="access",
        title="Free access to Tibet for diplomats and journalists",
        criterion="Diplomats and journalists travel to Tibet without an escort.",
        themes=themes[:1],
        addressees=[council],
    )


@pytest.fixture
def other_window(chromium: Browser, live_server: LiveServer) -> Iterator[Window]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield Window(context.new_page(), live_server.url)
    context.close()


def test_a_benchmark_is_added_with_the_next_code_of_the_theme_one_ticks(
    window: Window, rosa: User, tibet: Benchmark
) -> None:
    make_benchmark(rosa, code="DLG-3", themes=list(Theme.objects.filter(slug="dialogue")))
    window.sign_in(rosa)
    page = window.open("/benchmarks/add/")
    window.check()
    page.get_by_role("button", name="Add the benchmark").click()
    expect(page.get_by_role("alert")).to_be_focused()
    window.check()
    page.get_by_role("alert").get_by_role("link", name="Title").click()
    expect(page.get_by_label("Title")).to_be_focused()
    page.get_by_label("Title").fill("Journalists report from Lhasa")
    page.get_by_label("Tibet").check()
    expect(page.get_by_role("textbox", name="Code")).to_have_value("TIB-10")
    search = page.get_by_label("Look through: Addressees")
    search.fill("KIND 13")
    expect(page.get_by_label("Organisation of kind 12")).to_be_hidden()
    search.press("Enter")
    page.get_by_label("Organisation of kind 13").check()
    page.get_by_label("Process:").check()
    page.get_by_label("Criterion").fill("Two foreign journalists report from Lhasa in a year.")
    page.get_by_label("Active at once").check()
    page.get_by_role("button", name="Add the benchmark").click()
    expect(page.get_by_role("heading", name="Journalists report from Lhasa")).to_be_visible()
    assert "/benchmarks/journalists-report-from-lhasa/" in page.url
    added = Benchmark.objects.get(code="TIB-10")
    assert (added.lifecycle, added.addressees.get().name) == ("active", "Organisation of kind 13")


@pytest.mark.promise("H4")
def test_of_two_windows_the_second_is_shown_both_texts_and_saves_again(
    window: Window, other_window: Window, rosa: User, ada: User, tibet: Benchmark
) -> None:
    window.sign_in(rosa)
    other_window.sign_in(ada)
    hers = window.open("/benchmarks/access/")
    hers.get_by_role("link", name="Edit").click()
    window.check()
    his = other_window.open("/benchmarks/access/edit/")
    hers.get_by_label("Title").fill("Access to Tibet, as Rosa has it")
    hers.get_by_label("Description").fill("Only Rosa wrote this.")
    hers.get_by_role("button", name="Save").click()
    expect(hers.get_by_text("What you changed is saved.")).to_be_visible()

    his.get_by_label("Title").fill("Access to Tibet, as Ada has it")
    his.get_by_label("Criterion").fill("Anybody may travel to Tibet.")
    his.get_by_label("Why it changes").fill("Pilgrims asked too.")
    his.get_by_role("button", name="Save").click()
    told = his.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text("Rosa saved this meanwhile")
    expect(told).to_contain_text("Access to Tibet, as Rosa has it")
    expect(told).to_contain_text("Access to Tibet, as Ada has it")
    other_window.check()
    expect(his.get_by_label("Title")).to_have_value("Access to Tibet, as Ada has it")
    expect(his.get_by_label("Description")).to_have_value("Only Rosa wrote this.")
    expect(his.get_by_label("Why it changes")).to_have_value("Pilgrims asked too.")
    his.get_by_role("button", name="Save mine").click()
    expect(his.get_by_role("heading", name="Access to Tibet, as Ada has it")).to_be_visible()
    tibet.refresh_from_db()
    assert (tibet.description, str(tibet.criterion)) == (
        "Only Rosa wrote this.",
        "Anybody may travel to Tibet.",
    )
    assert list(verify.findings()) == []


def test_a_benchmark_is_published_and_replaced_from_its_page(
    window: Window, ada: User, rosa: User, tibet: Benchmark
) -> None:
    make_benchmark(
        rosa, code="TIB-10", title="Pilgrims and journalists travel", themes=list(tibet.themes.all())
    )
    make_update(rosa, tibet)
    event = make_event(ada, title="Summit", state="planned")
    events.put_on_agenda(event, tibet, ask="Press for it.", by=ada)
    omar = make_user("omar", Role.ADMINISTRATOR)
    window.sign_in(omar)
    page = window.open("/benchmarks/access/")
    page.get_by_text("More", exact=True).click()
    window.check()
    page.get_by_role("button", name="Publish on the scorecard").click()
    expect(page.get_by_text("It is on the scorecard.")).to_be_visible()
    window.check()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It was taken off the scorecard.")).to_be_visible()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Split, merge or replace…").click()
    window.check()
    page.get_by_label("Replace:").check()
    offered = page.get_by_label("Into which benchmarks, 1")
    expect(page.locator(f"#{offered.get_attribute('list')} option")).to_have_attribute("value", "TIB-10")
    offered.fill("tib-10")
    page.get_by_label("Why", exact=False).last.fill("It says it better.")
    page.get_by_role("button", name="Look at what would happen").click()
    expect(page.locator("#outlook")).to_be_focused()
    expect(page.locator("#outlook")).to_contain_text("1 update that waits for review goes back to its author")
    window.check()
    page.get_by_role("button", name="Replace TIB-09 by TIB-10").click()
    expect(page.get_by_text("It is done, and stands in the lineage of each of them.")).to_be_visible()
    window.open("/benchmarks/access/retire/")
    window.check()
    tibet.refresh_from_db()
    assert tibet.lifecycle == "retired"
    assert list(verify.findings()) == []
