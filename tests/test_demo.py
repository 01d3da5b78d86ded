"""The five letters as data. What is counted here was counted by hand in the letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Min

from accounts.demo import ensure_demo_accounts
from accounts.models import User
from benchmarks.demo import data, loader
from benchmarks.models import (
    AgendaItem,
    Benchmark,
    Change,
    Event,
    Letter,
    LetterParty,
    LetterReference,
    PersonOfConcern,
    PersonSituation,
    Rating,
    Recommendation,
    StatusEvent,
)

LETTER_1999 = "1999-02-advisory"
LETTER_2000 = "2000-09-open-letter"
LETTER_2022 = "2022-03-18-letter"
LETTER_2023 = "2023-06-joint-letter"
LETTER_2024 = "2024-06-12-joint-letter"
FIVE = [LETTER_1999, LETTER_2000, LETTER_2022, LETTER_2023, LETTER_2024]
MEASURABLE = "measurable-benchmarks-and-a-time-frame"
LOADED_ON = date(2026, 11, 20)


@pytest.fixture(scope="module")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo-accounts.txt"


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any, accounts_file: Path) -> Iterator[None]:
    """Load once for this file, and take all of it back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        users = ensure_demo_accounts(accounts_file).users
        loader.load(data.read(), users, today=LOADED_ON)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_loaded: None, db: None) -> None:
    """The demonstration data is loaded."""


@pytest.fixture
def victor(demo: None) -> User:
    return User.objects.get(email="victor@example.org")


def asks_of(slug: str, mode: str = "asks") -> set[str]:
    asks = Recommendation.objects.filter(letter__slug=slug, mode=mode)
    return set(asks.values_list("number", flat=True))


def organisations_of(slug: str, role: LetterParty.Role) -> list[str]:
    parties = LetterParty.objects.filter(letter__slug=slug, role=role).order_by("order")
    return [party.organisation.slug for party in parties if party.organisation]


def named_in(slug: str) -> set[str]:
    return set(PersonOfConcern.objects.filter(mentions__letter__slug=slug).values_list("name", flat=True))


def ratings() -> set[tuple[str, str, str]]:
    lines = StatusEvent.objects.values_list("benchmark__code", "effective_on", "rating")
    return {(code, day.isoformat()[:7], rating or "") for code, day, rating in lines}


# What the letters ask


def test_the_third_demand_of_1999_has_four_parts(demo: None) -> None:
    third = Recommendation.objects.get(letter__slug=LETTER_1999, number="III")
    assert [part.number for part in third.children.order_by("order")] == ["III.a", "III.b", "III.c", "III.d"]
    assert asks_of(LETTER_1999) == {"para 1", "I", "II", "III", "III.a", "III.b", "III.c", "III.d"}
    assert not asks_of(LETTER_1999, "notes_absence")


def test_2000_asks_for_reports_and_an_assessment_and_deplores_what_is_missing(demo: None) -> None:
    absent = Recommendation.objects.filter(letter__slug=LETTER_2000, mode="notes_absence")
    assert set(absent.values_list("benchmarks__code", flat=True)) == {
        "DLG-03",
        "DLG-04",
        "DLG-06",
        "DLG-09",
        "UN-01",
    }
    assert len(asks_of(LETTER_2000)) == 8
    first_step = Recommendation.objects.get(letter__slug=LETTER_2000, number="para 8.b")
    assert first_step.children.count() == 1


def test_2022_has_six_numbers_and_asks_above_them(demo: None) -> None:
    top = Recommendation.objects.filter(letter__slug=LETTER_2022, parent=None, mode="asks")
    numbers = set(top.values_list("number", flat=True))
    assert numbers == {"para 1.a", "para 1.b", "para 8.a", "para 8.b", "para 8.c", *"123456"}
    parts = top.annotate(parts=Count("children")).values_list("number", "parts")
    assert {number: count for number, count in parts if count} == {"1": 2, "2": 4, "3": 2, "4": 3, "5": 2}


def test_2023_has_four_bullets_with_their_parts(demo: None) -> None:
    top = Recommendation.objects.filter(letter__slug=LETTER_2023, parent=None)
    parts = dict(top.annotate(parts=Count("children")).values_list("number", "parts"))
    assert parts == {"para 1": 0, "para 5": 0, "bullet 1": 0, "bullet 2": 8, "bullet 3": 6, "bullet 4": 4}
    assert not asks_of(LETTER_2023, "notes_absence")


def test_2024_asks_for_suspension_better_means_and_accountability(demo: None) -> None:
    assert asks_of(LETTER_2024) == {"para 1.a", "para 1.b", "para 7.a", "para 7.b"}
    assert asks_of(LETTER_2024, "notes_absence") == {"para 2.a", "para 2.b"}


def test_measurable_benchmarks_are_asked_for_in_three_letters_and_missed_in_two(demo: None) -> None:
    benchmark = Benchmark.objects.with_asked().get(slug=MEASURABLE)
    counted: Any = benchmark
    assert (counted.asked, counted.absence_noted, counted.asked_since) == (3, 2, date(1999, 2, 1))
    by_mode = {
        mode: set(Letter.objects.filter(recommendations__in=asks).values_list("slug", flat=True))
        for mode in Recommendation.Mode.values
        for asks in [benchmark.recommendations.filter(mode=mode)]
    }
    assert by_mode == {
        "asks": {LETTER_1999, LETTER_2022, LETTER_2023},
        "notes_absence": {LETTER_2000, LETTER_2024},
    }


def test_every_ask_came_to_a_benchmark_and_says_where_it_stands(demo: None) -> None:
    assert not Recommendation.objects.filter(benchmarks=None).exists()
    assert not Recommendation.objects.filter(locator="").exists()
    assert not Benchmark.objects.filter(recommendations=None).exists()


def test_every_benchmark_has_had_a_criterion_since_a_letter_first_spoke_of_it(demo: None) -> None:
    first = Min("recommendations__letter__dated")
    benchmark: Any
    for benchmark in Benchmark.objects.select_related("criterion__text").annotate(first=first):
        assert benchmark.criterion is not None
        assert str(benchmark.criterion.text).endswith(".")
        assert benchmark.criterion.effective_on == benchmark.first
        assert benchmark.themes.exists()
        assert benchmark.addressees.exists()


def test_access_to_tibet_is_found_with_who_asked_for_it_and_when(victor: User) -> None:
    found = Benchmark.objects.visible_to(victor).filter(title__icontains="access to Tibet")
    assert set(found.values_list("code", flat=True)) == {"TIB-01", "TIB-02"}
    letters = Letter.objects.filter(recommendations__benchmarks__code="TIB-01").distinct()
    assert {letter.slug for letter in letters} == {LETTER_2022, LETTER_2023}


# Who wrote, and to whom


def test_twelve_organisations_signed_in_2023_29_principles_last(demo: None) -> None:
    signed = organisations_of(LETTER_2023, LetterParty.Role.SIGNATORY)
    assert len(signed) == 12
    assert (signed[0], signed[-1]) == ("amnesty-international", "29-principles")
    assert organisations_of(LETTER_2023, LetterParty.Role.ADDRESSEE) == [
        "european-council",
        "eu-member-states",
    ]


def test_five_organisations_signed_in_2024(demo: None) -> None:
    signed = organisations_of(LETTER_2024, LetterParty.Role.SIGNATORY)
    assert len(signed) == 5
    assert set(signed) < set(organisations_of(LETTER_2023, LetterParty.Role.SIGNATORY))
    assert {"world-uyghur-congress", "human-rights-watch", "front-line-defenders"} < set(signed)
    addressee = LetterParty.objects.get(letter__slug=LETTER_2024, role="addressee")
    assert addressee.person_name == "Josep Borrell"


@pytest.mark.parametrize(
    ("slug", "person"),
    [
        ("1999-02-open-letter", "Pierre Sané"),
        (LETTER_2000, "Anne Burley"),
        (LETTER_2022, "Eve Geddie"),
    ],
)
def test_who_wrote_for_amnesty_international_is_named(demo: None, slug: str, person: str) -> None:
    author = LetterParty.objects.get(letter__slug=slug, role="author")
    assert (author.person_name, author.organisation and author.organisation.slug) == (
        person,
        "amnesty-international",
    )


def test_the_letter_of_2022_is_found_by_its_reference(victor: User) -> None:
    found = Letter.objects.visible_to(victor).mentioning("TIGO IOR 10/2022.2778", victor)
    assert [letter.slug for letter in found] == [LETTER_2022]


# What they refer to


def test_the_footnote_of_2023_lists_eight_un_documents_not_held(demo: None) -> None:
    cited = Letter.objects.filter(
        references_received__from_letter__slug=LETTER_2023, kind=Letter.Kind.UN_DOCUMENT
    )
    assert cited.count() == 8
    assert set(cited.values_list("text_kind", flat=True)) == {"not_held"}
    assert sorted(letter.dated.year for letter in cited) == [2015, 2018, 2022, 2022, 2022, 2022, 2023, 2023]
    authors = LetterParty.objects.filter(letter__in=cited, role="author")
    assert set(authors.values_list("organisation__short_name", flat=True)) == {
        "CAT",
        "CEDAW",
        "CERD",
        "CESCR",
        "HRCttee",
        "OHCHR",
        "Special Procedures",
    }


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        (LETTER_1999, "1999-02-open-letter", "reiterates"),
        (LETTER_2000, "1999-02-open-letter", "follows_up"),
        (LETTER_2022, "2020-06-un-experts", "cites"),
        (LETTER_2024, "2023-02-letter", "cites"),
        (LETTER_2024, "2022-08-ohchr-assessment", "cites"),
    ],
)
def test_letters_known_from_another_are_kept_without_text(
    demo: None, source: str, target: str, kind: str
) -> None:
    reference = LetterReference.objects.get(from_letter__slug=source, to_letter__slug=target)
    assert reference.kind == kind
    assert (reference.to_letter.text, reference.to_letter.url) == ("", "")


def test_the_five_letters_are_held_in_summary_and_each_is_ahead_of_an_event(demo: None) -> None:
    held = Letter.objects.filter(text_kind="summary").order_by("dated")
    assert [letter.slug for letter in held] == FIVE
    assert all(letter.ahead_of for letter in held)
    assert Letter.objects.exclude(text_kind="summary").exclude(text_kind="not_held").count() == 0


# Events


def test_only_what_a_letter_looks_back_on_is_held(demo: None) -> None:
    held = set(Event.objects.filter(state="held").values_list("slug", flat=True))
    assert held == {"dialogue-38", "summit-2019", "commission-1998", "commission-1999", "commission-2000"}


def test_the_coming_summit_says_that_it_is_a_placeholder(demo: None) -> None:
    coming = Event.objects.get(starts_on__gt=LOADED_ON)
    assert "placeholder" in coming.title
    assert (coming.certainty, coming.state) == ("not_announced", "planned")
    assert coming.starts_on == LOADED_ON + timedelta(weeks=6)
    agenda = AgendaItem.objects.filter(event=coming)
    assert agenda.count() == 6
    assert all(item.ask.startswith("Placeholder wording: ") for item in agenda)


# People


def test_eleven_two_and_five_people_are_named(demo: None) -> None:
    assert len(named_in(LETTER_2022)) == 11
    assert {"Rinchen Tsultrim", "Zhang Zhan", "Gao Zhisheng"} <= named_in(LETTER_2022)
    assert named_in(LETTER_2023) == {"Yu Wensheng", "Xu Yan"}
    assert named_in(LETTER_2024) == {"Gui Minhai", "Ilham Tohti", "Chow Hang-tung", "Yu Wensheng", "Xu Yan"}
    assert PersonOfConcern.objects.count() == 14


def test_a_health_concern_is_noted_only_where_the_letter_is_plain_about_the_person(demo: None) -> None:
    ill = PersonOfConcern.objects.filter(mentions__health_concern=True)
    assert [person.name for person in ill] == ["Zhang Zhan"]


def test_releases_are_asked_for_the_people_named(demo: None) -> None:
    named = PersonOfConcern.objects.filter(benchmarks__code="DEF-01")
    assert set(named.values_list("name", flat=True)) == named_in(LETTER_2022)
    assert PersonOfConcern.objects.filter(benchmarks__code="DEF-03").count() == 14


def test_a_situation_is_stated_by_a_letter_as_of_its_own_date(demo: None) -> None:
    lines = PersonSituation.objects.select_related("letter")
    assert lines.count() == 16
    for line in lines:
        assert line.letter is not None
        assert line.stated_as_of == line.letter.dated
        assert line.stated_as_of_precision == line.letter.dated_precision
        assert line.since is None
        assert PersonOfConcern.objects.filter(pk=line.person_id, mentions__letter_id=line.letter.pk).exists()


def test_a_bare_name_proves_no_situation(demo: None) -> None:
    known: Any = PersonOfConcern.objects.with_situation()
    stated = {
        person.name: (person.situation, person.situation_as_of)
        for person in known
        if person.situation != "unknown"
    }
    assert stated == dict.fromkeys(named_in(LETTER_2022), ("detained", date(2022, 3, 18)))


# Ratings


def test_ratings_are_those_that_a_letter_states_and_no_others(demo: None) -> None:
    assert ratings() == {
        ("DLG-03", "2000-09", "no_progress"),
        ("DLG-04", "2000-09", "no_progress"),
        ("DLG-05", "2000-09", "initial"),
        ("DLG-06", "2000-09", "no_progress"),
        ("DLG-09", "2000-09", "no_progress"),
        ("UN-01", "2000-09", "no_progress"),
        ("DLG-09", "2022-03", "no_progress"),
        ("DLG-09", "2023-06", "no_progress"),
        ("UN-05", "2023-06", "met"),
        ("DLG-01", "2024-06", "no_progress"),
        ("DLG-03", "2024-06", "no_progress"),
        ("DLG-09", "2024-06", "no_progress"),
        ("UN-05", "2024-06", "met"),
    }
    assessed = {code for code, _day, _rating in ratings()}
    rest = Benchmark.objects.exclude(code__in=assessed)
    assert set(rest.values_list("rating", flat=True)) == {Rating.UNASSESSED}
    assert set(Benchmark.objects.values_list("position", flat=True)) == {"not_stated"}


def test_a_line_takes_effect_on_the_date_of_the_letter_that_proves_it(demo: None) -> None:
    lines = StatusEvent.objects.annotate(letters=Count("update__evidence__letter"))
    assert set(lines.values_list("letters", flat=True)) == {1}
    same_day = lines.filter(
        effective_on=F("update__evidence__letter__dated"),
        effective_on_precision=F("update__evidence__letter__dated_precision"),
        update__evidence__kind="letter",
    ).exclude(update__evidence__locator="")
    assert same_day.count() == lines.count() == 13


def test_two_people_stand_behind_every_line(demo: None) -> None:
    lines = StatusEvent.objects.values_list("update__author__email", "decided_by__email").distinct()
    assert set(lines) == {("alice@example.org", "rosa@example.org")}


@pytest.mark.promise("H2")
def test_on_new_year_2001_the_time_frame_was_without_progress_and_tibet_unasked(demo: None) -> None:
    then: Any = Benchmark.objects.as_of(date(2001, 1, 1))
    assert then.get(slug=MEASURABLE).rating_then == "no_progress"
    assert then.get(slug="access-to-tibet").criterion_then is None
    earlier: Any = Benchmark.objects.as_of(date(2000, 1, 1))
    assert {benchmark.rating_then for benchmark in earlier} == {"unassessed"}


# Loading


def test_every_change_of_the_load_is_quiet(demo: None) -> None:
    assert set(Change.objects.values_list("quiet", flat=True)) == {True}


@pytest.mark.promise("H1")
def test_the_history_verifies_after_loading(demo: None) -> None:
    call_command("verify_history", stdout=StringIO())


def test_a_second_load_changes_nothing(demo: None, accounts_file: Path) -> None:
    before = Change.objects.count(), accounts_file.read_text()
    told = StringIO()
    call_command("load_demo", accounts_file=accounts_file, stdout=told)
    assert (Change.objects.count(), accounts_file.read_text()) == before
    assert "Everything was there already." in told.getvalue()


def test_a_removed_ask_is_all_that_a_later_load_adds(demo: None, accounts_file: Path) -> None:
    Recommendation.objects.get(letter__slug=LETTER_2024, number="para 7.b").delete()
    before = Change.objects.count()
    call_command("load_demo", accounts_file=accounts_file, stdout=StringIO())
    assert asks_of(LETTER_2024) == {"para 1.a", "para 1.b", "para 7.a", "para 7.b"}
    assert Change.objects.count() == before + 1


def test_passwords_that_no_file_holds_are_said(demo: None, tmp_path: Path) -> None:
    told = StringIO()
    call_command("load_demo", accounts_file=tmp_path / "lost.txt", stdout=told)
    assert "holds no password for alice, abel, rosa, omar, ada, victor" in told.getvalue()
