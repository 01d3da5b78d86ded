"""The desk in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from benchmarks import discussion, drafts, events, hiding, workflow
from tests.browser import Window
from tests.make import make_benchmark, make_event, make_line, make_organisation, make_update

TODAY = timezone.localdate()


@pytest.fixture
def _full(transactional_db: None, alice: User, abel: User, rosa: User, omar: User) -> None:
    """Something in every list, in words as long as they come."""
    titles = (
        "Unhindered and reciprocal access to Tibet",
        "Release of the named defenders",
        "Measurable benchmarks and a time frame for the human rights dialogue",
        "Donaudampfschifffahrtsgesellschaftskapitänsversammlungsbeschlussfassung",
        "Public report after each round of the dialogue",
        "Universal jurisdiction cases mapped",
    )
    summit = make_event(
        alice,
        title="EU–China summit (placeholder)",
        starts_on=TODAY + timedelta(days=24),
        certainty="expected",
        place="Brussels",
    )
    ago = (10, 95, 300, 420, None, None)
    owners = (alice, alice, abel, None, None, alice)
    benchmarks = []
    for title, days, owner in zip(titles, ago, owners, strict=True):
        benchmark = make_benchmark(alice, title=title, owner=owner, review_interval_days=100)
        if days is not None:
            make_line(
                benchmark, alice, rosa, on=TODAY - timedelta(days=days), reason="Nobody was let in this year."
            )
        events.put_on_agenda(summit, benchmark, ask="Ask aloud that it be opened.", by=alice)
        benchmarks.append(benchmark)
    first, second, third = benchmarks[:3]
    make_line(first, alice, rosa, "initial", on=TODAY, reason="A delegation was let in, for a day.")
    council = make_organisation(alice, name="Council of the European Union", short_name="Council")
    make_line(second, abel, rosa, None, on=TODAY, proposed_position="noted", addressee=council)
    workflow.request_changes(make_update(alice, first), rosa, "Which delegation was refused?")
    workflow.reject(make_update(alice, third), omar, "It is logged already.")
    draft = drafts.begin(second, by=alice)
    words = {"narrative": ["One of the eleven is reported released, with restrictions on movement."]}
    drafts.keep(draft, words, by=alice, window="one", version=0)
    drafts.keep(draft, {"narrative": ["Other words."]}, by=alice, window="two", version=0)
    update = make_update(alice, second)
    discussion.comment(update, "@Alice, which family? @Rosa, do you know?", by=omar)
    make_update(abel, third)
    hiding.hide(make_update(abel, first), by=omar)


@pytest.mark.promise("A5")
@pytest.mark.usefixtures("_full")
@pytest.mark.parametrize("name", ["alice", "rosa", "victor"])
def test_a_full_desk(window: Window, name: str, request: pytest.FixtureRequest) -> None:
    window.sign_in(request.getfixturevalue(name))
    page = window.open("/")
    expect(page.get_by_role("link", name="Desk", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("img", name="6 benchmarks on the agenda")).to_be_visible()
    window.check()


@pytest.mark.promise("A5")
@pytest.mark.parametrize("name", ["alice", "ada"])
def test_an_empty_desk(
    window: Window, transactional_db: None, name: str, request: pytest.FixtureRequest
) -> None:
    window.sign_in(request.getfixturevalue(name))
    window.open("/")
    window.check()


@pytest.mark.usefixtures("_full")
def test_the_parts_of_the_bar_differ_without_colour(window: Window, victor: User) -> None:
    window.sign_in(victor)
    page = window.open("/")
    bar = page.locator(".ready-bar > rect")
    expect(bar).to_have_count(4)
    fills = bar.evaluate_all("(parts) => parts.map((each) => getComputedStyle(each).fill)")
    assert len(set(fills)) == 4, fills
    widths = bar.evaluate_all("(parts) => parts.map((each) => each.getBoundingClientRect().width)")
    assert sum(widths) == pytest.approx(page.locator(".ready-bar").bounding_box()["width"], rel=0.02)  # type: ignore[index]
