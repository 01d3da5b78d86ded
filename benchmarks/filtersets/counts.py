"""How many benchmarks each choice would show, with the other filters as they are.

The page does not wait for these: they are asked for apart from it, or where somebody says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from benchmarks.filtersets.benchmarks import ANY, BenchmarkFilter, Due, links
from benchmarks.models import Freshness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from benchmarks.models import Benchmark

Numbers = dict[str, int]


def counts(chosen: BenchmarkFilter) -> dict[str, Numbers]:
    """For each filter with choices, each choice's number: 0 where it would show none."""
    numbers = {name: _of(chosen, name) for name in ("lifecycle", "rating", "position")}
    numbers["lifecycle"][ANY] = sum(numbers["lifecycle"].values())
    numbers |= {name: _linked(chosen, name) for name in ("theme", "addressee", "letter", "event")}
    numbers["freshness"] = _under(
        _others(chosen, "freshness"), ((each, each.condition(chosen.today)) for each in Freshness)
    )
    numbers["due"] = _under(_others(chosen, "due"), ((each, each.condition(chosen.today)) for each in Due))
    numbers["owner"] = _owned(chosen)
    return {
        name: {value: found.get(value, 0) for value, _label in chosen.form.fields[name].choices if value}
        for name, found in numbers.items()
    }


def show(chosen: BenchmarkFilter) -> None:
    """Write beside each choice of the form how many it would show."""
    for name, numbers in counts(chosen).items():
        widget = chosen.form.fields[name].widget
        widget.choices = [
            (value, f"{label} ({numbers[value]})" if value else label) for value, label in widget.choices
        ]


def _others(chosen: BenchmarkFilter, name: str) -> QuerySet[Benchmark]:
    """What all filters but this one leave."""
    return chosen.narrowed(without=name).order_by()


def _of(chosen: BenchmarkFilter, field: str) -> Numbers:
    return dict(_others(chosen, field).values_list(field).annotate(n=Count("pk")))


def _under(benchmarks: QuerySet[Benchmark], conditions: Iterable[tuple[str, Q]]) -> Numbers:
    """Counts under several conditions, each benchmark read once."""
    asked = {f"n_{value}": Count("pk", filter=condition) for value, condition in conditions}
    return {name.removeprefix("n_"): number for name, number in benchmarks.aggregate(**asked).items()}


def _linked(chosen: BenchmarkFilter, name: str) -> Numbers:
    """Counts by theme, addressee, letter or event; of those that are offered."""
    values = {each.key: each.value for each in chosen.offered[name]}
    rows, path = links(name)
    seen = rows.filter(**{f"{path}__in": list(values)}, benchmark__in=_others(chosen, name).values("pk"))
    found = seen.values_list(path).annotate(n=Count("benchmark", distinct=True))
    return {values[key]: number for key, number in found}


def _owned(chosen: BenchmarkFilter) -> Numbers:
    """Counts by owner, and of those that nobody owns or somebody who left."""
    grouped = _others(chosen, "owner").values_list("owner", "owner__is_active").annotate(n=Count("pk"))
    found = list(grouped)
    by_key = {str(owner): number for owner, _active, number in found if owner}
    return by_key | {
        "me": by_key.get(str(chosen.request.user.pk), 0),
        "nobody": sum(number for owner, _active, number in found if owner is None),
        "left": sum(number for _owner, active, number in found if active is False),
    }
