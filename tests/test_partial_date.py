"""A date as its source has it: a day, a month or a year, typed into one field and never guessed at."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django import forms
from django.utils.translation import override

from benchmarks.dates import Precision, first_of_period
from benchmarks.forms import PartialDate, PartialDateField

DAY, MONTH, YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR


class PartialForm(forms.Form):
    on = PartialDateField(label="On", required=False, may_be_future=False)


def read(text: str) -> PartialDate | None:
    form = PartialForm({"on": text})
    assert form.is_valid(), form.errors
    given: PartialDate | None = form.cleaned_data["on"]
    return given


def error(text: str) -> str:
    form = PartialForm({"on": text})
    assert not form.is_valid(), form.cleaned_data
    return str(form.errors["on"][0])


@pytest.mark.parametrize(
    ("typed", "day", "precision"),
    [
        ("2023-06-12", date(2023, 6, 12), DAY),
        ("2023-6-2", date(2023, 6, 2), DAY),
        ("2024-02-29", date(2024, 2, 29), DAY),
        (" 2023-06 ", date(2023, 6, 1), MONTH),
        ("2023", date(2023, 1, 1), YEAR),
        ("June 2023", date(2023, 6, 1), MONTH),
        ("june  2023", date(2023, 6, 1), MONTH),
        ("Sept. 2000", date(2000, 9, 1), MONTH),
        ("Jan 2000", date(2000, 1, 1), MONTH),
        ("12 June 2023", date(2023, 6, 12), DAY),
        ("12. June 2023", date(2023, 6, 12), DAY),
        ("June 12, 2023", date(2023, 6, 12), DAY),
    ],
)
def test_a_day_a_month_and_a_year_are_read_as_they_are_written(
    typed: str, day: date, precision: Precision
) -> None:
    assert read(typed) == PartialDate(day, precision)
    assert first_of_period(day, precision) == day  # what the database insists on


@pytest.mark.parametrize("typed", ["", "   ", "\t\n"])
def test_nothing_typed_is_no_date(typed: str) -> None:
    assert read(typed) is None


@pytest.mark.parametrize("typed", ["12/06/2023", "06/12/23", "1.2.2023", "12-06-2023"])
def test_what_may_be_read_in_two_ways_is_not_guessed_at(typed: str) -> None:
    assert error(typed).startswith(f"Write “{typed}” with the year first")


@pytest.mark.parametrize(
    "typed",
    [
        *["yesterday", "23", "202", "20233", "2023-", "June", "Juno 2023", "June 23", "6 2023"],
        *["٢٠٢٣", "2023-06-12T10:00", "12 June 2023 or so", "<script>alert(1)</script>", "2023\u202e-06"],
    ],
)
def test_what_is_no_date_is_said_back_with_a_word_on_how_to_write_one(typed: str) -> None:
    said = error(typed)
    assert "Write 2023-06-12; or 2023-06 or 2023" in said
    assert said.startswith(f"“{typed.replace(chr(0x202E), '')}”")


@pytest.mark.parametrize("typed", ["2023-02-30", "2023-13", "31 June 2023", "2023-00", "0000"])
def test_what_is_in_no_calendar_is_said_to_be_in_none(typed: str) -> None:
    assert "not in the calendar" in error(typed)


def test_a_long_text_and_a_null_character_are_refused_shortly() -> None:
    assert len(error("9" * 100_000)) < 200
    assert len(error("June " * 20_000)) < 200
    assert "\x00" not in error("2023\x00")


def test_what_was_long_before_anything_kept_here_is_refused() -> None:
    assert "too early" in error("0999-12")


@time_machine.travel("2026-11-20 10:00", tick=False)
def test_a_day_or_month_to_come_is_refused_where_it_may_not_be_and_this_year_has_begun() -> None:
    assert all(read(typed) for typed in ("2026-11-20", "2026-11", "2026"))
    for typed in ("2026-11-21", "December 2026", "2027"):
        assert "still to come" in error(typed)
    assert PartialDateField().clean("2027") == PartialDate(date(2027, 1, 1), YEAR)


@pytest.mark.parametrize("typed", ["2023-06-12", "2023-06", "2023"])
def test_a_form_shows_a_date_as_it_may_be_typed_again(typed: str) -> None:
    given = read(typed)
    assert str(given) == typed
    assert f'value="{typed}"' in str(PartialForm(initial={"on": given})["on"])
    assert not PartialForm({"on": typed}, initial={"on": given}).has_changed()


def test_what_was_typed_stays_as_it_was_where_it_is_not_understood() -> None:
    assert 'value="12/06/2023"' in str(PartialForm({"on": "12/06/2023"})["on"])
    assert PartialForm({"on": "12/06/2023"}, initial={"on": read("2023")}).has_changed()


def test_a_date_in_words_is_the_same_date() -> None:
    assert not PartialForm({"on": "June 2023"}, initial={"on": read("2023-06")}).has_changed()
    assert PartialForm({"on": "2023-06-01"}, initial={"on": read("2023-06")}).has_changed()


def test_it_prints_as_its_source_has_it() -> None:
    assert [PartialDate(date(2023, 6, 1), each).written for each in (DAY, MONTH, YEAR)] == [
        "1 June 2023",
        "June 2023",
        "2023",
    ]


def test_months_are_also_called_as_in_the_language_of_the_page() -> None:
    with override("fr"):
        assert read("juin 2023") == read("June 2023") == PartialDate(date(2023, 6, 1), MONTH)


def test_a_compulsory_date_says_that_it_is_missing() -> None:
    with pytest.raises(forms.ValidationError, match="required"):
        PartialDateField().clean(" ")
