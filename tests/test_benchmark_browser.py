"""The benchmark list and page in a real browser."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Role, User
from benchmarks import events, lifecycle, people, workflow
from benchmarks.models import Benchmark, LetterParty, PersonSituation, Rating, Succession, Theme
from tests.browser import Window
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_link,
    make_organisation,
    make_person,
    make_recommendation,
    make_update,
    make_user,
)

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def victor(transactional_db: None) -> User:
    return make_user("victor", Role.VIEWER)


@pytest.fixture
def full(transactional_db: None) -> Benchmark:
    """A benchmark that shows all its page can show, with words too long for a narrow window."""
    alice, rosa = make_user("alice", Role.CONTRIBUTOR), make_user("rosa", Role.REVIEWER)
    theme = lifecycle.add_theme(Theme(name="Human rights dialogue", slug="dialogue"), by=alice)
    council, commission = (
        make_organisation(alice, name=f"{name} {LONG}") for name in ("Council", "Commission")
    )
    benchmark = make_benchmark(
        alice,
        slug="full",
        title=f"A time frame for {LONG}",
        description="Why.",
        themes=[theme],
        addressees=[council],
        owner=alice,
        due_on=date(2030, 1, 1),
    )
    for number, year in enumerate((1999, 2000, 2022, 2023, 2023, 2024)):
        event = make_event(alice, starts_on=date(year, 5, 1), state="held")
        signed = LetterParty(role="signatory", order=1, organisation=commission)
        letter = make_letter(alice, dated=date(year, 3, 1 + number), ahead_of=event, parties=[signed])
        mode = "notes_absence" if number % 2 else "asks"
        make_recommendation(alice, letter, benchmark, mode=mode, locator="second page", wording="quotation")
    ratings = [each for each in Rating.values if each != Rating.UNASSESSED]
    for number, rating in enumerate(ratings):
        evidence = [
            make_link(archived_url="https://example.org/a"),
            make_link(kind="letter", url="", letter=letter, locator="second page"),
        ]
        line = make_line(
            benchmark,
            alice,
            rosa,
            rating,
            on=date(2000 + 4 * number, 9, 1),
            evidence=evidence,
            proposed_position="noted" if number % 2 else "rejected",
            addressee=council if number % 2 else commission,
        )
    workflow.approve(workflow.propose_withdrawal(line, by=alice, reason="A rumour."), rosa, "A rumour.")
    workflow.approve(make_update(alice, benchmark), rosa, "Noted.")
    lifecycle.revise_criterion(
        benchmark, text=f"Stricter: {LONG}", effective_on=date(2020, 1, 1), reason="Too mild.", by=alice
    )
    new = make_benchmark(alice, slug="new", title="The stricter one", themes=[theme])
    lifecycle.succeed(
        benchmark, new, kind=Succession.Kind.REPLACE, effective_on=date(2021, 1, 1), reason="So.", by=alice
    )
    person = make_person(alice, native_name="ئىلھام توختى", native_language="ug", benchmarks=[benchmark])
    people.mention(person, letter=letter, description="an economist", by=alice, health_concern=True)
    situation = PersonSituation.Situation.DETAINED
    people.record_situation(
        person, situation=situation, stated_as_of=date(2022, 3, 1), by=alice, letter=letter
    )
    ahead = timezone.localdate() + timedelta(days=42)
    summit = make_event(alice, title="Summit (placeholder)", starts_on=ahead, certainty="not_announced")
    events.put_on_agenda(summit, benchmark, ask="Press for it.", by=alice)
    return benchmark


@pytest.mark.promise("A5")
@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "path",
    [
        "/benchmarks/",
        "/benchmarks/?q=nothing-like-it",
        "/benchmarks/?theme=nonsense&sort=-rating",
        "/benchmarks/full/",
        "/benchmarks/full/?as_of=2001-01-01",
        "/benchmarks/full/?as_of=1980-01-01",
        "/benchmarks/full/?as_of=2999-01-01",
        "/benchmarks/new/",
    ],
)
def test_pages_of_benchmarks(window: Window, victor: User, path: str) -> None:
    window.sign_in(victor)
    window.open(path)
    window.check()


def test_an_empty_list_of_benchmarks(window: Window, victor: User) -> None:
    window.sign_in(victor)
    window.open("/benchmarks/")
    window.check()


def test_what_opens_on_the_page_is_accessible_too(window: Window, victor: User, full: Benchmark) -> None:
    window.sign_in(victor)
    page = window.open(full.get_absolute_url())
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.get_by_role("columnheader", name="When")).to_be_visible()
    window.check()


@pytest.mark.parametrize(("width", "name"), [(320, "slim"), (700, "middle"), (1280, "wide")])
def test_each_width_has_one_drawing_whose_labels_can_be_read(
    window: Window, victor: User, full: Benchmark, width: int, name: str
) -> None:
    window.sign_in(victor)
    page = window.open(full.get_absolute_url())
    page.set_viewport_size({"width": width, "height": 800})
    shown = [each for each in page.locator("svg.drawing").all() if each.is_visible()]
    assert [each.get_attribute("class") for each in shown] == [f"drawing {name}"]
    boxes = [each.bounding_box() for each in shown[0].locator("text.letter-year").all()]
    assert boxes
    for one, other in pairwise(boxes):
        assert one is not None
        assert other is not None
        assert one["height"] >= 10
        assert one["x"] + one["width"] <= other["x"]


def test_labels_in_the_band_fit_into_it(window: Window, victor: User, full: Benchmark) -> None:
    window.sign_in(victor)
    page = window.open(full.get_absolute_url())
    for width in (320, 700, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        drawn = page.locator("svg.drawing .band:has(text)").all()
        bands = [band for band in drawn if band.is_visible()]
        assert bands, f"no band has a label at {width} px"
        for band in bands:
            outer, label = band.locator("> rect").first.bounding_box(), band.locator("text").bounding_box()
            assert outer is not None
            assert label is not None
            assert outer["x"] <= label["x"]
            assert label["x"] + label["width"] <= outer["x"] + outer["width"]


def test_filters_and_another_day_work_without_javascript(
    window: Window, victor: User, full: Benchmark
) -> None:
    window.sign_in(victor)
    context = window.page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=window.page.context.storage_state()
    )
    page = context.new_page()
    page.goto(window.origin + "/benchmarks/")
    page.get_by_label("rated").select_option("unassessed")
    page.get_by_role("button", name="Show").click()
    assert "rating=unassessed" in page.url
    assert page.locator("tbody tr").count() == 1
    page.goto(window.origin + full.get_absolute_url())
    page.get_by_label("Show another day").fill("2001-01-01")
    page.get_by_role("button", name="Show").click()
    assert page.url.endswith("/benchmarks/full/?as_of=2001-01-01")
    assert "As of 1 January 2001" in page.content()
    context.close()


def test_paper_shows_the_timeline_and_no_controls(window: Window, victor: User, full: Benchmark) -> None:
    window.sign_in(victor)
    page = window.open(full.get_absolute_url())
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("svg.drawing.middle")).to_be_visible()
    expect(page.get_by_label("Show another day")).to_be_hidden()
    expect(page.get_by_text("The timeline as a table")).to_be_hidden()
