"""The list of benchmarks: what it shows whom, filters, order, pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import lifecycle
from benchmarks.models import Theme
from tests.make import (
    make_benchmark,
    make_letter,
    make_line,
    make_organisation,
    make_recommendation,
)
from tests.pages import shown, tally

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

# session, user; themes, addressees and lifecycles to choose from; how many each of the five choices would
# show; what mentions the words, once for all of these; the count, the total, the rows
LIST_QUERIES = 14


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


def cells(client: Client, title: str) -> list[str]:
    """The words in the row of one benchmark."""
    page = client.get("/benchmarks/", {"q": f'"{title}"'}).content.decode()
    [row] = re.findall(r"<tr role=\"row\">\s*(<td.*?)</tr>", page, re.S)
    found = re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in found]


# Who sees what ------------------------------


def test_somebody_without_a_role_gets_404(client: Client, charlie: User) -> None:
    client.force_login(charlie)
    assert client.get("/benchmarks/").status_code == 404


def test_somebody_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    response = client.get("/benchmarks/?q=tibet")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/benchmarks/")


def test_drafts_are_listed_for_contributors_and_no_viewer(client: Client, alice: User, victor: User) -> None:
    make_benchmark(alice, title="Half an idea", lifecycle="draft")
    make_benchmark(alice, title="An ask")
    client.force_login(alice)
    assert shown(client) == ["An ask"]
    assert shown(client, lifecycle="draft") == ["Half an idea"]
    assert set(shown(client, lifecycle="any")) == {"An ask", "Half an idea"}
    client.force_login(victor)
    assert shown(client, lifecycle="any") == ["An ask"]
    response = client.get("/benchmarks/?lifecycle=draft")
    assert "was ignored</a>: there is no “" in response.content.decode()
    assert "Half an idea" not in response.content.decode()


# What a row says ------------------------------


def test_a_row_keeps_the_three_axes_apart(reader: Client, alice: User, rosa: User) -> None:
    council = make_organisation(alice)
    benchmark = make_benchmark(alice, title="Access", code="TIB-01", review_interval_days=120)
    make_line(
        benchmark,
        alice,
        rosa,
        "initial",
        on=timezone.localdate(),
        proposed_position="noted",
        addressee=council,
    )
    assert cells(reader, "Access") == [
        "TIB-01",
        "Access",
        "Initial steps",
        "noted",
        "current",
        "by no letter",
    ]


def test_what_nobody_assessed_is_not_called_no_progress(reader: Client, alice: User) -> None:
    make_benchmark(alice, title="Access", code="TIB-01")
    assert cells(reader, "Access")[2:5] == ["Not yet assessed", "not stated", "never assessed"]


def test_asked_counts_letters_and_not_recommendations(reader: Client, alice: User) -> None:
    benchmark = make_benchmark(alice, title="Access")
    noting = make_letter(alice, dated=date(1999, 5, 1))
    make_recommendation(alice, noting, benchmark, mode="notes_absence")
    for year in (2022, 2023):
        letter = make_letter(alice, dated=date(year, 3, 18))
        make_recommendation(alice, letter, benchmark)
        make_recommendation(alice, letter, benchmark)
    assert cells(reader, "Access")[-1] == "2× since 2022"


def test_an_absence_that_was_only_noted_is_not_called_asked(reader: Client, alice: User) -> None:
    benchmark = make_benchmark(alice, title="Access")
    make_recommendation(alice, make_letter(alice), benchmark, mode="notes_absence")
    assert cells(reader, "Access")[-1] == "absence noted"


# Filters ------------------------------


@pytest.fixture
def mixed(alice: User, rosa: User) -> None:
    """Four benchmarks of two themes and two addressees, rated at different times, and a retired one."""
    tibet, dialogue = (
        lifecycle.add_theme(Theme(name=name, slug=name.lower()), by=alice) for name in ("Tibet", "Dialogue")
    )
    council = make_organisation(alice, name="European Council", slug="council")
    commission = make_organisation(alice, name="European Commission", slug="commission")
    today = timezone.localdate()
    rows = [
        ("Fresh", "met", today, [tibet], [council]),
        ("Nearly due", "initial", today - timedelta(days=110), [tibet, dialogue], [council, commission]),
        ("Long ago", "no_progress", date(2000, 9, 1), [dialogue], [commission]),
        ("Never", None, None, [dialogue], []),
        ("Given up", None, None, [tibet], [council]),
    ]
    for number, (title, rating, day, themes, addressees) in enumerate(rows):
        benchmark = make_benchmark(
            alice,
            title=title,
            code=f"AAA-{number}",
            review_interval_days=120,
            themes=themes,
            addressees=addressees,
            lifecycle="retired" if title == "Given up" else "active",
        )
        if rating and day:
            make_line(benchmark, alice, rosa, rating, on=day)


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["Fresh", "Nearly due", "Long ago", "Never"]),
        ({"theme": "tibet"}, ["Fresh", "Nearly due"]),
        ({"theme": "dialogue"}, ["Nearly due", "Long ago", "Never"]),
        ({"addressee": "commission"}, ["Nearly due", "Long ago"]),
        ({"rating": "unassessed"}, ["Never"]),
        ({"rating": "no_progress"}, ["Long ago"]),
        ({"freshness": "current"}, ["Fresh"]),
        ({"freshness": "due"}, ["Nearly due"]),
        ({"freshness": "stale"}, ["Long ago"]),
        ({"freshness": "never_assessed"}, ["Never"]),
        ({"lifecycle": "retired"}, ["Given up"]),
        ({"lifecycle": "any", "theme": "tibet"}, ["Fresh", "Nearly due", "Given up"]),
        ({"theme": "dialogue", "addressee": "commission", "rating": "initial"}, ["Nearly due"]),
        ({"theme": "", "rating": "", "q": ""}, ["Fresh", "Nearly due", "Long ago", "Never"]),
    ],
)
def test_filters_narrow_the_list_together(reader: Client, query: dict[str, str], titles: list[str]) -> None:
    assert shown(reader, **query) == titles


@pytest.mark.usefixtures("mixed")
def test_each_choice_says_how_many_it_would_show(reader: Client) -> None:
    page = reader.get("/benchmarks/?theme=tibet").content.decode()
    options = dict(re.findall(r'<option value="(\w+)"[^>]*>(.*?)</option>', page))
    assert options["active"] == "active (2)"
    assert options["retired"] == "retired (1)"
    assert options["any"] == "all (3)"
    assert options["dialogue"] == "Dialogue (3)"
    assert options["commission"] == "European Commission (1)"
    assert options["met"] == "Met (1)"
    assert options["no_progress"] == "No progress (0)"


@pytest.mark.usefixtures("mixed")
def test_the_tally_counts_against_all_of_that_lifecycle(reader: Client) -> None:
    assert tally(reader.get("/benchmarks/")) == "4 of 4"
    assert tally(reader.get("/benchmarks/?rating=met")) == "1 of 4"
    assert tally(reader.get("/benchmarks/?rating=met&lifecycle=any")) == "1 of 5"


@pytest.mark.usefixtures("mixed")
def test_the_address_holds_the_whole_state(reader: Client) -> None:
    address = "/benchmarks/?lifecycle=any&theme=tibet&addressee=council&sort=-title&q=e"
    page = reader.get(address).content.decode()
    for chosen in ("any", "tibet", "council"):
        assert f'<option value="{chosen}" selected>' in page
    assert 'name="q" id="id_q" value="e"' in page
    assert '<input type="hidden" name="sort" value="-title">' in page


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    "query",
    [
        "theme=nonsense",
        "theme=%00",
        "addressee=1'--",
        "rating=great",
        "freshness=unripe",
        "lifecycle=eternal",
        "q=%00",
    ],
)
def test_what_an_address_says_wrong_is_told_and_ignored(reader: Client, query: str) -> None:
    response = reader.get(f"/benchmarks/?{query}")
    assert response.status_code == 200
    assert re.search(r"The filter “[a-z ]+” was ignored</a>: \S", response.content.decode())
    assert tally(response) == "4 of 4"


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    "query",
    ["page=999", "page=0", "page=-1", "page=x", "per_page=0", "per_page=-3", "sort=nonsense", "sort="],
)
def test_an_impossible_page_or_order_falls_back(reader: Client, query: str) -> None:
    response = reader.get(f"/benchmarks/?{query}")
    assert response.status_code == 200
    assert shown(reader) == re.findall(r'<a href="/benchmarks/[^"?]+/">(.*?)</a>', response.content.decode())


# Order and pages ------------------------------


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("title", ["Fresh", "Long ago", "Nearly due", "Never"]),
        ("-title", ["Never", "Nearly due", "Long ago", "Fresh"]),
        ("-code", ["Never", "Long ago", "Nearly due", "Fresh"]),
        ("rating", ["Fresh", "Nearly due", "Long ago", "Never"]),
        ("-rating", ["Long ago", "Nearly due", "Fresh", "Never"]),
        ("freshness", ["Fresh", "Nearly due", "Long ago", "Never"]),
        ("-freshness", ["Never", "Long ago", "Nearly due", "Fresh"]),
    ],
)
def test_columns_sort_by_their_scale(reader: Client, sort: str, titles: list[str]) -> None:
    assert shown(reader, sort=sort) == titles


def test_the_most_asked_come_first(reader: Client, alice: User) -> None:
    for title, letters in (("Once", 1), ("Thrice", 3), ("Never", 0)):
        benchmark = make_benchmark(alice, title=title)
        for _number in range(letters):
            make_recommendation(alice, make_letter(alice), benchmark)
    assert shown(reader, sort="-asked") == ["Thrice", "Once", "Never"]


def test_a_page_holds_fifty(reader: Client, alice: User) -> None:
    for number in range(53):
        make_benchmark(alice, code=f"AAA-{number:02}", title=f"Ask {number:02}")
    assert len(shown(reader)) == 50
    assert shown(reader, page="2") == ["Ask 50", "Ask 51", "Ask 52"]
    assert shown(reader, page="999") == ["Ask 50", "Ask 51", "Ask 52"]
    assert "page=2" in reader.get("/benchmarks/?lifecycle=any&sort=code").content.decode()


# Empty ------------------------------


def test_an_empty_tracker_says_what_would_fill_it(reader: Client) -> None:
    page = reader.get("/benchmarks/").content.decode()
    assert "No benchmark is kept here yet" in page


def test_no_result_says_what_to_do(reader: Client, alice: User) -> None:
    make_benchmark(alice)
    page = reader.get("/benchmarks/?q=zzz").content.decode()
    assert "No benchmark matches" in page
    assert '<a href="/benchmarks/">Clear' in page


# Queries ------------------------------


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_asks_as_often_for_many_rows_as_for_one(
    reader: Client, alice: User, rosa: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _number in range(rows):
        benchmark = make_benchmark(alice)
        make_line(benchmark, alice, rosa)
        make_recommendation(alice, make_letter(alice), benchmark)
    with django_assert_num_queries(LIST_QUERIES):
        reader.get("/benchmarks/?q=benchmark&sort=-asked")
