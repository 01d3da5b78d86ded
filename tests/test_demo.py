"""The events, people and ratings that the letters prove, and loading them. Counted by hand in the letters."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count, F

from benchmarks.models import (
    AgendaItem,
    Benchmark,
    Change,
    Event,
    PersonOfConcern,
    PersonSituation,
    Rating,
    Recommendation,
    StatusEvent,
)
from tests.demo import LETTER_2022, LETTER_2023, LETTER_2024, LOADED_ON, MEASURABLE, asks_of


def named_in(slug: str) -> set[str]:
    return set(PersonOfConcern.objects.filter(mentions__letter__slug=slug).values_list("name", flat=True))


def ratings() -> set[tuple[str, str, str]]:
    lines = StatusEvent.objects.values_list("benchmark__code", "effective_on", "rating")
    return {(code, day.isoformat()[:7], rating or "") for code, day, rating in lines}


# Events


def test_only_what_a_letter_looks_back_on_is_held(demo: None) -> None:
    held = set(Event.objects.filter(state="held").values_list("slug", flat=True))
    assert held == {
        "commission-1998",
        "commission-1999",
        "commission-2000",
        "summit-2019",
        "munich-recalled-in-march-2022",
    }


def test_every_meeting_the_letters_name_is_an_event_dated_as_they_date_it(demo: None) -> None:
    named = Event.objects.exclude(certainty="not_announced")
    assert {event.slug: event.starts_on_written for event in named} == {
        "commission-1998": "1998",
        "commission-1999": "1999",
        "dialogue-1999-02": "8 February 1999",
        "commission-2000": "2000",
        "dialogue-2000-09": "28 September 2000",
        "summit-2019": "2019",
        "munich-recalled-in-march-2022": "",
        "summit-after-march-2022": "",
        "dialogue-2023-02": "February 2023",
        "foreign-affairs-council-2023-05": "May 2023",
        "european-council-2023-06": "29 June 2023",
        "dialogue-39": "June 2024",
    }
    assert list(Event.objects.filter(ordinal__isnull=False).values_list("slug", "ordinal")) == [
        ("dialogue-39", 39)
    ]


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
        ("DLG-09", "1999-02", "no_progress"),
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
    assert same_day.count() == lines.count() == 14


def test_two_people_stand_behind_every_line(demo: None) -> None:
    lines = StatusEvent.objects.values_list("update__author__email", "decided_by__email").distinct()
    assert set(lines) == {("alice@example.org", "rosa@example.org")}


@pytest.mark.promise("H2")
def test_on_new_year_2001_the_time_frame_was_without_progress_and_tibet_unasked(demo: None) -> None:
    then: Any = Benchmark.objects.as_of(date(2001, 1, 1))
    assert then.get(slug=MEASURABLE).rating_then == "no_progress"
    assert then.get(slug="access-to-tibet").criterion_then is None
    earlier: Any = Benchmark.objects.as_of(date(2000, 1, 1))
    rated = {each.code: each.rating_then for each in earlier if each.rating_then != "unassessed"}
    assert rated == {"DLG-09": "no_progress"}


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
