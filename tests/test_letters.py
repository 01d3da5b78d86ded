"""The letter list and the letter page."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import letters, people
from benchmarks.models import Letter, LetterParty, LetterReference, Organisation, PersonSituation
from benchmarks.views.letters import nested
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_organisation,
    make_person,
    make_recommendation,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

AUTHOR, ADDRESSEE, SIGNATORY = LetterParty.Role.AUTHOR, LetterParty.Role.ADDRESSEE, LetterParty.Role.SIGNATORY
Reference = LetterReference.Kind
# session, user; kinds and parties to choose from; count, rows, their parties
LIST_QUERIES = 7
# session, user; letter, parties; asks, actors, benchmarks; mentions, persons; references made, received
PAGE_QUERIES = 11


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


def text_of(client: Client, path: str) -> str:
    """The page's words without markup, so that a test reads what a person reads."""
    response = client.get(path)
    assert response.status_code == 200, path
    body = response.content.decode().partition('<main id="main"')[2].partition(">")[2]
    body = re.sub(r"<select.*?</select>", " ", body, flags=re.DOTALL)
    body = re.sub(r"</?(a|bdi|em|span|strong|time)\b[^>]*>", "", body)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def titles(client: Client, query: str = "") -> list[str]:
    """The letters a list shows, from the top."""
    page = client.get(f"/letters/{query}").content.decode()
    return re.findall(r'<a href="/letters/[^"]+/">(.*?)</a>', page)


def party(role: str, order: int, organisation: Organisation | None = None, **more: str) -> LetterParty:
    return LetterParty(role=role, order=order, organisation=organisation, **more)


@pytest.fixture
def joint(ada: User) -> Letter:
    """A joint letter of three, one of them named 29 Principles, to a person in an office."""
    signed = [make_organisation(ada, name=name) for name in ("First Aid", "Second Wind", "29 Principles")]
    council = make_organisation(ada, name="European Council", kind="eu_institution")
    to = party(ADDRESSEE, 1, council, person_name="Charlotte Example", office="President")
    return make_letter(
        ada,
        title="Joint letter before the summer",
        slug="joint",
        kind="joint_letter",
        dated=date(2023, 6, 1),
        dated_precision="month",
        reference="TIGO IOR 10/2022.2778",
        parties=[*(party(SIGNATORY, n, each) for n, each in enumerate(signed, 1)), to],
    )


# Who may read ------------------------------


def test_charlie_gets_404(client: Client, charlie: User, joint: Letter) -> None:
    client.force_login(charlie)
    assert [client.get(path).status_code for path in ("/letters/", "/letters/joint/")] == [404, 404]


def test_an_unknown_letter_is_404(reader: Client) -> None:
    assert reader.get("/letters/no-such-letter/").status_code == 404


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
    ["29 Principles", "29 principles", "TIGO IOR 10/2022.2778", "Charlotte", "summer council", "Summer"],
)
def test_search_finds_titles_references_and_parties(
    reader: Client, ada: User, joint: Letter, words: str
) -> None:
    make_letter(ada, title="Something else")
    assert titles(reader, f"?q={words}") == ["Joint letter before the summer"]


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
    assert "and 1 other, 29 Principles among them →" in text_of(reader, "/letters/?q=29 principles")


def test_every_word_searched_for_must_be_there(reader: Client, joint: Letter) -> None:
    assert titles(reader, "?q=summer winter") == []
    assert "No letter is like that" in text_of(reader, "/letters/?q=summer winter")


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


def add_full_letter(by: User) -> Letter:
    """A letter with all that the pages show, made of new things."""
    letter = make_letter(
        by, parties=[party(AUTHOR, 1, make_organisation(by)), party(ADDRESSEE, 1, make_organisation(by))]
    )
    make_recommendation(by, letter, make_benchmark(by))
    people.mention(make_person(by), letter=letter, description="a lawyer", by=by)
    letters.refer(letter, make_letter(by), kind=Reference.CITES, by=by)
    return letter


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


# The page ------------------------------


def test_the_page_names_the_parties_in_the_letters_order(reader: Client, joint: Letter) -> None:
    page = text_of(reader, "/letters/joint/")
    assert "Joint letter · June 2023 · TIGO IOR 10/2022.2778 Joint letter before the summer" in page
    assert (
        "Signed by (3) First Aid Second Wind 29 Principles To Charlotte Example, President European Council"
        in page
    )


def test_an_author_may_write_on_behalf_of_somebody(reader: Client, ada: User) -> None:
    author = party(
        AUTHOR, 1, person_name="Anna Example", office="Director", on_behalf_of="the Secretary General"
    )
    make_letter(ada, slug="behalf", parties=[author])
    assert "From Anna Example, Director on behalf of the Secretary General" in text_of(
        reader, "/letters/behalf/"
    )


def test_each_ask_stands_beside_the_benchmark_it_became(
    reader: Client, ada: User, alice: User, rosa: User, joint: Letter
) -> None:
    benchmark = make_benchmark(ada, code="TIB-01", title="Access to Tibet")
    make_line(benchmark, alice, rosa, "no_progress")
    council = Organisation.objects.get(name="European Council")
    ask = make_recommendation(
        ada,
        joint,
        benchmark,
        number="1",
        locator="third paragraph",
        text="Let people in.",
        rationale="None may go.",
    )
    ask.actors.add(council)
    page = text_of(reader, "/letters/joint/")
    assert "1 · third paragraph Let people in. Why: None may go. To act: European Council" in page
    assert "Access to Tibet TIB-01 · No progress" in page


def test_an_absence_noted_is_not_shown_as_an_ask(reader: Client, ada: User, joint: Letter) -> None:
    make_recommendation(ada, joint, make_benchmark(ada), text="No time frame was set.", mode="notes_absence")
    assert "Notes absence: No time frame was set." in text_of(reader, "/letters/joint/")


def test_sub_items_stand_under_their_ask_in_the_letters_order(ada: User, joint: Letter) -> None:
    benchmark = make_benchmark(ada)
    third = make_recommendation(ada, joint, benchmark, number="III", order=3)
    make_recommendation(ada, joint, benchmark, number="III.b", order=5, parent=third)
    make_recommendation(ada, joint, benchmark, number="III.a", order=4, parent=third)
    make_recommendation(ada, joint, benchmark, number="I", order=1)
    first, last = nested(joint.recommendations.order_by("order", "pk"))
    assert (first.recommendation.number, first.children) == ("I", [])
    assert [ask.recommendation.number for ask in last.children] == ["III.a", "III.b"]


def test_a_draft_benchmark_stays_hidden_from_a_viewer(reader: Client, ada: User, joint: Letter) -> None:
    make_recommendation(ada, joint, make_benchmark(ada, lifecycle="draft"), text="Act.")
    assert "Act. Not linked to a benchmark yet" in text_of(reader, "/letters/joint/")


def test_the_page_says_ahead_of_which_event_it_was_written(reader: Client, ada: User) -> None:
    for slug, title in [("plain", "Summit"), ("dated", "Summit, 1 April 2022")]:
        event = make_event(ada, title=title, starts_on=date(2022, 4, 1))
        make_letter(ada, slug=slug, ahead_of=event)
        assert "ahead of: Summit, 1 April 2022 What" in text_of(reader, f"/letters/{slug}/")


def test_a_letter_of_unknown_hand_says_so(reader: Client, ada: User) -> None:
    make_letter(ada, slug="unknown")
    page = text_of(reader, "/letters/unknown/")
    assert "Who wrote it, and to whom, is not known here." in page
    assert "Ask one of its" not in page


def test_references_are_shown_at_both_ends(reader: Client, ada: User, joint: Letter) -> None:
    earlier = make_letter(ada, title="An earlier letter", slug="earlier")
    letters.refer(joint, earlier, kind=Reference.FOLLOWS_UP, by=ada)
    assert "Refers to follows up An earlier letter" in text_of(reader, "/letters/joint/")
    assert "Referred to by follows up Joint letter before the summer" in text_of(reader, "/letters/earlier/")


def test_a_person_named_has_the_situation_a_source_states_and_no_more(
    reader: Client, ada: User, joint: Letter
) -> None:
    held, unknown = make_person(ada, name="Held Person"), make_person(ada, name="Other Person")
    people.mention(held, letter=joint, description="a lawyer", by=ada, health_concern=True)
    people.mention(unknown, letter=joint, description="a monk", by=ada)
    people.record_situation(
        held,
        situation=PersonSituation.Situation.DETAINED,
        stated_as_of=date(2023, 6, 1),
        stated_as_of_precision="month",
        by=ada,
        letter=joint,
    )
    page = text_of(reader, "/letters/joint/")
    assert "Persons named in it (2)" in page
    assert "Held Person concern for their health a lawyer Situation: detained, as of June 2023" in page
    assert "Other Person a monk Situation: unknown; no source" in page


def test_a_restricted_person_is_named_to_nobody_but_readers(
    client: Client, ada: User, alice: User, victor: User, joint: Letter
) -> None:
    hidden = make_person(ada, name="Hidden Person", audience="restricted", readers=[alice])
    people.mention(hidden, letter=joint, description="kept safe", by=ada)
    client.force_login(victor)
    assert "Hidden Person" not in text_of(client, "/letters/joint/")
    assert "Persons named" not in text_of(client, "/letters/joint/")
    client.force_login(alice)
    assert "Hidden Person" in text_of(client, "/letters/joint/")


def test_native_names_carry_their_language_and_direction(reader: Client, ada: User, joint: Letter) -> None:
    person = make_person(ada, name="Somebody", native_name="ئىلھام", native_language="ug")
    people.mention(person, letter=joint, description="", by=ada)
    assert '<span lang="ug" dir="auto">ئىلھام</span>' in reader.get("/letters/joint/").content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "The text is not held here."),
        ({"text_kind": "summary", "text": "In short."}, "Summary in our own words In short."),
        ({"text_kind": "full", "text": "Dear President,"}, "Text Dear President,"),
    ],
)
def test_the_page_says_whether_the_text_is_held(
    reader: Client, ada: User, fields: dict[str, str], said: str
) -> None:
    make_letter(ada, slug="text", **fields)
    assert said in text_of(reader, "/letters/text/")


def test_the_page_asks_as_many_questions_for_twenty_asks_as_for_one(
    reader: Client, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letter = add_full_letter(ada)
    reader.get(letter.get_absolute_url())
    with django_assert_num_queries(PAGE_QUERIES):
        reader.get(letter.get_absolute_url())
    for _number in range(20):
        make_recommendation(ada, letter, make_benchmark(ada))
        people.mention(make_person(ada), letter=letter, description="", by=ada)
        letters.refer(letter, make_letter(ada), kind=Reference.CITES, by=ada)
    with django_assert_num_queries(PAGE_QUERIES):
        reader.get(letter.get_absolute_url())
