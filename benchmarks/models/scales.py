"""The three axes: rating, position and freshness. They are never merged into one."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

DUE_BEFORE_END = timedelta(days=14)


class Rating(models.TextChoices):
    """What has actually been done, judged by the criterion."""

    UNASSESSED = "unassessed", _("Not yet assessed")
    MET = "met", _("Met")
    SUBSTANTIAL = "substantial", _("Substantial progress")
    INITIAL = "initial", _("Initial steps")
    NO_PROGRESS = "no_progress", _("No progress")
    REGRESSION = "regression", _("Regression")


class Position(models.TextChoices):
    """What the addressee says it will do."""

    NOT_STATED = "not_stated", _("not stated")
    ACCEPTED = "accepted", _("accepted")
    ACCEPTED_IN_PART = "accepted_in_part", _("accepted in part")
    NOTED = "noted", _("noted")
    REJECTED = "rejected", _("rejected")


class PositionShown(models.TextChoices):
    """A position as one chip shows it: where addressees differ, it says so."""

    NOT_STATED = Position.NOT_STATED.value, Position.NOT_STATED.label
    ACCEPTED = Position.ACCEPTED.value, Position.ACCEPTED.label
    ACCEPTED_IN_PART = Position.ACCEPTED_IN_PART.value, Position.ACCEPTED_IN_PART.label
    NOTED = Position.NOTED.value, Position.NOTED.label
    REJECTED = Position.REJECTED.value, Position.REJECTED.label
    DIFFERS = "differs", _("differs")


class Freshness(models.TextChoices):
    """How old the last approved assessment is against the benchmark's review interval."""

    CURRENT = "current", _("current")
    DUE = "due", _("due")
    STALE = "stale", _("stale")
    NEVER_ASSESSED = "never_assessed", _("never assessed")

    @classmethod
    def of(cls, rated_on: date | None, interval_days: int, today: date) -> Freshness:
        """Current until 14 days before the interval ends, due until its end, then stale."""
        if rated_on is None:
            return cls.NEVER_ASSESSED
        end = rated_on + timedelta(days=interval_days)
        if today > end:
            return cls.STALE
        return cls.DUE if today > end - DUE_BEFORE_END else cls.CURRENT

    def condition(self, today: date) -> Q:
        """Benchmarks of this freshness: the same said of their stored `fresh_until`, which is indexed."""
        soon = today + DUE_BEFORE_END
        conditions = {
            Freshness.CURRENT: Q(fresh_until__gte=soon),
            Freshness.DUE: Q(fresh_until__gte=today, fresh_until__lt=soon),
            Freshness.STALE: Q(fresh_until__lt=today),
            Freshness.NEVER_ASSESSED: Q(fresh_until__isnull=True),
        }
        return conditions[self]


def place(field: str, scale: type[models.TextChoices]) -> Case:
    """Where a field's value stands on its scale, counted from 0: what columns sort by."""
    return Case(*(When(**{field: value}, then=Value(n)) for n, value in enumerate(scale.values)))
