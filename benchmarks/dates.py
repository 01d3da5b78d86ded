"""Dates as sources give them: a day, or only a month, or only a year.

An imprecise date is stored as the first day of its period, so that it sorts, and prints as it was
written ("June 2023"). A constraint made by `starts_its_period` keeps the two from contradicting.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, ExtractDay, ExtractMonth
from django.db.models.lookups import Exact
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


FORMATS = {Precision.DAY: "j F Y", Precision.MONTH: "F Y", Precision.YEAR: "Y"}


def written(day: date | None, precision: str = Precision.DAY) -> str:
    """The date as its source has it: "24 July 2025", "June 2023" or "1999"; empty for None."""
    return date_format(day, FORMATS[Precision(precision)]) if day else ""


def first_of_period(day: date, precision: str) -> date:
    """The day an imprecise date is stored as."""
    if precision == Precision.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision == Precision.MONTH else day


def precision_field() -> models.CharField[str, str]:
    return models.CharField(_("precision"), max_length=5, choices=Precision, default=Precision.DAY)


def starts_its_period(field: str, name: str) -> models.CheckConstraint:
    """A constraint: `field` is the first day of the period that `<field>_precision` names."""
    precision = f"{field}_precision"
    # Cast, since the check of a form hands the database a bare NULL, of which it cannot tell the type.
    day = Cast(F(field), models.DateField())
    first_of_month = Q(Exact(ExtractDay(day), 1))
    return models.CheckConstraint(
        condition=Q(**{precision: Precision.DAY.value})
        | (Q(**{precision: Precision.MONTH.value}) & first_of_month)
        | (Q(**{precision: Precision.YEAR.value}) & first_of_month & Q(Exact(ExtractMonth(day), 1))),
        name=name,
        violation_error_message=_("A date known only to the month or year is stored as its first day."),
    )
