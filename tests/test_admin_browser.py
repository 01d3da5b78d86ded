"""The administration in a real browser: its scripts run under our content security policy."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.models import User
from benchmarks.models import Recommendation
from tests.browser import Window
from tests.make import make_benchmark, make_event, make_letter, make_line, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.promise("A5")
def test_an_ask_is_added_with_the_pop_ups_of_the_form(window: Window, ada: User, alice: User) -> None:
    letter = make_letter(alice, title="A joint letter")
    make_benchmark(alice, title="Access to Tibet")
    window.sign_in(ada)
    page = window.open("/admin/benchmarks/recommendation/add/")
    page.locator(".field-letter .select2-selection").click()
    page.locator(".select2-search__field").last.fill("joint")
    page.get_by_role("option", name="A joint letter").click()
    page.fill("#id_number", "1")
    page.fill("#id_text", "Let diplomats travel.")
    page.locator(".field-benchmarks .select2-search__field").fill("tibet")
    page.get_by_role("option", name="Access to Tibet").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    ask = Recommendation.objects.get()
    assert (ask.letter, ask.benchmarks.get().title) == (letter, "Access to Tibet")
    # Who types on takes back the question that is under way.
    assert [fault for fault in window.faults if "failed: " not in fault or "autocomplete" not in fault] == []


@pytest.mark.promise("A5")
@pytest.mark.parametrize("persona", ["ada", "rosa"])
def test_pages_of_the_administration_load_without_a_fault(
    window: Window, ada: User, rosa: User, alice: User, persona: str
) -> None:
    benchmark = make_benchmark(alice, title="Access to Tibet", addressees=[make_organisation(alice)])
    make_line(benchmark, alice, rosa, "initial")
    event, letter = make_event(alice, starts_on=date(2022, 4, 1)), make_letter(alice)
    window.sign_in({"ada": ada, "rosa": rosa}[persona])
    paths = [
        "/admin/",
        "/admin/benchmarks/benchmark/",
        f"/admin/benchmarks/benchmark/{benchmark.pk}/change/",
        f"/admin/benchmarks/benchmark/{benchmark.pk}/history/",
        f"/admin/benchmarks/event/{event.pk}/change/",
        f"/admin/benchmarks/letter/{letter.pk}/change/",
        "/admin/benchmarks/change/",
        f"/admin/benchmarks/statusevent/{benchmark.status_events.get().pk}/change/",
    ]
    if persona == "ada":
        paths += [f"/admin/accounts/user/{rosa.pk}/change/", "/admin/accounts/user/add/"]
    for path in paths:
        page = window.open(path)
        expect(page.get_by_role("link", name="Benchmark tracker administration")).to_be_visible()
    page.get_by_role("link", name="View site").click()
    expect(page.get_by_role("link", name="Benchmarks")).to_be_visible()
    assert window.faults == []


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/benchmarks/benchmark/", "/admin/benchmarks/benchmark/{}/history/"]
)
def test_looking_around_the_administration_is_accessible(
    window: Window, ada: User, alice: User, path: str
) -> None:
    """Not so its forms: axe misses names of Django's lists that search, and cannot read its stylesheets."""
    benchmark = make_benchmark(alice, title="Access to Tibet", addressees=[make_organisation(alice)])
    window.sign_in(ada)
    window.open(path.format(benchmark.pk))
    window.check()
