"""The columns of the list of benchmarks that somebody chose, and how many rows a page has."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import lifecycle
from benchmarks.models import Theme
from tests.listed import cells, headings, make_mixed, told
from tests.make import make_benchmark, make_line, make_organisation
from tests.pages import shown

USUAL = ["Code", "Benchmark", "Rating", "Position", "Freshness", "Asked"]


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def mixed(alice: User, rosa: User) -> None:
    make_mixed(alice, rosa)


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("columns", "shown_as"),
    [
        ("", USUAL),
        ("code,title,owner,due", ["Code", "Benchmark", "Owner", "Due"]),
        ("rating,title,code", ["Rating", "Benchmark", "Code"]),
        ("theme,measure", ["Benchmark", "Theme", "Measure"]),
        ("code", ["Benchmark", "Code"]),
        ("code,code,title,code", ["Code", "Benchmark"]),
        ("evil", USUAL),
        (",,,", USUAL),
        ("addressees,lifecycle,assessed,title", ["Addressees", "Lifecycle", "Last assessed on", "Benchmark"]),
    ],
)
def test_columns_are_those_chosen_in_their_order(reader: Client, columns: str, shown_as: list[str]) -> None:
    """The title is always among them: it leads to the benchmark."""
    assert headings(reader, columns=columns) == shown_as
    assert shown(reader, columns=columns) == ["Fresh", "Nearly due", "Long ago", "Never"]


@pytest.mark.usefixtures("mixed")
def test_a_form_names_each_column_in_a_field_of_its_own(reader: Client) -> None:
    page = reader.get("/benchmarks/?columns=title&columns=owner&columns=code").content.decode()
    boxes = re.findall(r'<input type="checkbox" name="columns" value="(\w+)"( checked)?', page)
    assert [name for name, is_checked in boxes if is_checked] == ["title", "owner", "code"]
    assert [name for name, _ in boxes][:4] == ["title", "owner", "code", "rating"]
    assert len(boxes) == 13


def test_each_column_says_what_it_is_about(reader: Client, alice: User, rosa: User) -> None:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    council = make_organisation(alice, name="European Council", short_name="Council")
    benchmark = make_benchmark(
        alice,
        code="TIB-01",
        title="Access",
        measure="outcome",
        owner=rosa,
        due_on=date(2031, 5, 4),
        themes=[theme],
        addressees=[council, make_organisation(alice, name="Other Body")],
    )
    make_line(benchmark, alice, rosa, "met", on=date(2023, 6, 1), happened_on_precision="month")
    chosen = "title,theme,addressees,owner,due,lifecycle,assessed,measure"
    told = ["Access", "Tibet", "Council, Other Body", "Rosa", "4 May 2031", "active", "June 2023", "outcome"]
    assert cells(reader, "Access", columns=chosen) == told
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    assert cells(reader, "Access", columns="owner") == ["Access", "Rosa (left)"]
    make_benchmark(alice, title="Nothing")
    assert cells(reader, "Nothing", columns=chosen) == [
        "Nothing",
        "–",
        "–",
        "nobody",
        "–",
        "active",
        "–",
        "process",
    ]


@pytest.mark.usefixtures("mixed")
def test_one_may_sort_by_a_column_that_is_not_shown(reader: Client) -> None:
    assert shown(reader, columns="title", sort="-rating") == ["Long ago", "Nearly due", "Fresh", "Never"]


@pytest.mark.usefixtures("mixed")
def test_the_columns_travel_with_every_step(reader: Client) -> None:
    page = reader.get("/benchmarks/?columns=title,owner&per_page=25&theme=tibet&page=1").content.decode()
    query = "?columns=title%2Cowner&amp;per_page=25&amp;theme=tibet"
    assert f'href="/benchmarks/export.csv{query}"' in page
    assert f'href="/benchmarks/export.xlsx{query}"' in page
    assert f'href="{query}&amp;sort=-title"' in page or "sort=title" in page
    assert '<option value="25" selected>25</option>' in page


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("columns=code,evil", ["There is no column “evil”: it was left out."]),
        ("columns=%00", ["There is no column “\x00”: it was left out."]),
        ("columns=__class__,rating_place,a,b,c", ["There is no column “__class__”: it was left out."]),
        ("columns=" + "x" * 5000, [f"There is no column “{'x' * 59}…”: it was left out."]),
        ("columns=<script>", ["There is no column “&lt;script&gt;”: it was left out."]),
        ("per_page=-1", ["A page has 25, 50, 100 or 200 rows: “-1” was ignored."]),
        ("per_page=0", ["A page has 25, 50, 100 or 200 rows: “0” was ignored."]),
        ("per_page=" + "9" * 5000, [f"A page has 25, 50, 100 or 200 rows: “{'9' * 59}…” was ignored."]),
        ("per_page=%00", ["A page has 25, 50, 100 or 200 rows: “\x00” was ignored."]),
        ("sort=evil", ["Nothing is ordered by “evil”: it was ignored."]),
        ("sort=theme", ["Nothing is ordered by “theme”: it was ignored."]),
        ("sort=--code", ["Nothing is ordered by “--code”: it was ignored."]),
        ("sort=%00", ["Nothing is ordered by “\x00”: it was ignored."]),
        ("sort=owner__password", ["Nothing is ordered by “owner__password”: it was ignored."]),
        ("sort=code&per_page=100&columns=code,title", []),
    ],
)
def test_a_layout_that_cannot_be_is_told_and_left_out(reader: Client, query: str, said: list[str]) -> None:
    assert told(reader, query)[: len(said) or None] == said
    assert len(told(reader, query)) <= 3


@pytest.mark.promise("A2")
def test_no_column_shows_whom_only_some_may_see(reader: Client, alice: User) -> None:
    make_benchmark(alice, title="Half an idea", lifecycle="draft", due_on=timezone.localdate())
    make_benchmark(alice, title="An ask")
    assert shown(reader, columns="lifecycle,due", lifecycle="any", sort="due") == ["An ask"]
