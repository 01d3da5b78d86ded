"""The geometry of the timeline, and the same story as rows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from benchmarks.models.scales import Freshness, Rating
from benchmarks.timeline import (
    GUTTER,
    Assessment,
    Band,
    Drawing,
    Fact,
    Letter,
    Stretch,
    Timeline,
    spread,
    width_of,
)

TODAY = date(2026, 11, 22)
WIDTHS = (320, 640, 1120)


def assessed(*days: date, rating: str = "no_progress") -> list[Assessment]:
    return [Assessment(day, rating=rating) for day in days]


def since_1999(until: date = TODAY) -> Timeline:
    """Five letters, two assessments and a few events, as a long-standing ask has them."""
    asked = [date(1999, 2, 1), date(2022, 3, 18), date(2023, 6, 1)]
    noted = [date(2000, 9, 1), date(2024, 6, 12)]
    return Timeline(
        until=until,
        interval_days=120,
        letters=[Letter(day, f"Letter of {day.year}") for day in asked]
        + [Letter(day, f"Letter of {day.year}", asks=False) for day in noted],
        assessments=assessed(date(2000, 9, 1), date(2024, 6, 12)),
        events=[Fact(date(1999, 2, 8), "Round"), Fact(date(2023, 2, 1), "Round 38", "month")],
    )


def stretches(timeline: Timeline) -> list[tuple[str, str, date, date]]:
    return [(span.stretch.value, span.rating, span.begin, span.end) for span in timeline.spans()]


def test_without_a_fact_there_is_nothing_to_draw() -> None:
    assert not Timeline(until=TODAY, interval_days=120)
    assert Timeline(until=TODAY, interval_days=120, events=[Fact(TODAY, "Summit")])


def test_years_in_which_nobody_looked_do_not_seem_assessed() -> None:
    timeline = since_1999()
    assert stretches(timeline) == [
        ("unassessed", "unassessed", timeline.start, date(2000, 9, 1)),
        ("assessed", "no_progress", date(2000, 9, 1), date(2000, 12, 31)),
        ("stale", "no_progress", date(2000, 12, 31), date(2024, 6, 12)),
        ("assessed", "no_progress", date(2024, 6, 12), date(2024, 10, 11)),
        ("stale", "no_progress", date(2024, 10, 11), TODAY),
    ]


@pytest.mark.parametrize("age", [0, 1, 119, 120, 121, 122, 400])
def test_the_band_is_solid_exactly_as_long_as_freshness_is_not_stale(age: int) -> None:
    rated_on = TODAY - timedelta(days=age)
    # The last day of a span is not in it: tomorrow ends the one that holds today.
    tomorrow = TODAY + timedelta(days=1)
    last = Timeline(until=tomorrow, interval_days=120, assessments=assessed(rated_on)).spans()[-1]
    assert (last.stretch == Stretch.STALE) == (Freshness.of(rated_on, 120, TODAY) == Freshness.STALE)


def test_an_assessment_of_the_last_day_is_drawn() -> None:
    timeline = Timeline(until=TODAY, interval_days=120, assessments=assessed(TODAY, rating="met"))
    last = timeline.draw(640).bands[-1]
    assert (last.stretch, last.rating) == (Stretch.ASSESSED, "met")
    assert last.width > 0
    assert last.x + last.width == timeline.draw(640).right


def test_of_two_assessments_of_one_day_the_later_recorded_stands() -> None:
    both = [*assessed(date(2024, 1, 1), rating="met"), *assessed(date(2024, 1, 1), rating="initial")]
    timeline = Timeline(until=TODAY, interval_days=120, assessments=both)
    assert {span.rating for span in timeline.spans()} == {"unassessed", "initial"}


def test_what_happened_after_the_day_is_not_on_it() -> None:
    then = since_1999(until=date(2001, 1, 1))
    assert [letter.day.year for letter in then.letters] == [1999, 2000]
    assert [span.end for span in then.spans()][-1] == date(2001, 1, 1)
    assert all(row.day <= date(2001, 1, 1) for row in then.rows())


def bands_overlap(bands: list[Band]) -> bool:
    return any(one.x + one.width > other.x + 3.1 for one, other in pairwise(bands))


def labels_overlap(drawing: Drawing) -> bool:
    return any(
        one.x + width_of(one.text) / 2 > other.x - width_of(other.text) / 2
        for one, other in pairwise(drawing.letter_labels)
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_lies_within_the_drawing_and_no_label_runs_into_another(width: int) -> None:
    drawing = since_1999().draw(width)
    assert not labels_overlap(drawing)
    assert not bands_overlap(list(drawing.bands))
    assert drawing.bands[0].x == GUTTER
    assert drawing.bands[-1].x + drawing.bands[-1].width == pytest.approx(drawing.right, abs=0.2)
    for mark in (*drawing.letters, *drawing.events):
        assert GUTTER <= mark.x <= drawing.right
        assert GUTTER <= mark.head <= drawing.right
    for year, next_year in pairwise(drawing.years):
        assert next_year.x - year.x > width_of(year.text)


@pytest.mark.parametrize("width", WIDTHS)
def test_many_letters_of_many_years_stay_apart(width: int) -> None:
    letters = [Letter(date(1999 + n // 2, 1 + n % 12, 1), "Letter") for n in range(54)]
    drawing = Timeline(until=TODAY, interval_days=30, letters=letters).draw(width)
    assert not labels_overlap(drawing)
    assert all(one.head < other.head for one, other in pairwise(drawing.letters))
    assert drawing.letters[-1].head <= drawing.right


def test_neighbouring_years_share_a_label_where_there_is_no_room() -> None:
    assert [label.text for label in since_1999().draw(1120).letter_labels] == [
        "1999",
        "2000",
        "2022",
        "2023",
        "2024",
    ]
    assert [label.text for label in since_1999().draw(320).letter_labels] == ["1999–2000", "2022–24"]


def test_letters_of_one_year_share_its_label() -> None:
    letters = [Letter(date(2023, 2, 1), "One"), Letter(date(2023, 2, 20), "Two")]
    [label] = Timeline(until=TODAY, interval_days=30, letters=letters).draw(640).letter_labels
    assert label.text == "2023"


def test_signs_that_would_overlap_move_apart_and_stay_inside() -> None:
    assert spread([10, 11, 12], apart=5, low=0, high=100) == [10, 15, 20]
    assert spread([98, 99, 100], apart=5, low=0, high=100) == [90, 95, 100]
    assert spread([50, 50, 50], apart=40, low=40, high=60) == [40, 50, 60]
    assert spread([], apart=5, low=0, high=100) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("rating", [each for each in Rating.values if each != "unassessed"])
def test_a_rating_has_its_word_or_at_least_its_shape_where_there_is_room(width: int, rating: str) -> None:
    timeline = Timeline(until=TODAY, interval_days=99, assessments=assessed(date(2001, 1, 1), rating=rating))
    named = [band for band in timeline.draw(width).bands if band.rating == rating and band.has_shape]
    assert len(named) == 1
    [band] = named
    assert str(Rating(rating).label) in band.label
    assert band.plate_x >= band.x
    assert band.plate_x + band.plate_width <= band.x + band.width


def labels(timeline: Timeline) -> list[str]:
    return [band.label for band in timeline.draw(1120).bands if band.label]


def test_a_stale_band_says_in_which_years_nobody_reviewed_it() -> None:
    assert labels(since_1999()) == ["No progress, not reviewed 2000–2024"]
    assert labels(since_1999(until=date(2020, 1, 1)))[-1] == "No progress, not reviewed since 2000"


def test_a_gap_within_one_year_says_so() -> None:
    timeline = Timeline(
        until=date(2002, 1, 1),
        interval_days=30,
        assessments=assessed(date(2001, 1, 1)) + assessed(date(2001, 12, 1), rating="met"),
    )
    assert "No progress, not reviewed for part of 2001" in labels(timeline)


def test_only_ratings_that_were_stale_are_hatched() -> None:
    mixed = [*assessed(date(2001, 1, 1), rating="met"), *assessed(TODAY, rating="regression")]
    assert Timeline(until=TODAY, interval_days=99, assessments=mixed).draw(640).hatched == ["met"]


def test_the_rows_tell_the_same_story_in_order() -> None:
    told = [(row.day.isoformat(), row.what, row.title or row.rating) for row in since_1999().rows()]
    assert told == [
        ("1999-02-01", "asked", "Letter of 1999"),
        ("1999-02-08", "event", "Round"),
        ("2000-09-01", "absence noted", "Letter of 2000"),
        ("2000-09-01", "rated", "no_progress"),
        ("2000-12-31", "stale", "No progress, not reviewed 2000–2024"),
        ("2022-03-18", "asked", "Letter of 2022"),
        ("2023-02-01", "event", "Round 38"),
        ("2023-06-01", "asked", "Letter of 2023"),
        ("2024-06-12", "absence noted", "Letter of 2024"),
        ("2024-06-12", "rated", "no_progress"),
        ("2024-10-11", "stale", "No progress, not reviewed since 2024"),
    ]


def test_a_date_known_in_part_is_told_as_it_was_written() -> None:
    [row] = [row for row in since_1999().rows() if row.title == "Round 38"]
    assert row.precision == "month"
    assert Fact(date(2023, 2, 1), "Round 38", "month").written == "February 2023"


@pytest.mark.parametrize("until", [date(1999, 2, 1), date(1999, 2, 2), date(1999, 3, 1)])
def test_a_story_of_a_few_days_can_be_drawn(until: date) -> None:
    drawing = since_1999(until).draw(320)
    assert len(drawing.letters) == 1
    assert drawing.bands[0].stretch == Stretch.UNASSESSED
