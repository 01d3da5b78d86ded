"""What has to be true for a benchmark to count as met, and how that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from benchmarks.models.ground import AppendOnly, AppendOnlyQuerySet, ProtectedText

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.permissions import AnyUser


class CriterionVersionQuerySet(AppendOnlyQuerySet["CriterionVersion"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Criteria of benchmarks this reader may see."""
        from benchmarks.models.benchmark import Benchmark

        return self.filter(benchmark__in=Benchmark.objects.visible_to(user).values("pk"))

    def standing(self, day: date | None = None, known: datetime | None = None) -> Self:
        """Versions effective by `day`, as they were known at the moment `known`."""
        versions = self if known is None else self.filter(recorded_at__lte=known)
        return versions if day is None else versions.filter(effective_on__lte=day)

    def newest_first(self) -> Self:
        return self.order_by("-effective_on", "-change_id", "-pk")


class CriterionVersion(AppendOnly):
    """What has to be true for a benchmark to count as met, from a day on."""

    hashed = {
        1: [
            "id",
            "benchmark_id",
            "change_id",
            "number",
            "text_id",
            "text_commitment",
            "effective_on",
            "recorded_at",
            "reason_id",
            "reason_commitment",
        ]
    }
    protected = ("text", "reason")

    benchmark = models.ForeignKey(
        "benchmarks.Benchmark", on_delete=models.PROTECT, related_name="criterion_versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.ForeignKey(ProtectedText, on_delete=models.PROTECT, related_name="+")
    text_commitment = models.CharField(max_length=64, editable=False)
    effective_on = models.DateField(_("effective on"))
    reason = models.ForeignKey(
        ProtectedText, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason_commitment = models.CharField(max_length=64, blank=True, editable=False)

    objects = CriterionVersionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("criterion version")
        verbose_name_plural = _("criterion versions")
        ordering = ("benchmark", "-number", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("benchmark", "number"), name="benchmarks_criterionversion_number"
            ),
            models.CheckConstraint(
                condition=Q(number=1) | Q(reason__isnull=False),
                name="benchmarks_criterionversion_change_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(effective_on__lte=F("recorded_at__date")),
                name="benchmarks_criterionversion_not_in_the_future",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = list(AppendOnly.Meta.triggers)

    def __str__(self) -> str:
        return str(self.text)
