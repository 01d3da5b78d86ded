"""The next event: when it is and how sure that is, and how ready the benchmarks on its agenda are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from benchmarks.dates import Precision
from benchmarks.listed import FEW, Listed
from benchmarks.models import AgendaItem, Benchmark, Event, Freshness

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from accounts.permissions import AnyUser

Certainty = Event.Certainty
# As long as one still counts days, and does not think in weeks.
COUNTED_DAYS = 100


@dataclass(frozen=True)
class Segment:
    """One part of the bar, in percent of its length, as SVG writes it."""

    freshness: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class Readiness:
    """How many benchmarks of an agenda are of which freshness; of those that are active.

    `lapsing` are current today and will be stale when the event begins.
    """

    counts: Mapping[str, int]
    lapsing: int = 0
    inactive: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def behind(self) -> int:
        """How many have to be brought up to date."""
        return self.total - self.counts.get(Freshness.CURRENT, 0)

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Each freshness and how many are of it, in the order of the scale, none left out."""
        return [(each.value, self.counts.get(each, 0)) for each in Freshness]

    @property
    def segments(self) -> list[Segment]:
        drawn, found = 0, []
        for freshness, count in self.parts:
            if count:
                x, width = (f"{100 * n / self.total:.3f}%" for n in (drawn, count))
                found.append(Segment(freshness, count, x, width))
                drawn += count
        return found

    @property
    def only_behind(self) -> str:
        """The one freshness of all that is behind; empty where there are several."""
        kinds = [freshness for freshness, n in self.parts if n and freshness != Freshness.CURRENT]
        return kinds[0] if len(kinds) == 1 else ""


@dataclass(frozen=True)
class NextEvent:
    event: Event
    when: str
    how_sure: str
    readiness: Readiness
    behind: Listed[AgendaItem]


def next_event(user: AnyUser, today: date, *, most: int = FEW) -> NextEvent | None:
    """The event that comes first, with so many of what is to be done for it; None where none is planned."""
    event = Event.objects.visible_to(user).coming(today).select_related("series").first()
    if event is None:
        return None
    readiness = readiness_for(event, user, today)
    rows = list(items_behind(event, user, today)[:most]) if readiness.behind else []
    return NextEvent(
        event, when(event, today), how_sure(event, today), readiness, Listed(rows, readiness.behind)
    )


def readiness_for(event: Event, user: AnyUser, today: date) -> Readiness:
    """Counted in one query. What is not active any more, or not yet, is counted apart."""
    on_agenda: Any = Benchmark.objects.visible_to(user).filter(agenda_items__event=event)
    lapsing = Count("pk", filter=Q(fresh_until__lt=event.starts_on)) if event.starts_on else Value(0)
    grouped = on_agenda.with_freshness(today).order_by().values_list("lifecycle", "freshness")
    counts: Counter[str] = Counter()
    inactive = will_lapse = 0
    for lifecycle, freshness, number, gone in grouped.annotate(n=Count("pk"), gone=lapsing):
        if lifecycle != Benchmark.Lifecycle.ACTIVE:
            inactive += number
            continue
        counts[freshness] = number
        will_lapse += gone if freshness == Freshness.CURRENT else 0
    return Readiness(counts, will_lapse, inactive)


def items_behind(event: Event, user: AnyUser, today: date) -> QuerySet[AgendaItem]:
    """What is to be brought up to date for an event: one's own first, then by priority."""
    active = Benchmark.objects.visible_to(user).filter(lifecycle=Benchmark.Lifecycle.ACTIVE)
    items = AgendaItem.objects.filter(event=event, benchmark__in=active.behind(today).values("pk"))
    mine_first = Case(When(benchmark__owner=user.pk, then=Value(0)), default=Value(1))
    return items.select_related("benchmark__owner").order_by(mine_first, "priority", "pk")


def when(event: Event, today: date) -> str:
    """How far off the event is, no more exactly than its date is known: "in 24 days", "in December 2026"."""
    if event.starts_on is None:
        return _("date not announced")
    if event.starts_on_precision != Precision.DAY:
        has_begun, told = event.starts_on <= today, {"period": event.starts_on_written}
        return _("some day in %(period)s") % told if has_begun else _("in %(period)s") % told
    if event.starts_on < today:
        return _("under way until %(day)s") % {"day": day_in_short(event.ends_on or today, today)}
    days = (event.starts_on - today).days
    if days < 2:
        return _("tomorrow") if days else _("today")
    if days > COUNTED_DAYS:
        return _("on %(day)s") % {"day": event.starts_on_written}
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def how_sure(event: Event, today: date) -> str:
    """How certain that is, in words that follow it: "if 15 December holds", "confirmed"."""
    if event.starts_on is None:
        return "" if event.certainty == Certainty.NOT_ANNOUNCED else str(event.get_certainty_display())
    day = _counted_to(event, today)
    if event.certainty == Certainty.CONFIRMED:
        return _("%(day)s, confirmed") % {"day": day} if day and event.starts_on > today else _("confirmed")
    if event.certainty == Certainty.NOT_ANNOUNCED:
        holds = _("if %(day)s holds") % {"day": day} if day else _("if that holds")
        return _("%(it_holds)s: a placeholder, the date is not announced") % {"it_holds": holds}
    if event.starts_on_precision != Precision.DAY:
        return _("expected, not confirmed")
    return _("if %(day)s holds") % {"day": day} if day else _("if that day holds")


def _counted_to(event: Event, today: date) -> str:
    """The day to which `when` counts; empty where it names the date itself."""
    day = event.starts_on
    if day is None or event.starts_on_precision != Precision.DAY or (day - today).days > COUNTED_DAYS:
        return ""
    return day_in_short(day, today)


def day_in_short(day: date, today: date) -> str:
    """A day without its year, where nobody would take it for another year's."""
    return date_format(day, "j F" if day.year == today.year else "j F Y")
