"""Which benchmark takes another's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from benchmarks.models.choices import held_to_choices
from benchmarks.models.ground import AppendOnly, AppendOnlyQuerySet, ProtectedText

if TYPE_CHECKING:
    from accounts.permissions import AnyUser


class SuccessionQuerySet(AppendOnlyQuerySet["Succession"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Successions of which this reader may see both benchmarks."""
        from benchmarks.models.benchmark import Benchmark

        seen = Benchmark.objects.visible_to(user).values("pk")
        return self.filter(from_benchmark__in=seen, to_benchmark__in=seen)


@held_to_choices
class Succession(AppendOnly):
    """A benchmark is split, merged or replaced. Ratings are not inherited."""

    class Kind(models.TextChoices):
        SPLIT = "split", _("split")
        MERGE = "merge", _("merge")
        REPLACE = "replace", _("replace")

    hashed = {
        1: [
            "id",
            "change_id",
            "from_benchmark_id",
            "to_benchmark_id",
            "kind",
            "effective_on",
            "recorded_at",
            "reason_id",
            "reason_commitment",
        ]
    }
    protected = ("reason",)

    from_benchmark = models.ForeignKey(
        "benchmarks.Benchmark", on_delete=models.PROTECT, related_name="successions"
    )
    to_benchmark = models.ForeignKey(
        "benchmarks.Benchmark", on_delete=models.PROTECT, related_name="predecessions"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    effective_on = models.DateField(_("effective on"))
    reason = models.ForeignKey(ProtectedText, on_delete=models.PROTECT, related_name="+")
    reason_commitment = models.CharField(max_length=64, editable=False)

    objects = SuccessionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ("effective_on", "change", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("from_benchmark", "to_benchmark"), name="benchmarks_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(from_benchmark=F("to_benchmark")), name="benchmarks_succession_not_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(effective_on__lte=F("recorded_at__date")),
                name="benchmarks_succession_not_in_the_future",
            ),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = list(AppendOnly.Meta.triggers)

    def __str__(self) -> str:
        return f"{self.from_benchmark.code} {self.get_kind_display()} {self.to_benchmark.code}"
