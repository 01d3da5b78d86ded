"""The columns of the list of letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from benchmarks.models import Letter
from benchmarks.tables.base import RIGHT, ListTable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TEXT_HELD = {
    Letter.TextKind.FULL: _("full"),
    Letter.TextKind.SUMMARY: _("summary"),
    Letter.TextKind.NOT_HELD: _("not held"),
}


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
