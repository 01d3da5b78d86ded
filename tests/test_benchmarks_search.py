"""Finding benchmarks by words, and what a word is."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from benchmarks.models import Benchmark, LetterParty
from benchmarks.models.words import folded, phrases
from tests.make import make_benchmark, make_letter, make_organisation, make_person, make_recommendation
from tests.pages import shown, tally


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def searched(alice: User, rosa: User) -> Benchmark:
    """One benchmark that can be found in every way, beside one that shares nothing with it."""
    make_benchmark(alice, title="Something else entirely")
    benchmark = make_benchmark(
        alice,
        code="TIB-01",
        title="Unhindered access to Tibet",
        description="Journalists, Élysée and all",
        criterion="A delegation chooses its own itinerary.",
    )
    parties = [
        LetterParty(role="signatory", order=1, organisation=make_organisation(alice, name="29 Principles")),
        LetterParty(role="signatory", order=2, person_name="Frida Ångström"),
        LetterParty(role="addressee", order=1, organisation=make_organisation(alice, name="Receiving Body")),
    ]
    letter = make_letter(alice, title="Summit letter", reference="TIGO IOR 10/2022.2778", parties=parties)
    make_recommendation(alice, letter, benchmark, text="Press for reciprocity.")
    make_person(
        alice,
        name="Rinchen Tsultrim",
        native_name="རིན་ཆེན་ཚུལ་ཁྲིམས།",
        native_language="bo",
        benchmarks=[benchmark],
    )
    make_person(alice, name="Tashi Hidden", audience="restricted", readers=[rosa], benchmarks=[benchmark])
    return benchmark


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize(
    "words",
    [
        "access to Tibet",
        "TIBET unhindered",
        "tib-01",
        "itinerary",
        "elysee",
        "ÉLYSÉE",
        "29 Principles",
        '"29 principles"',
        "“29 Principles”",
        "Rinchen Tsultrim",
        "tsultrim tibet",
        "རིན་ཆེན",
        "TIGO IOR 10/2022.2778",
        "summit reciprocity",
        "frida angstrom",
    ],
)
def test_words_find_a_benchmark_by_all_that_belongs_to_it(reader: Client, words: str) -> None:
    assert shown(reader, q=words) == ["Unhindered access to Tibet"]


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize(
    "words",
    [
        "Tibet moonlight",
        '"Tibet access"',
        "100%",
        "T_bet",
        "Receiving Body",
        "\\",
    ],
)
def test_every_word_has_to_stand_somewhere(reader: Client, words: str) -> None:
    assert shown(reader, q=words) == []


@pytest.mark.promise("A2")
@pytest.mark.usefixtures("searched")
def test_a_restricted_person_leads_only_their_readers_to_a_benchmark(
    client: Client, victor: User, rosa: User
) -> None:
    client.force_login(victor)
    assert shown(client, q="Tashi Hidden") == []
    assert tally(client.get("/benchmarks/?q=Tashi")) == "0 of 2"
    client.force_login(rosa)
    assert shown(client, q="Tashi Hidden") == ["Unhindered access to Tibet"]


def test_words_are_folded_as_the_database_folds_them() -> None:
    assert folded("Élysée ÅNGSTRÖM") == "elysee angstrom"
    assert phrases(' one "two  Words" ""  ') == ["one", "two  words"]
    assert phrases('„drei Wörter“ "un closed') == ["drei worter", "un", "closed"]


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a b c d e f g h i", "Look for 8 words or quoted phrases at most; these are 9."),
        ("x" * 201, "at most 200 characters"),
    ],
)
def test_a_search_for_too_much_at_once_is_told_and_left_out(reader: Client, words: str, told: str) -> None:
    response = reader.get("/benchmarks/", {"q": words})
    assert told in response.content.decode()
    assert tally(response) == "2 of 2"
