"""The list of benchmarks: what it shows whom, order, pages."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import events, lifecycle
from benchmarks.models import Theme
from benchmarks.tables import BenchmarkTable
from tests.listed import cells, make_mixed
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_organisation,
    make_recommendation,
)
from tests.pages import shown

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

# session, user; themes, addressees, owners, letters and events to choose from; what mentions the words, once
# for all of these; the count, the total; the keys of a page, and its rows
LIST_QUERIES = 12
# and the themes and addressees of these rows: no filter and no column asks for more
MOST_QUERIES = 14
EVERY_COLUMN = ",".join(BenchmarkTable.base_columns)


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


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


# Order and pages ------------------------------


@pytest.fixture
def mixed(alice: User, rosa: User) -> None:
    make_mixed(alice, rosa)


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
        ("position", ["Fresh", "Nearly due", "Long ago", "Never"]),
        ("assessed", ["Long ago", "Nearly due", "Fresh", "Never"]),
        ("-assessed", ["Fresh", "Nearly due", "Long ago", "Never"]),
        ("due", ["Long ago", "Nearly due", "Never", "Fresh"]),
        ("-due", ["Never", "Nearly due", "Long ago", "Fresh"]),
        ("owner", ["Nearly due", "Fresh", "Long ago", "Never"]),
        ("-owner", ["Fresh", "Nearly due", "Never", "Long ago"]),
        ("measure", ["Never", "Fresh", "Nearly due", "Long ago"]),
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


@pytest.mark.usefixtures("mixed")
def test_the_same_place_is_taken_in_the_same_order_with_every_sort(reader: Client) -> None:
    """Two pages never show one row twice: nothing is left to chance where benchmarks are alike."""
    for name, column in BenchmarkTable.base_columns.items():
        if column.orderable is not False:
            assert shown(reader, sort=name, lifecycle="any") == shown(reader, sort=name, lifecycle="any"), (
                name
            )
            assert len(set(shown(reader, sort=f"-{name}", lifecycle="any"))) == 5, name


def test_a_page_holds_fifty_or_as_many_as_somebody_likes(reader: Client, alice: User) -> None:
    for number in range(53):
        make_benchmark(alice, code=f"AAA-{number:02}", title=f"Ask {number:02}")
    assert len(shown(reader)) == 50
    assert shown(reader, page="2") == ["Ask 50", "Ask 51", "Ask 52"]
    assert shown(reader, page="999") == ["Ask 50", "Ask 51", "Ask 52"]
    assert shown(reader, page="3", per_page="25", sort="-code") == ["Ask 02", "Ask 01", "Ask 00"]
    assert len(shown(reader, per_page="100")) == 53
    page = reader.get("/benchmarks/?lifecycle=any&sort=code&per_page=25&columns=title").content.decode()
    assert "?lifecycle=any&amp;sort=code&amp;per_page=25&amp;columns=title&amp;page=2" in page


@pytest.mark.usefixtures("mixed")
def test_the_pages_of_a_list_hold_every_row_once_in_its_order(reader: Client, alice: User) -> None:
    """Late pages are looked up from the end: they go on where those before them stop."""
    for number in range(56):
        make_benchmark(alice, title=f"Ask {number:02}", due_on=date(2030, 1, 1) if number % 2 else None)
    for name, column in BenchmarkTable.base_columns.items():
        for sort in (name, f"-{name}") if column.orderable is not False else ():
            pages = (shown(reader, sort=sort, per_page="25", page=str(number)) for number in (1, 2, 3))
            turned = list(chain.from_iterable(pages))
            assert turned == shown(reader, sort=sort, per_page="200"), sort
            assert len(set(turned)) == 60, sort


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    "query",
    ["page=999", "page=0", "page=-1", "page=x", "page=%00", f"page={'9' * 5000}", "page=1e3", "sort="],
)
def test_an_impossible_page_falls_back(reader: Client, query: str) -> None:
    response = reader.get(f"/benchmarks/?{query}")
    assert response.status_code == 200
    assert "Fresh</a>" in response.content.decode()
    assert "form-errors" not in response.content.decode()


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


@pytest.fixture
def many(request: pytest.FixtureRequest, alice: User, rosa: User) -> None:
    """As many benchmarks as the test asks for, each with all that a row can show."""
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    council = make_organisation(alice, slug="council")
    letter, event = make_letter(alice, slug="letter"), make_event(alice, slug="event")
    for _number in range(request.param):
        benchmark = make_benchmark(alice, themes=[theme], addressees=[council], owner=alice)
        make_line(benchmark, alice, rosa)
        make_recommendation(alice, letter, benchmark)
        events.put_on_agenda(event, benchmark, by=alice, ask="")


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("many", [1, 12], indirect=True)
def test_the_list_asks_as_often_for_many_rows_as_for_one(
    reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(LIST_QUERIES):
        reader.get("/benchmarks/?q=benchmark&sort=-asked")


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("many", [1, 12], indirect=True)
def test_no_filter_and_no_column_makes_the_list_ask_more(
    reader: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everything = (
        f"q=benchmark&theme=tibet&addressee=council&rating=no_progress&position=not_stated&freshness=stale"
        f"&owner={alice.pk}&letter=letter&event=event&due=none&lifecycle=any&sort=-owner&columns={EVERY_COLUMN}"
    )
    with django_assert_num_queries(MOST_QUERIES):
        page = reader.get(f"/benchmarks/?{everything}").content.decode()
    assert "<tbody" in page
