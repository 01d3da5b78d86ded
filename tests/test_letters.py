"""The letter page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import letters, people
from benchmarks.models import Letter, LetterReference, Organisation, PersonSituation
from benchmarks.views.letters import nested
from tests.letters import AUTHOR, add_full_letter, make_joint_letter, party, text_of
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_person,
    make_recommendation,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

Reference = LetterReference.Kind
# session, user; letter, parties; asks, actors, benchmarks; mentions, persons; references made, received
PAGE_QUERIES = 11


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def joint(ada: User) -> Letter:
    return make_joint_letter(ada)


# Who may read ------------------------------


def test_charlie_gets_404(client: Client, charlie: User, joint: Letter) -> None:
    client.force_login(charlie)
    assert [client.get(path).status_code for path in ("/letters/", "/letters/joint/")] == [404, 404]


def test_an_unknown_letter_is_404(reader: Client) -> None:
    assert reader.get("/letters/no-such-letter/").status_code == 404


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
