"""Dates and the words of the three axes, as the pages print them."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from benchmarks import asked, dates
from benchmarks.models import Benchmark
from benchmarks.models.person import PersonSituation
from benchmarks.models.scales import Freshness, PositionShown, Rating

register = template.Library()

MACHINE_FORMATS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


@register.filter
def rating_word(rating: str) -> str:
    return str(Rating(rating).label)


@register.filter
def position_word(position: str) -> str:
    return str(PositionShown(position).label)


@register.filter
def freshness_word(freshness: str) -> str:
    return str(Freshness(freshness).label)


@register.filter
def freshness_on(benchmark: Benchmark, today: date) -> str:
    """How old a benchmark's standing assessment is on this day."""
    return benchmark.freshness_on(today).value


@register.filter
def situation_word(situation: str) -> str:
    return str(PersonSituation.Situation(situation).label)


@register.filter
def asked_in_short(benchmark: Benchmark) -> str:
    """How often letters asked for it and since when; needs `with_asked`."""
    return asked.in_short(benchmark)


@register.filter
def written(day: date | None, precision: str = "") -> str:
    """The date as its source has it: "24 July 2025", "June 2023" or "1999"."""
    return dates.written(day, precision or "day")


@register.filter
def machine_date(day: date, precision: str = "") -> str:
    """The date for the `datetime` attribute of `<time>`: "2025-07-24", "2023-06" or "1999"."""
    return day.strftime(MACHINE_FORMATS[precision or "day"])


@register.filter
def ago(day: date, today: date | str | None = None) -> str:
    """How long before today (or after it) a day lies, in one unit: "today", "4 months ago", "in 12 days".

    A template which was given no `today` passes an empty text for it.
    """
    days = ((today if isinstance(today, date) else timezone.localdate()) - day).days
    if days == 0:
        return _("today")
    length = in_one_unit(abs(days))
    return _("%(length)s ago") % {"length": length} if days > 0 else _("in %(length)s") % {"length": length}


@register.filter
def waited(moment: datetime) -> str:
    """For how long something has waited since this moment: "since today", "3 days"."""
    days = (timezone.localdate() - timezone.localdate(moment)).days
    return in_one_unit(days) if days > 0 else _("since today")


def in_one_unit(days: int) -> str:
    """A number of days in the unit one would say: days to two months, months to three years, then years."""
    if days < 60:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if days < 3 * 365:
        months = round(days / 30.44)
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    years = int(days / 365.25)
    return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}
