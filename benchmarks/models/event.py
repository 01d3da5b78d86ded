"""Summits, dialogue rounds and sessions, what moved them, and what is to be pressed there."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, DateField, ExpressionWrapper, F, Q, When
from django.db.models.functions import TruncMonth, TruncYear
from django.utils.translation import gettext_lazy as _

from benchmarks.dates import Precision, first_of_period, precision_field, starts_its_period, written
from benchmarks.models.choices import held_to_choices
from benchmarks.models.ground import AppendOnly, AppendOnlyQuerySet, ProtectedText
from benchmarks.models.organisation import OpenToReaders

if TYPE_CHECKING:
    from datetime import date

    from accounts.permissions import AnyUser


def known_time_zone(name: str) -> None:
    """Validate an IANA name such as Europe/Brussels."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(_("“%(name)s” is no IANA time zone."), params={"name": name}) from error


class EventSeries(models.Model):
    """A row of events of one kind: EU–China summits, dialogue rounds."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    level = models.CharField(
        _("level"), max_length=120, blank=True, help_text=_("Who meets: heads of state, officials, experts.")
    )

    objects = OpenToReaders.as_manager()

    class Meta:
        verbose_name = _("event series")
        verbose_name_plural = _("event series")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class EventQuerySet(OpenToReaders["Event"]):
    def coming(self, today: date) -> Self:
        """What is ahead or goes on, the next one first and what has no date last.

        An event known by its month or year alone is ahead until that is over, and stands behind those whose
        day in it is known: what is sure to come by then comes first. What is postponed without a new date is
        ahead of nobody.
        """
        is_ahead = Q(state=Event.State.PLANNED, starts_on__isnull=True)
        for precision in Precision:
            begun = first_of_period(today, precision)
            dated = Q(starts_on_precision=precision) & (Q(starts_on__gte=begun) | Q(ends_on__gte=begun))
            is_ahead |= dated & Q(state__in=[Event.State.PLANNED, Event.State.POSTPONED])
        return self.filter(is_ahead).order_by(_over_by().asc(nulls_last=True), "pk")


def _over_by() -> Case:
    """The day of an event; of one known by its month or year the first day after that."""

    def days_on(days: int) -> ExpressionWrapper[Any]:
        return ExpressionWrapper(F("starts_on") + days, output_field=DateField())

    return Case(
        When(starts_on_precision=Precision.MONTH, then=TruncMonth(days_on(31))),
        When(starts_on_precision=Precision.YEAR, then=TruncYear(days_on(366))),
        default=F("starts_on"),
        output_field=DateField(),
    )


@held_to_choices
class Event(models.Model):
    """A summit, dialogue round, council or UN session. Its date may be unknown, or known only in part."""

    class Certainty(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        EXPECTED = "expected", _("expected")
        NOT_ANNOUNCED = "not_announced", _("not announced")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    series = models.ForeignKey(EventSeries, on_delete=models.PROTECT, related_name="events")
    ordinal = models.PositiveSmallIntegerField(_("number in its series"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(max_length=120, unique=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    starts_on_precision = precision_field()
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    starts_at = models.TimeField(
        _("starts at"), null=True, blank=True, help_text=_("Wall time in the event's own time zone.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Brussels", validators=[known_time_zone]
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=14, choices=Certainty, default=Certainty.EXPECTED)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    revision = models.PositiveIntegerField(_("revision of the date"), default=1, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = (F("starts_on").desc(nulls_first=True), "-pk")
        constraints = (
            starts_its_period("starts_on", "benchmarks_event_starts_on_precision"),
            models.UniqueConstraint(fields=("series", "ordinal"), name="benchmarks_event_ordinal"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="benchmarks_event_ends_after_it_starts",
                violation_error_message=_("An event ends on the day it starts or later."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(starts_on__isnull=False),
                name="benchmarks_event_hour_needs_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def starts_on_written(self) -> str:
        return written(self.starts_on, self.starts_on_precision)

    def is_coming_on(self, day: date) -> bool:
        """True if it is still ahead, or goes on; one known by its month is ahead until that is over."""
        if self.state not in {self.State.PLANNED, self.State.POSTPONED}:
            return False
        if self.starts_on is None:
            return True
        last = self.ends_on or self.starts_on
        return last >= first_of_period(day, self.starts_on_precision)


class EventChangeQuerySet(AppendOnlyQuerySet["EventChange"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Changes of events this reader may see."""
        return self.filter(event__in=Event.objects.visible_to(user).values("pk"))


class EventChange(AppendOnly):
    """What changed about an event, and why. `what` maps a field to its value before and after."""

    hashed = {1: ["id", "event_id", "change_id", "what", "recorded_at", "reason_id", "reason_commitment"]}
    protected = ("reason",)

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="changes")
    what = models.JSONField(_("what changed"))
    reason = models.ForeignKey(ProtectedText, on_delete=models.PROTECT, related_name="+")
    reason_commitment = models.CharField(max_length=64, editable=False)

    objects = EventChangeQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("change of an event")
        verbose_name_plural = _("changes of events")
        ordering = ("event", "change", "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = list(AppendOnly.Meta.triggers)

    def __str__(self) -> str:
        return f"{self.event}: {', '.join(self.what)}"


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Items about benchmarks this reader may see."""
        from benchmarks.models.benchmark import Benchmark

        return self.filter(benchmark__in=Benchmark.objects.visible_to(user).values("pk"))


class AgendaItem(models.Model):
    """One benchmark to be pressed at one event."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="agenda")
    benchmark = models.ForeignKey(
        "benchmarks.Benchmark", on_delete=models.PROTECT, related_name="agenda_items"
    )
    ask = models.TextField(_("what to press for"), blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=2, help_text=_("1 comes first."))

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("event", "priority", "pk")
        constraints = (
            models.UniqueConstraint(fields=("event", "benchmark"), name="benchmarks_agendaitem_once"),
            models.CheckConstraint(condition=Q(priority__gte=1), name="benchmarks_agendaitem_priority"),
        )

    def __str__(self) -> str:
        return f"{self.event}: {self.benchmark}"
