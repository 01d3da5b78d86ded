"""Dates and marks as the pages print them."""

from __future__ import annotations

from datetime import date

import pytest
from django.template.loader import render_to_string

from benchmarks.models import Freshness, PositionShown, Rating
from benchmarks.templatetags.marks import ago

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 21), "1 day ago"),
        (date(2026, 9, 24), "59 days ago"),
        (date(2026, 7, 22), "4 months ago"),
        (date(2024, 6, 12), "29 months ago"),
        (date(2000, 9, 1), "26 years ago"),
        (date(2026, 12, 4), "in 12 days"),
    ],
)
def test_an_age_is_said_in_one_unit(day: date, said: str) -> None:
    assert ago(day, TODAY) == said


@pytest.mark.parametrize(
    ("precision", "attribute", "said"),
    [("day", "2023-06-01", "1 June 2023"), ("month", "2023-06", "June 2023"), ("year", "2023", "2023")],
)
def test_a_date_prints_as_its_source_has_it(precision: str, attribute: str, said: str) -> None:
    printed = render_to_string("partials/date.html", {"day": date(2023, 6, 1), "precision": precision})
    assert f'datetime="{attribute}"' in printed
    assert f">{said}</time>" in printed


def test_a_date_without_a_precision_is_a_day() -> None:
    assert ">1 June 2023<" in render_to_string("partials/date.html", {"day": date(2023, 6, 1)})


def test_no_date_prints_nothing() -> None:
    assert "<" not in render_to_string("partials/date.html", {"day": None})


@pytest.mark.parametrize("rating", Rating)
def test_a_rating_has_a_shape_a_colour_and_a_word(rating: Rating) -> None:
    printed = render_to_string("partials/rating.html", {"rating": rating.value})
    assert f'class="rating {rating.value}"' in printed
    assert f"<span>{rating.label}</span>" in printed
    assert "<svg" in printed


def test_no_two_ratings_share_a_shape() -> None:
    shapes = {
        render_to_string("partials/rating_shape.html", {"rating": rating.value})
        .partition("<svg")[2]
        .partition(">")[2]
        for rating in Rating
    }
    assert len(shapes) == len(Rating)


def test_what_nobody_rated_is_not_yet_assessed() -> None:
    assert "Not yet assessed" in render_to_string("partials/rating.html", {"rating": ""})


@pytest.mark.parametrize("position", PositionShown)
def test_a_position_is_a_word(position: PositionShown) -> None:
    assert f">{position.label}<" in render_to_string("partials/position.html", {"position": position.value})


@pytest.mark.parametrize(
    ("freshness", "rated_on", "said"),
    [
        (Freshness.STALE, date(2024, 6, 12), ">assessed 29 months ago, stale<"),
        (Freshness.CURRENT, date(2026, 11, 1), ">assessed 21 days ago, current<"),
        (Freshness.NEVER_ASSESSED, None, ">never assessed<"),
    ],
)
def test_freshness_says_how_old_and_what_that_means(
    freshness: Freshness, rated_on: date | None, said: str
) -> None:
    context = {"freshness": freshness.value, "rated_on": rated_on, "today": TODAY}
    assert said in render_to_string("partials/freshness.html", context)
