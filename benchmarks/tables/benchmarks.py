"""The columns of the list of benchmarks: what each prints, exports, sorts by, and needs of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import Count, F, OrderBy, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tables2.rows import BoundRows

from benchmarks import asked
from benchmarks.dates import Precision
from benchmarks.models import Benchmark, Freshness, PositionShown, Rating, Recommendation
from benchmarks.models.scales import place
from benchmarks.tables.base import RIGHT, ListTable
from benchmarks.tables.layout import Layout
from benchmarks.templatetags.marks import machine_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable
    from django.http import QueryDict

    Benchmarks = QuerySet[Benchmark]
    Ordered = tuple[Benchmarks, bool]

LONG = {"td": {"class": "long"}}
# What it is can be told without its heading, where a narrow window has no room for headings.
PLAIN = {"td": {"class": "plainly"}}
ROOMY = 7  # columns that fit side by side without their words being broken

DEFAULT = ("code", "title", "rating", "position", "freshness", "asked")

# What a column prints beyond the benchmark's own fields. Only that of shown columns is asked for.
NEEDS: dict[str, Callable[[Any], Benchmarks]] = {
    "freshness": lambda benchmarks: benchmarks.with_freshness(timezone.localdate()),
    "asked": lambda benchmarks: benchmarks.with_asked(),
    "theme": lambda benchmarks: benchmarks.prefetch_related("themes"),
    "addressees": lambda benchmarks: benchmarks.prefetch_related("addressees"),
    "owner": lambda benchmarks: benchmarks.select_related("owner"),
}


def from_template(name: str, title: Any, **kwargs: Any) -> tables.TemplateColumn:
    template = f"benchmarks/columns/{name}.html"
    return tables.TemplateColumn(template_name=template, verbose_name=title, **kwargs)


class BenchmarkTable(ListTable):
    """Benchmarks with the three axes, each in a column of its own, and how often they were asked."""

    code = tables.Column(verbose_name=_("Code"), attrs={"td": {"class": "meta nowrap plainly"}})
    title = tables.Column(
        verbose_name=_("Benchmark"),
        order_by=("title", "pk"),
        linkify=True,
        attrs={"td": {"class": "lead-cell"}},
    )
    rating = from_template("rating", _("Rating"), attrs=PLAIN)
    position = from_template("position", _("Position"))
    freshness = from_template("freshness", _("Freshness"), attrs=PLAIN)
    asked = from_template("asked", _("Asked"), attrs=RIGHT)
    theme = from_template("theme", _("Theme"), orderable=False, attrs=LONG)
    addressees = from_template("addressees", _("Addressees"), orderable=False, attrs=LONG)
    owner = from_template("owner", _("Owner"))
    due = from_template("due", _("Due"))
    lifecycle = tables.Column(verbose_name=_("Lifecycle"), order_by=("lifecycle", "code", "pk"))
    assessed = from_template("assessed", _("Last assessed on"))
    measure = tables.Column(verbose_name=_("Measure"))

    class Meta:
        attrs = {"caption": _("Benchmarks, each with its rating, position and freshness")}

    def __init__(self, benchmarks: Benchmarks, layout: Layout) -> None:
        self.layout = layout
        super().__init__(benchmarks, order_by=layout.sort or "code", sequence=[*layout.columns, "..."])
        self.attrs["class"] = "flowing roomy" if len(layout.columns) <= ROOMY else "flowing"
        for name in set(self.base_columns) - set(layout.columns):
            self.columns.hide(name)

    @classmethod
    def laid_out(cls, data: QueryDict) -> Layout:
        """The layout that an address asks for."""
        columns = cls.base_columns
        orderable = tuple(name for name, column in columns.items() if column.orderable is not False)
        return Layout(known=tuple(columns), usual=DEFAULT, orderable=orderable).read(data)

    @property
    def shown(self) -> list[str]:
        """The names of the columns that are shown, in their order."""
        return list(self.layout.columns)

    @property
    def offered(self) -> list[tuple[str, str, bool]]:
        """Every column's name, heading, and whether it is shown; those that are come first."""
        return [(name, str(self.columns[name].header), shown) for name, shown in self.layout.offered]

    @property
    def ordered(self) -> Benchmarks:
        """All benchmarks of the list in its order, with what the shown columns need."""
        return self.with_needs(self.data.data)

    def with_needs(self, benchmarks: Benchmarks) -> Benchmarks:
        for name in self.layout.columns:
            benchmarks = NEEDS.get(name, _nothing_else)(benchmarks)
        return benchmarks

    def turn_to(self, number: str, *, of: int) -> None:
        """Show one page of as many benchmarks; the nearest one where there is no such page.

        The keys of its rows come first, by an index if one fits; what columns need is then worked out for
        these rows alone, and not for all that stand before them.
        """
        self.paginator = Paginator(self.rows, self.layout.per_page)
        self.paginator.count = of
        self.page = self.paginator.get_page(number)
        keys = self._keys((self.page.number - 1) * self.layout.per_page, of)
        rows = self.with_needs(Benchmark.objects.all()).in_bulk(keys)
        self.page.object_list = BoundRows([rows[key] for key in keys if key in rows], table=self)

    def _keys(self, first: int, of: int) -> list[int]:
        """The keys of the page that begins at this place, looked up from the nearer end of the order."""
        ordered = self.data.data.values_list("pk", flat=True)
        end = min(first + self.layout.per_page, of)
        if first <= of - end:
            return list(ordered[first:end])
        return list(ordered.reverse()[of - end : of - first])[::-1]

    # What sorts them. Every order ends in the key; what has no place in it comes last either way. ---------

    def order_code(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        return benchmarks.order_by(*(("-code", "-pk") if is_descending else ("code", "pk"))), True

    def order_rating(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        """By the scale; what nobody assessed stands on no place of it."""
        return by(NullIf(place("rating", Rating), Value(0)), benchmarks, is_descending)

    def order_position(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        return by(place("position", PositionShown), benchmarks, is_descending)

    def order_freshness(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        """From what stays fresh longest to what is stale longest, and then what was never assessed."""
        until = F("fresh_until")
        if is_descending:
            return benchmarks.order_by(until.asc(nulls_first=True), "-code", "-pk"), True
        return benchmarks.order_by(until.desc(nulls_last=True), "code", "pk"), True

    def order_asked(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        return by(asked_place(), benchmarks, is_descending)

    def order_owner(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        return by(F("owner__name"), benchmarks, is_descending)

    def order_due(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        return by(F("due_on"), benchmarks, is_descending)

    def order_assessed(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        return by(F("rated_on"), benchmarks, is_descending)

    def order_measure(self, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
        return by(place("measure", Benchmark.Measure), benchmarks, is_descending)

    # What an export writes for them ------------------------------

    def value(self, name: str, benchmark: Any) -> str | date:
        """What a column says of a benchmark that came from `ordered`: words, or a day."""
        told = getattr(self, f"value_{name}", None)
        return told(benchmark) if told else str(getattr(benchmark, name))

    def value_rating(self, record: Benchmark) -> str:
        return str(record.get_rating_display())

    def value_position(self, record: Benchmark) -> str:
        return str(record.get_position_display())

    def value_freshness(self, record: Any) -> str:
        return str(Freshness(record.freshness).label)

    def value_asked(self, record: Benchmark) -> str:
        return asked.in_short(record)

    def value_theme(self, record: Benchmark) -> str:
        return "; ".join(str(theme) for theme in record.themes.all())

    def value_addressees(self, record: Benchmark) -> str:
        return "; ".join(str(addressee) for addressee in record.addressees.all())

    def value_owner(self, record: Benchmark) -> str:
        return str(record.owner) if record.owner else ""

    def value_due(self, record: Benchmark) -> str | date:
        return record.due_on or ""

    def value_lifecycle(self, record: Benchmark) -> str:
        return str(record.get_lifecycle_display())

    def value_assessed(self, record: Benchmark) -> str | date:
        """A day; of a date known only in part, what is known."""
        if record.rated_on is None or record.rated_on_precision == Precision.DAY:
            return record.rated_on or ""
        return machine_date(record.rated_on, record.rated_on_precision)

    def value_measure(self, record: Benchmark) -> str:
        return str(record.get_measure_display())


def asked_place() -> Combinable:
    """How many letters ask for it, and where none does, how many note that it is missing."""
    asks = Recommendation.objects.filter(benchmarks=OuterRef("pk")).order_by().values("benchmarks")
    in_mode = {mode: Count("letter", distinct=True, filter=Q(mode=mode)) for mode in Recommendation.Mode}
    place = in_mode[Recommendation.Mode.ASKS] * 1000 + in_mode[Recommendation.Mode.NOTES_ABSENCE]
    return Coalesce(Subquery(asks.annotate(place=place).values("place")), Value(0))


def by(first: Any, benchmarks: Benchmarks, is_descending: bool) -> Ordered:
    """By an expression, and then by code; nothing comes last either way."""
    order = OrderBy(first, descending=is_descending, nulls_last=True)
    return benchmarks.order_by(order, *(("-code", "-pk") if is_descending else ("code", "pk"))), True


def _nothing_else(benchmarks: Benchmarks) -> Benchmarks:
    return benchmarks
