"""What tests of the end of benchmarks have in common."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from benchmarks import succession
from benchmarks.models import AgendaItem, Benchmark, Change, Event, Succession
from benchmarks.succession import Plan
from tests.make import make_event

DAY = date(2024, 1, 1)


def plan_of(
    kind: Succession.Kind, old: list[Benchmark], new: list[Benchmark], *, retires: bool = True
) -> Plan:
    return Plan(kind, old, new, DAY, "It says it better.", retires)


def carry_out(plan: Plan, by: User) -> None:
    """What the page does: look, then confirm what was seen."""
    succession.carry_out(plan, seal=succession.outlook(plan, by=by).seal, by=by)


def kinds() -> list[str]:
    return list(Change.objects.order_by("no").values_list("kind", flat=True))


def agenda(event: Event) -> dict[str, tuple[str, int]]:
    """Who stands on an agenda, with ask and priority."""
    items = AgendaItem.objects.filter(event=event).select_related("benchmark")
    return {item.benchmark.code: (item.ask, item.priority) for item in items}


def coming(by: User, **fields: Any) -> Event:
    return make_event(by, **{"starts_on": timezone.localdate() + timedelta(days=30)} | fields)
