"""The lines of status history, each written by a decision of two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from benchmarks.dates import precision_field, starts_its_period, written
from benchmarks.models.choices import Audience, held_to_choices
from benchmarks.models.ground import AppendOnly, AppendOnlyQuerySet, ProtectedText
from benchmarks.models.guards import CheckInsert
from benchmarks.models.scales import Position, Rating

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.permissions import AnyUser


class StatusEventQuerySet(AppendOnlyQuerySet["StatusEvent"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Lines of benchmarks this reader may see."""
        from benchmarks.models.benchmark import Benchmark

        return self.filter(benchmark__in=Benchmark.objects.visible_to(user).values("pk"))

    def telling(self, user: AnyUser) -> Self:
        """Lines whose reason this reader may read: the reason of a hidden update could betray it, too."""
        from benchmarks.models.update import ProgressUpdate

        shown = Q(update__in=ProgressUpdate.objects.visible_to(user).values("pk"))
        return self.visible_to(user).filter(Q(update__hidden_at__isnull=True) | shown)

    def recorded_by(self, moment: datetime | None) -> Self:
        """Lines that were written down by then; all of them for None."""
        return self if moment is None else self.filter(recorded_at__lte=moment)

    def standing(self, day: date | None = None, known: datetime | None = None) -> Self:
        """Lines not voided, effective by `day`, as they were known at the moment `known`.

        A withdrawal says nothing of its own, so it never stands. A voided line stays voided for good.
        """
        voids = StatusEvent.objects.recorded_by(known).filter(voids=OuterRef("pk"))
        lines = self.recorded_by(known).filter(~Exists(voids))
        return lines if day is None else lines.filter(effective_on__lte=day)

    def newest_first(self) -> Self:
        """By effective date, then by the order in which they were recorded."""
        return self.order_by("-effective_on", "-change_id", "-pk")


@held_to_choices
class StatusEvent(AppendOnly):
    """One line of a benchmark's status history, written only by a decision of two people."""

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("assessment")
        CORRECTION = "correction", _("correction")
        WITHDRAWAL = "withdrawal", _("withdrawal")

    hashed = {
        1: [
            "id",
            "benchmark_id",
            "change_id",
            "kind",
            "voids_id",
            "rating",
            "position",
            "addressee_id",
            "effective_on",
            "effective_on_precision",
            "recorded_at",
            "reason_id",
            "reason_commitment",
            "audience",
            "update_id",
            "criterion_id",
            "decided_by_id",
            "quiet",
        ]
    }
    protected = ("reason",)

    benchmark = models.ForeignKey(
        "benchmarks.Benchmark", on_delete=models.PROTECT, related_name="status_events"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ASSESSMENT)
    voids = models.OneToOneField(
        "self",
        verbose_name=_("voids"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="voided_by",
    )
    rating = models.CharField(_("rating"), max_length=12, choices=Rating, null=True, blank=True)
    position = models.CharField(_("position"), max_length=16, choices=Position, null=True, blank=True)
    addressee = models.ForeignKey(
        "benchmarks.Organisation",
        verbose_name=_("position of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    effective_on = models.DateField(_("effective on"))
    effective_on_precision = precision_field()
    reason = models.ForeignKey(ProtectedText, on_delete=models.PROTECT, related_name="+")
    reason_commitment = models.CharField(max_length=64, editable=False)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    update = models.OneToOneField(
        "benchmarks.ProgressUpdate", on_delete=models.PROTECT, related_name="status_event"
    )
    criterion = models.ForeignKey("benchmarks.CriterionVersion", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quiet = models.BooleanField(_("quiet"), default=False)

    objects = StatusEventQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("status event")
        verbose_name_plural = _("status events")
        ordering = ("-effective_on", "-change_id", "-pk")
        indexes = (
            models.Index(
                fields=("benchmark", "-effective_on", "-change", "-id"), name="benchmarks_statusevent_fold"
            ),
        )
        constraints = (
            starts_its_period("effective_on", "benchmarks_statusevent_effective_on_precision"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | ~Q(rating=Rating.UNASSESSED),
                name="benchmarks_statusevent_assessed_or_null",
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=True, addressee__isnull=True)
                | Q(position__isnull=False, addressee__isnull=False),
                name="benchmarks_statusevent_position_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(kind="assessment", voids__isnull=True)
                | (~Q(kind="assessment") & Q(voids__isnull=False)),
                name="benchmarks_statusevent_voids_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="withdrawal", rating__isnull=True, position__isnull=True)
                | (~Q(kind="withdrawal") & (Q(rating__isnull=False) | Q(position__isnull=False))),
                name="benchmarks_statusevent_says_something",
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.RESTRICTED), name="benchmarks_statusevent_never_restricted"
            ),
            models.CheckConstraint(
                condition=Q(effective_on__lte=F("recorded_at__date")),
                name="benchmarks_statusevent_not_in_the_future",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *AppendOnly.Meta.triggers,
            CheckInsert(name="decided_by_two", calls="benchmarks_check_status_event"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.effective_on_written}"

    @property
    def may_be_voided(self) -> bool:
        """True if it can be corrected or taken back: no withdrawal, and not voided."""
        return self.kind != self.Kind.WITHDRAWAL and getattr(self, "voided_by", None) is None

    def is_withheld_from(self, user: AnyUser) -> bool:
        """True where the update behind it was hidden from this person: its reason could betray that."""
        from benchmarks.models.update import ProgressUpdate

        return not ProgressUpdate.objects.visible_to(user).filter(pk=self.update_id).exists()

    @property
    def effective_on_written(self) -> str:
        return written(self.effective_on, self.effective_on_precision)
