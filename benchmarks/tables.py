"""Columns of the list pages. None of them queries: what they print is annotated or prefetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_tables2 as tables
from django.db.models import F, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from benchmarks.models import Benchmark, Letter

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

TEXT_HELD = {
    Letter.TextKind.FULL: _("full"),
    Letter.TextKind.SUMMARY: _("summary"),
    Letter.TextKind.NOT_HELD: _("not held"),
}
RIGHT = {"th": {"class": "num"}, "td": {"class": "num"}}
PAGE_SIZE = 50


class ListTable(tables.Table):  # type: ignore[misc]
    """A list page's table. Its pages have one size: none that an address asks for, such as 0."""

    def paginate(self, *args: Any, **kwargs: Any) -> ListTable:
        paginated: ListTable = super().paginate(*args, **kwargs | {"per_page": PAGE_SIZE})
        return paginated


class BenchmarkTable(ListTable):
    """Benchmarks with the three axes, each in a column of its own, and how often they were asked."""

    code = tables.Column(order_by=("code", "pk"), attrs={"td": {"class": "meta nowrap"}})
    title = tables.Column(
        verbose_name=_("Benchmark"),
        order_by=("title", "pk"),
        linkify=True,
        attrs={"td": {"class": "lead-cell"}},
    )
    rating = tables.TemplateColumn(
        template_name="benchmarks/columns/rating.html", order_by=("rating_place", "code", "pk")
    )
    position = tables.TemplateColumn(
        template_name="benchmarks/columns/position.html", order_by=("position_place", "code", "pk")
    )
    freshness = tables.TemplateColumn(
        template_name="benchmarks/columns/freshness.html",
        verbose_name=_("Freshness"),
        order_by=("freshness_place", "-rated_on", "code", "pk"),
    )
    asked = tables.TemplateColumn(
        template_name="benchmarks/columns/asked.html",
        verbose_name=_("Asked"),
        order_by=("asked", "absence_noted", "-asked_since", "pk"),
        attrs=RIGHT,
    )

    def order_rating(
        self, benchmarks: QuerySet[Benchmark], is_descending: bool
    ) -> tuple[QuerySet[Benchmark], bool]:
        """By the scale either way; what nobody assessed stands on no place of it and comes last."""
        place = NullIf(F("rating_place"), Value(0))
        first = place.desc(nulls_last=True) if is_descending else place.asc(nulls_last=True)
        rest = ("-code", "-pk") if is_descending else ("code", "pk")
        return benchmarks.order_by(first, *rest), True

    class Meta:
        model = Benchmark
        fields = ("code", "title", "rating", "position", "freshness", "asked")
        order_by = "code"
        attrs = {"caption": _("Benchmarks, each with its rating, position and freshness")}


class LetterTable(ListTable):
    """Letters with who asked whom, how much, and what came of it."""

    dated = tables.TemplateColumn(
        template_name="letters/columns/dated.html", verbose_name=_("Dated"), order_by=("dated", "pk")
    )
    title = tables.TemplateColumn(
        template_name="letters/columns/title.html",
        verbose_name=_("Letter"),
        order_by=("title", "pk"),
        attrs={"td": {"class": "lead-cell"}},
    )
    parties = tables.TemplateColumn(
        template_name="letters/columns/parties.html", verbose_name=_("From → to"), orderable=False
    )
    asks = tables.Column(verbose_name=_("Asks"), order_by=("asks", "pk"), attrs=RIGHT)
    followed = tables.Column(verbose_name=_("Benchmarks"), order_by=("followed", "pk"), attrs=RIGHT)
    text_kind = tables.Column(verbose_name=_("Text"), order_by=("text_kind", "pk"))

    def render_text_kind(self, record: Letter) -> StrOrPromise:
        return TEXT_HELD[Letter.TextKind(record.text_kind)]

    class Meta:
        model = Letter
        fields = ("dated", "title", "parties", "asks", "followed", "text_kind")
        order_by = "-dated"
        empty_text = _("No letter matches.")
        attrs = {"caption": _("Letters, each with who wrote to whom")}
