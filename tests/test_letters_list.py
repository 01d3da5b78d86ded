"""The list of letters: what it shows whom, filters, words, order, pages."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import people
from benchmarks.models import Letter, Organisation
from tests.letters import (
    ADDRESSEE,
    AUTHOR,
    add_full_letter,
    make_joint_letter,
    party,
    text_of,
    titles,
)
from tests.make import make_benchmark, make_letter, make_organisation, make_person, make_recommendation

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

# session, user; kinds and parties to choose from; count, rows, their parties
LIST_QUERIES = 7
# what mentions the words, once for the count and the rows
SEARCH_QUERIES = LIST_QUERIES + 1


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def joint(ada: User) -> Letter:
    return make_joint_letter(ada)


# The list ------------------------------


def test_the_list_says_what_was_asked_by_whom_and_when(reader: Client, ada: User, joint: Letter) -> None:
    first, second = make_benchmark(ada), make_benchmark(ada)
    make_recommendation(ada, joint, first)
    make_recommendation(ada, joint, second)
    make_recommendation(ada, joint, second)
    page = text_of(reader, "/letters/")
    assert "June 2023 Joint letter before the summer TIGO IOR 10/2022.2778" in page
    assert "First Aid, Second Wind and 1 other → to European Council 3 2 not held" in page
    assert "1 letter " in page


def test_a_draft_benchmark_is_counted_for_those_who_see_it_only(
    client: Client, ada: User, alice: User, victor: User, joint: Letter
) -> None:
    make_recommendation(ada, joint, make_benchmark(ada, lifecycle="draft"))
    client.force_login(victor)
    assert "European Council 1 0 not held" in text_of(client, "/letters/")
    client.force_login(alice)
    assert "European Council 1 1 not held" in text_of(client, "/letters/")


@pytest.mark.parametrize(
    "words",
    [
        "29 Principles",
        '"29 Principles"',
        "“29 principles”",
        '"29 Principles',
        '"before the summer" council',
        "TIGO IOR 10/2022.2778",
        "Charlotte",
        "summer council",
        "Summer",
    ],
)
def test_search_finds_titles_references_and_parties(
    reader: Client, ada: User, joint: Letter, words: str
) -> None:
    make_letter(ada, title="Something else")
    assert titles(reader, f"?q={words}") == ["Joint letter before the summer"]


@pytest.mark.parametrize("words", ["Pierre Sané", "Pierre Sane", "PIERRE SANÉ", '"pierre sane"', "sane élan"])
def test_search_knows_no_accents(reader: Client, ada: User, joint: Letter, words: str) -> None:
    sane = party(AUTHOR, 1, person_name="Pierre Sané")
    make_letter(ada, title="With elan", parties=[sane])
    assert titles(reader, f"?q={words}") == ["With elan"]


@pytest.mark.parametrize("words", ['"Principles 29"', '"First Wind"', '"summer council"'])
def test_a_phrase_in_quotation_marks_stands_together(reader: Client, joint: Letter, words: str) -> None:
    assert titles(reader, f"?q={words}") == []


def test_a_search_for_too_much_at_once_says_what_is_too_much(reader: Client, joint: Letter) -> None:
    eight = 'the "29 principles" joint letter before first second wind'
    assert titles(reader, f"?q={eight}") == ["Joint letter before the summer"]
    page = text_of(reader, f"/letters/?q={eight} aid")
    assert "Look for 8 words or quoted phrases at most; these are 9." in page
    assert "at most 200 characters (it has 201)" in text_of(reader, f"/letters/?q={'x' * 201}")


def test_search_finds_the_persons_a_letter_names_for_those_who_may_see_them(
    client: Client, ada: User, alice: User, victor: User, joint: Letter
) -> None:
    open_name = make_person(ada, name="Open Name", native_name="ئىلھام", native_language="ug")
    hidden = make_person(ada, name="Hidden Name", audience="restricted", readers=[alice])
    for person in (open_name, hidden):
        people.mention(person, letter=joint, description="", by=ada)
    client.force_login(victor)
    assert titles(client, "?q=open name") == titles(client, "?q=ئىلھام") == ["Joint letter before the summer"]
    assert titles(client, "?q=hidden name") == []
    client.force_login(alice)
    assert titles(client, "?q=hidden name") == ["Joint letter before the summer"]


def test_a_party_searched_for_is_named_even_among_many(reader: Client, joint: Letter) -> None:
    for words in ("29 principles", '"29 Principles"', "prînciples"):
        assert "and 1 other, 29 Principles among them →" in text_of(reader, f"/letters/?q={words}")


def test_parties_are_listed_by_their_short_names_with_the_full_ones_at_hand(
    reader: Client, ada: User
) -> None:
    named = make_organisation(ada, name="Office for Long Names", short_name="OLN")
    make_letter(
        ada, parties=[party(AUTHOR, 1, named), party(AUTHOR, 2, make_organisation(ada, name="Plain"))]
    )
    assert "OLN, Plain →" in text_of(reader, "/letters/")
    assert '<abbr title="Office for Long Names">OLN</abbr>' in reader.get("/letters/").content.decode()


def test_every_word_searched_for_must_be_there(reader: Client, joint: Letter) -> None:
    assert titles(reader, "?q=summer winter") == []
    assert "No letter matches" in text_of(reader, "/letters/?q=summer winter")


def test_a_letter_with_many_matching_parties_is_listed_once(reader: Client, ada: User, joint: Letter) -> None:
    council = Organisation.objects.get(name="European Council")
    twice = [party(AUTHOR, 1, council), party(ADDRESSEE, 1, council)]
    make_letter(ada, title="To themselves", parties=twice)
    assert sorted(titles(reader, f"?party={council.slug}")) == [
        "Joint letter before the summer",
        "To themselves",
    ]


def test_the_list_is_narrowed_by_kind_and_party(reader: Client, ada: User, joint: Letter) -> None:
    make_letter(ada, title="An advisory", kind="advisory")
    wind = Organisation.objects.get(name="Second Wind")
    assert titles(reader, "?kind=advisory") == ["An advisory"]
    assert titles(reader, f"?party={wind.slug}") == ["Joint letter before the summer"]
    assert titles(reader, f"?kind=advisory&party={wind.slug}") == []


def test_each_choice_says_how_many_letters_it_would_show(reader: Client, ada: User, joint: Letter) -> None:
    make_letter(ada, kind="joint_letter")
    page = reader.get("/letters/").content.decode()
    assert "joint letter (2)" in page
    assert "29 Principles (1)" in page
    assert "advisory" not in page


def test_letters_sort_newest_first_and_by_any_column(reader: Client, ada: User) -> None:
    for title, day in [("B", date(2001, 1, 1)), ("C", date(2003, 1, 1)), ("A", date(2002, 1, 1))]:
        make_letter(ada, title=title, dated=day)
    assert titles(reader) == ["C", "A", "B"]
    assert titles(reader, "?sort=dated") == ["B", "A", "C"]
    assert titles(reader, "?sort=title") == ["A", "B", "C"]
    assert 'aria-sort="descending"' in reader.get("/letters/").content.decode()


def test_letters_of_one_day_keep_their_order_over_pages(reader: Client, ada: User) -> None:
    for number in range(60):
        make_letter(ada, title=f"Letter of that day {number:02}")
    seen = titles(reader) + titles(reader, "?page=2")
    assert sorted(seen) == [f"Letter of that day {number:02}" for number in range(60)]


def test_pages_keep_the_rest_of_the_address(reader: Client, ada: User) -> None:
    for _number in range(60):
        make_letter(ada, title="Something")
    page = reader.get("/letters/?q=something&sort=title").content.decode()
    assert 'href="?q=something&amp;sort=title&amp;page=2"' in page
    assert 'aria-current="page">1<' in page


def test_changing_the_order_goes_back_to_the_first_page(reader: Client, ada: User) -> None:
    for _number in range(60):
        make_letter(ada)
    page = reader.get("/letters/?page=2").content.decode()
    assert re.findall(r'href="(\?sort=[^"]*)"', page)
    assert not [link for link in re.findall(r'href="(\?sort=[^"]*)"', page) if "page" in link]


@pytest.mark.parametrize("query", ["?page=999", "?page=x", "?sort=nonsense", "?sort=pk", "?sort=-"])
def test_a_mistyped_address_still_shows_letters(reader: Client, joint: Letter, query: str) -> None:
    assert titles(reader, query) == ["Joint letter before the summer"]


@pytest.mark.parametrize("query", ["?kind=novel", "?party=nobody", "?q=%00"])
def test_a_filter_that_makes_no_sense_says_so(reader: Client, joint: Letter, query: str) -> None:
    page = text_of(reader, f"/letters/{query}")
    assert "The letters cannot be filtered like that" in page
    assert "Show all letters" in page


def test_an_empty_list_says_what_would_fill_it(reader: Client) -> None:
    assert "No letter is kept here yet" in text_of(reader, "/letters/")


def test_the_list_asks_as_many_questions_for_thirty_letters_as_for_two(
    reader: Client, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_full_letter(ada)
    reader.get("/letters/")
    with django_assert_num_queries(LIST_QUERIES):
        reader.get("/letters/")
    for _number in range(14):
        add_full_letter(ada)
    with django_assert_num_queries(LIST_QUERIES):
        reader.get("/letters/")


def test_a_search_asks_as_many_questions_for_many_words_and_letters_as_for_few(
    reader: Client, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_full_letter(ada)
    reader.get("/letters/")
    with django_assert_num_queries(SEARCH_QUERIES):
        reader.get("/letters/?q=organisation")
    for _number in range(5):
        add_full_letter(ada)
    with django_assert_num_queries(SEARCH_QUERIES):
        reader.get('/letters/?q=l e t r "org" n i s')
