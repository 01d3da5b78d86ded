"""Days as people write them: a day to look at, and one that is not known exactly."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_AP
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from benchmarks.dates import Precision, written

EARLIEST = date(1000, 1, 1)


@dataclass(frozen=True)
class AsOf:
    """The day a page speaks of, and the moment of whose knowledge; None: what is known now."""

    day: date
    known: datetime | None = None
    is_past: bool = False

    @property
    def is_chosen(self) -> bool:
        """True if the page shows anything but what stands today."""
        return self.is_past or self.known is not None

    @property
    def moment(self) -> datetime:
        """The moment whose knowledge stands beside what is known now: the chosen one, or the day's end."""
        return self.known or moment_of(str(self.day))

    @property
    def then_and_now(self) -> tuple[str, str]:
        """What an address needs to show the same day as known at that moment, and as known now."""
        as_known_then = self.query if self.known else f"?{urlencode({'as_of': self.day, 'known': self.day})}"
        return as_known_then, f"?{urlencode({'as_of': self.day})}"

    @property
    def query(self) -> str:
        """What an address needs to show the same day, "?" included; empty for today."""
        chosen = {"as_of": str(self.day)} if self.is_past else {}
        chosen |= {"known": self.known.isoformat()} if self.known else {}
        return f"?{urlencode(chosen)}" if chosen else ""


class DayField(forms.DateField):
    """A day written as 2001-01-31. What is none is said back as it was typed."""

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            message = _("“%(typed)s” is no day. Write it as 2001-01-31.")
            raise ValidationError(message, params={"typed": quoted(value)}) from error


def quoted(value: Any) -> str:
    """What was typed, so far as a message can say it back."""
    return "".join(each for each in str(value) if each.isprintable())[:40]


@dataclass(frozen=True)
class PartialDate:
    """A day, or the first day of a month or year of which no more is known."""

    day: date
    precision: Precision = Precision.DAY

    def __str__(self) -> str:
        """As one types it: "2023-06-12", "2023-06" or "2023"."""
        length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}
        return self.day.isoformat()[: length[self.precision]]

    @property
    def written(self) -> str:
        """As it is printed: "12 June 2023", "June 2023" or "2023"."""
        return written(self.day, self.precision)


def as_typed(day: date | None, precision: str) -> str:
    """A stored date as one types it into a PartialDateField; empty for None."""
    return str(PartialDate(day, Precision(precision))) if day else ""


ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?", re.ASCII)
IN_WORDS = re.compile(r"(?:(?P<day>[0-9]{1,2})\.? )?(?P<month>[^\W\d_]+)\.?,? (?P<year>[0-9]{4})")
IN_AMERICAN_WORDS = re.compile(r"(?P<month>[^\W\d_]+)\.? (?P<day>[0-9]{1,2}), ?(?P<year>[0-9]{4})")
IN_FIGURES = re.compile(r"\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?\d{2,4}")


class PartialDateField(forms.CharField):
    """A date as its source has it: 2023-06-12, 2023-06 or 2023; also "12 June 2023" and "June 2023".

    Gives a PartialDate, None where nothing was typed. It never guesses: what may be read in two ways, such
    as 12/06/2023, is refused with a word on how to write it. `may_be_future=False` refuses days to come.
    """

    default_error_messages = {
        "no_date": _(
            "“%(typed)s” is no date that we understand. Write 2023-06-12; "
            "or 2023-06 or 2023, if that is all that is known."
        ),
        "two_ways": _(
            "Write “%(typed)s” with the year first, as 2023-06-12, lest its day be taken for its month."
        ),
        "not_there": _("“%(typed)s” is not in the calendar."),
        "too_early": _("“%(typed)s” is too early: nothing kept here is that old."),
        "future": _("“%(typed)s” is still to come."),
    }

    def __init__(self, *, may_be_future: bool = True, **kwargs: Any) -> None:
        self.may_be_future = may_be_future
        kwargs.setdefault(
            "help_text",
            _("2023-06-12, or 2023-06 or 2023 where the source says no more. “June 2023” will do."),
        )
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off", "spellcheck": "false"}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, PartialDate):
            return value
        text = " ".join((super().to_python(value) or "").split())
        return self._read(text) if text else None

    def _read(self, text: str) -> PartialDate:
        found = next(filter(None, (way.fullmatch(text) for way in (ISO, IN_WORDS, IN_AMERICAN_WORDS))), None)
        if found is None:
            raise self._error("two_ways" if IN_FIGURES.fullmatch(text) else "no_date", text)
        month, day = found["month"], found["day"]
        if month and not month.isdecimal():
            month = months().get(month.casefold())
            if month is None:
                raise self._error("no_date", text)
        try:
            first = date(int(found["year"]), int(month or 1), int(day or 1))
        except ValueError as error:
            raise self._error("not_there", text) from error
        return self._sound(
            PartialDate(first, Precision.DAY if day else Precision.MONTH if month else Precision.YEAR), text
        )

    def _sound(self, given: PartialDate, text: str) -> PartialDate:
        if given.day < EARLIEST:
            raise self._error("too_early", text)
        if not self.may_be_future and given.day > timezone.localdate():
            raise self._error("future", text)
        return given

    def _error(self, code: str, text: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"typed": quoted(text)})

    def prepare_value(self, value: Any) -> Any:
        """As it is typed; what was typed and not understood stays as it is."""
        return str(value) if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class WholeDayField(PartialDateField):
    """A day, written as in a PartialDateField; a month or a year alone is refused. Gives a date."""

    default_error_messages = {
        "no_date": _("“%(typed)s” is no day. Write it as 2001-01-31."),
        "not_whole": _("“%(typed)s” is no whole day. Write it as 2001-01-31."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"placeholder": "2026-11-03"}))
        kwargs.setdefault("help_text", _("2023-06-12; “12 June 2023” will do."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:  # type: ignore[override]
        given = value if isinstance(value, date) else super().to_python(value)
        if isinstance(given, PartialDate) and given.precision != Precision.DAY:
            raise self._error("not_whole", str(value))
        return given.day if isinstance(given, PartialDate) else given

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


def months() -> dict[str, int]:
    """What months are called, in the language of the page and in English, to their numbers."""
    called: dict[str, int] = {}
    for language in ("en", None):
        with override(language) if language else nullcontext():
            for names in (MONTHS, MONTHS_3, MONTHS_AP):
                called |= {str(name).strip(".").casefold(): number for number, name in names.items()}
    return called


class AsOfForm(forms.Form):
    """Which day to look at: `?as_of=2001-01-01`, and with `&known=` as it was known at that moment."""

    as_of = DayField(
        label=_("As of"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    known = forms.CharField(label=_("As known on"), required=False, widget=forms.HiddenInput)

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            message = _("“%(day)s” is still to come. This page knows days up to today.")
            raise ValidationError(message, params={"day": day})
        if day and day < EARLIEST:
            message = _("“%(day)s” is too early: nothing kept here is that old.")
            raise ValidationError(message, params={"day": day})
        return day

    def clean_known(self) -> datetime | None:
        """A day means its end, a moment without a zone is one of the tracker's own zone."""
        given = self.cleaned_data["known"]
        if not given:
            return None
        try:
            known = moment_of(given)
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                _("That is no moment. Write it as 2001-01-31 or 2001-01-31T18:30.")
            ) from error
        if known > timezone.now():
            # The end of today: what is known now is all that is known.
            return None
        return known

    @property
    def typed(self) -> str:
        """The day that was asked for, so far as an input for days can hold it; otherwise empty."""
        try:
            return str(date.fromisoformat(self.data.get("as_of", "")))
        except ValueError:
            return ""

    def chosen(self) -> AsOf:
        """The day to show: today where nothing was chosen, or nothing that can be shown."""
        today = timezone.localdate()
        sound = self.cleaned_data if self.is_valid() else {}
        day = sound.get("as_of") or today
        return AsOf(day=day, known=sound.get("known"), is_past=day < today)


def moment_of(text: str) -> datetime:
    """An ISO day (its end is meant) or moment, in UTC. Raises ValueError or OverflowError."""
    try:
        moment = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time.min) - timedelta(
            microseconds=1
        )
    except ValueError:
        # In an address "+" means a blank: that of "+02:00" comes back.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    if moment.date() < EARLIEST:
        raise ValueError(text)
    aware = moment if moment.tzinfo else timezone.make_aware(moment)
    return aware.astimezone(UTC)
