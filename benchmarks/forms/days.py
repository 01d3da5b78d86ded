"""Days as people write them: a day to look at, and one that is not known exactly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
            typed = "".join(each for each in str(value) if each.isprintable())[:40]
            raise ValidationError(
                _("“%(typed)s” is no day. Write it as 2001-01-31."), params={"typed": typed}
            ) from error


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
