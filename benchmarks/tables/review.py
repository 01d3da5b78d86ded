"""Columns of the queue of reviews."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from benchmarks.models import ProgressUpdate
from benchmarks.tables import ListTable


class QueueTable(ListTable):
    """Updates that wait for a decision, the one that has waited longest first."""

    submitted_at = tables.TemplateColumn(
        template_name="review/columns/waits.html",
        verbose_name=_("Has waited"),
        # Who has waited longest was submitted first.
        order_by=("submitted_at", "pk"),
    )
    benchmark = tables.TemplateColumn(
        template_name="review/columns/benchmark.html",
        verbose_name=_("Benchmark"),
        order_by=("benchmark__title", "submitted_at", "pk"),
        attrs={"td": {"class": "lead-cell"}},
    )
    proposed_rating = tables.TemplateColumn(
        template_name="review/columns/proposal.html", verbose_name=_("Proposes"), orderable=False
    )
    happened_on = tables.TemplateColumn(
        template_name="review/columns/happened.html",
        verbose_name=_("Happened"),
        order_by=("happened_on", "pk"),
    )
    author = tables.TemplateColumn(
        template_name="review/columns/author.html",
        verbose_name=_("Logged by"),
        order_by=("author__name", "submitted_at", "pk"),
    )

    class Meta:
        model = ProgressUpdate
        fields = ("submitted_at", "benchmark", "proposed_rating", "happened_on", "author")
        order_by = "submitted_at"
        attrs = {"caption": _("Updates that wait for a decision, each with what it proposes")}
