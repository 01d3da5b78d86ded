"""The list of benchmarks as CSV and XLSX: exactly what is shown, and nothing that runs."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import time_machine
from django.http import StreamingHttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from benchmarks import lifecycle
from benchmarks.exports import harmless
from benchmarks.models import Theme
from tests.listed import headings, make_mixed
from tests.make import make_benchmark, make_letter, make_line, make_organisation, make_recommendation
from tests.pages import shown

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

ENDINGS = ("csv", "xlsx")
# session, user; themes, addressees, owners, letters and events to choose from; the rows, their themes and
# addressees
EXPORT_QUERIES = 10
FORMULAS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","click")',
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\u3000=1",
    "\u00a0+1",
    "\u200b=1",
    "\ufeff=1",
    "＝1",
    "＋1",
    "－1",
    "＠SUM(1)",
    " ＝1",
    "﹦1",
)


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def mixed(alice: User, rosa: User) -> None:
    make_mixed(alice, rosa)


def body(client: Client, ending: str, **query: str) -> bytes:
    response = client.get(f"/benchmarks/export.{ending}", query)
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    return response.getvalue()


def rows(client: Client, ending: str, **query: str) -> list[list[Any]]:
    """The rows of a file, headings first, as a program reads them."""
    content = body(client, ending, **query)
    if ending == "csv":
        return list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    [sheet] = openpyxl.load_workbook(BytesIO(content)).worksheets
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# Exactly what is shown ------------------------------


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"theme": "tibet", "sort": "-title"},
        {"lifecycle": "any", "columns": "rating,title,owner", "sort": "-rating"},
        {"columns": "code", "due": "90", "q": "e"},
        {"columns": "evil,theme", "rating": "great", "sort": "evil", "per_page": "-1", "page": "-1"},
        {"rating": "regression"},
    ],
)
def test_a_file_holds_what_the_list_shows(reader: Client, ending: str, query: dict[str, str]) -> None:
    top, *found = rows(reader, ending, **query)
    assert top == [*(headings(reader, **query) or HEADINGS), "Link"]
    assert [row[top.index("Benchmark")] for row in found] == shown(reader, **query)


HEADINGS = ["Code", "Benchmark", "Rating", "Position", "Freshness", "Asked"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_holds_all_pages(reader: Client, alice: User, ending: str) -> None:
    for number in range(53):
        make_benchmark(alice, code=f"AAA-{number:02}")
    codes = [row[0] for row in rows(reader, ending, per_page="25", page="2")]
    assert codes == ["Code", *(f"AAA-{number:02}" for number in range(53))]


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_row_says_all_that_its_columns_say_and_where_it_leads(
    reader: Client, alice: User, rosa: User, ending: str
) -> None:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    council = make_organisation(alice, name="European Council", short_name="Council")
    benchmark = make_benchmark(
        alice,
        code="TIB-01",
        slug="access",
        title="Accès à རྩ་ཆེན, 西藏",
        owner=rosa,
        due_on=date(2031, 5, 4),
        themes=[theme],
        addressees=[council, make_organisation(alice, name="Other Body")],
    )
    make_line(benchmark, alice, rosa, "met", on=date(2023, 6, 1), happened_on_precision="month")
    make_recommendation(alice, make_letter(alice, dated=date(2022, 3, 18)), benchmark)
    chosen = (
        "code,title,rating,position,freshness,asked,theme,addressees,owner,due,lifecycle,assessed,measure"
    )
    _, row = rows(reader, ending, columns=chosen)
    day: Any = "2031-05-04" if ending == "csv" else datetime(2031, 5, 4)  # noqa: DTZ001 - a spreadsheet's day
    assert row == [
        "TIB-01",
        "Accès à རྩ་ཆེན, 西藏",
        "Met",
        "not stated",
        "stale",
        "1× since 2022",
        "Tibet",
        "European Council; Other Body",
        "Rosa",
        day,
        "active",
        "2023-06",
        "process",
        "http://testserver/benchmarks/access/",
    ]


@pytest.mark.promise("A2")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_holds_nothing_that_its_reader_may_not_see(
    client: Client, alice: User, victor: User, charlie: User, ending: str
) -> None:
    make_benchmark(alice, title="Half an idea", lifecycle="draft")
    make_benchmark(alice, title="An ask")
    client.force_login(victor)
    assert [row[1] for row in rows(client, ending, lifecycle="any")] == ["Benchmark", "An ask"]
    assert [row[1] for row in rows(client, ending, lifecycle="draft")] == ["Benchmark", "An ask"]
    client.force_login(alice)
    assert [row[1] for row in rows(client, ending, lifecycle="draft")] == ["Benchmark", "Half an idea"]
    client.force_login(charlie)
    assert client.get(f"/benchmarks/export.{ending}").status_code == 404


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_is_saved_under_a_name_with_the_day(
    client: Client, victor: User, ending: str, kind: str
) -> None:
    with time_machine.travel(datetime(2026, 3, 9, 12)):  # noqa: DTZ001
        client.force_login(victor)
        response = client.get(f"/benchmarks/export.{ending}")
    assert response["Content-Disposition"] == f'attachment; filename="benchmarks-2026-03-09.{ending}"'
    assert response["Content-Type"] == kind
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


@pytest.mark.usefixtures("mixed")
def test_a_csv_file_begins_with_the_mark_of_utf_8(reader: Client) -> None:
    assert body(reader, "csv").startswith(b"\xef\xbb\xbfCode,Benchmark,")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("many", [1, 12])
def test_a_file_asks_as_often_for_many_rows_as_for_one(
    reader: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, ending: str, many: int
) -> None:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    for _number in range(many):
        make_benchmark(alice, themes=[theme], addressees=[make_organisation(alice)], owner=alice)
    with django_assert_num_queries(EXPORT_QUERIES):
        body(reader, ending, columns="title,asked,freshness,theme,addressees,owner")


# Nothing that runs ------------------------------


@pytest.mark.promise("A7")
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_csv_file_begins_a_formula(formula: str) -> None:
    assert harmless(formula) in {f"'{formula}", f"'{formula[0]}'{formula[1:]}"}


@pytest.mark.promise("A7")
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("Access", "Access"),
        ("a=b", "a=b"),
        ("Release – now", "Release – now"),
        ("2× since 2022", "2× since 2022"),
        ("TIB-01", "TIB-01"),
        ("https://example.org/?a=b&c=-1", "https://example.org/?a=b&c=-1"),
        ("Tibet; Dialogue", "Tibet; Dialogue"),
        ("\tAccess", "'\tAccess"),
        ("\rAccess", "'\rAccess"),
        ("Tibet; =1", "Tibet; '=1"),
        ("a\n=1", "a\n'=1"),
        ("a;\t＝1;+1", "a;\t'＝1;'+1"),
    ],
)
def test_only_what_could_run_gets_an_apostrophe(text: str, written: str) -> None:
    assert harmless(text) == written


@pytest.mark.promise("A7")
@given(st.text(alphabet=st.sampled_from("=+-@＝＋－＠ \t\r\n;'\"a1|\u3000\u200b"), max_size=12))
def test_no_text_becomes_a_formula_at_any_place_a_cell_may_start(text: str) -> None:
    written = harmless(text)
    for part in [written, *written.replace("\r", ";").replace("\n", ";").replace("\t", ";").split(";")]:
        assert part.strip(" \t\r\n\u3000\u200b")[:1] not in set("=+-@＝＋－＠")
    assert harmless(written) == written
    assert written.replace("'", "") == text.replace("'", "")


@pytest.mark.promise("A7")
def test_names_that_people_typed_run_in_no_spreadsheet(reader: Client, alice: User) -> None:
    owner = User.objects.create_user("eve@example.org", name="+Eve", role="viewer")
    theme = lifecycle.add_theme(Theme(name="@SUM(1+1)", slug="sum"), by=alice)
    organisations = [make_organisation(alice, name=name) for name in ("-1+1", "A; =1")]
    for number, formula in enumerate(FORMULAS):
        make_benchmark(
            alice,
            code=f"=1+{number:02}",
            slug=f"evil-{number}",
            title=formula,
            owner=owner,
            themes=[theme],
            addressees=organisations,
        )
    columns = "code,title,theme,addressees,owner"
    _, *found = rows(reader, "csv", columns=columns)
    assert [row[1] for row in found] == [harmless(formula) for formula in FORMULAS]
    assert {row[1][0] for row in found} == {"'"}
    assert {row[0][:2] for row in found} == {"'="}
    assert {tuple(row[2:5]) for row in found} == {("'@SUM(1+1)", "'-1+1; A; '=1", "'+Eve")}
    book = openpyxl.load_workbook(BytesIO(body(reader, "xlsx", columns=columns)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]
    titles = [cell.value for cell in book.worksheets[0]["B"]][1:]
    assert titles == [formula.replace("\r", "_x000D_") for formula in FORMULAS]  # as a workbook spells it
