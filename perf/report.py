"""The readings side by side, and which targets they meet."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MOST_QUERIES, MOST_RATIO = 15, 1.5
MOST_NAMED = 4

Sample = tuple[float, float]


class Kind(StrEnum):
    """How a reading is judged: pages by their queries and their ratio, what is sent by its ratio alone."""

    PAGE = "page"
    SENT = "sent"
    APART = "apart"  # shown and not judged: it is asked for apart from any page, or is about everything


@dataclass
class Row:
    """What one reading came to in one database: milliseconds on the clock and computed."""

    name: str
    kind: str
    queries: int
    bulk: list[str]
    samples: list[Sample] = field(default_factory=list)

    def percentile(self, percent: int, *, cpu: bool = False) -> float:
        values = [sample[cpu] for sample in self.samples]
        if len(values) < 2:
            return values[0]
        return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass
class Result:
    """One database: how much it holds, and its readings by name."""

    contents: dict[str, int]
    rows: dict[str, Row]
    verification: float = 0
    alone: float = 0
    together: float = 0

    @property
    def size(self) -> int:
        return self.contents["Benchmark"]


def ratio(results: Sequence[Result], name: str) -> float:
    """What the 95th percentile of CPU time is in the last database, to that in the first."""
    first, last = (result.rows[name].percentile(95, cpu=True) for result in (results[0], results[-1]))
    return last / first


def report(results: Sequence[Result], writers: int) -> str:
    heading = f"{'milliseconds: on the clock | computed':<38}"
    sizes = "".join(f"{f'{each.size:,} benchmarks':^34}" for each in results)
    under = "".join(f"{'p50':>9}{'p95':>7} |{'p50':>7}{'p95':>7}  " for _ in results)
    lines = [heading + sizes, " " * 38 + under + f"{'ratio':>6}{'queries':>9}"]
    lines += [line(results, name) for name in results[-1].rows]
    return "\n".join(
        [*lines, *read_in_bulk(results[-1]), "", *facts(results, writers), "", *verdicts(results)]
    )


def line(results: Sequence[Result], name: str) -> str:
    cells = ""
    for row in (result.rows[name] for result in results):
        clock = f"{row.percentile(50):>9,.0f}{row.percentile(95):>7,.0f}"
        cells += f"{clock} |{row.percentile(50, cpu=True):>7,.0f}{row.percentile(95, cpu=True):>7,.0f}  "
    last = results[-1].rows[name]
    note = "  (apart)" if last.kind == Kind.APART else ""
    return f"{name:<38}{cells}{ratio(results, name):>5.2f}×{last.queries:>9}{note}"


def read_in_bulk(result: Result) -> list[str]:
    """Tables and indexes of which a query reads thousands of rows, and in which readings that is."""
    readers: dict[str, list[str]] = {}
    for name, row in result.rows.items():
        for what in row.bulk:
            readers.setdefault(what, []).append(name)
    lines = [f"  {what}: {shortened(names)}" for what, names in sorted(readers.items())]
    return ["", f"Read in bulk with {result.size:,} benchmarks:", *lines] if lines else []


def shortened(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def facts(results: Sequence[Result], writers: int) -> list[str]:
    """What is not a reading: sizes, approvals a second and the seconds a proof takes."""
    told = {
        **{f"{name}s": [each.contents[name] for each in results] for name in results[0].contents},
        **last_steps(results, writers),
    }
    return [f"{name:<38}" + "".join(f"{each:>16,}{'':18}" for each in row) for name, row in told.items()]


def last_steps(results: Sequence[Result], writers: int) -> dict[str, list[int]]:
    """What is asked once, where it was."""
    if not results[0].verification:
        return {}
    return {
        "verify_history, seconds": [round(each.verification) for each in results],
        "approvals a second, one writer": [round(each.alone) for each in results],
        f"approvals a second, {writers} writers": [round(each.together) for each in results],
    }


def verdicts(results: Sequence[Result]) -> list[str]:
    """Each target, and what does not meet it."""
    judged = {name: row for name, row in results[-1].rows.items() if row.kind != Kind.APART}
    pages = {name: row.queries for name, row in judged.items() if row.kind == Kind.PAGE}
    too_many = [f"{name} ({n})" for name, n in pages.items() if n > MOST_QUERIES]
    compared = f"p95 at {results[-1].size:,} at most {MOST_RATIO} times that at {results[0].size:,}"
    ratios = {name: ratio(results, name) for name in judged}
    too_slow = [f"{name} ({each:.2f}×)" for name, each in ratios.items() if each > MOST_RATIO]
    return [
        verdict(f"at most {MOST_QUERIES} queries a page", len(pages), too_many),
        verdict(f"{compared}, of CPU time", len(judged), too_slow),
    ]


def verdict(target: str, of: int, failing: Sequence[str]) -> str:
    if not failing:
        return f"MET: {target}: all {of} readings."
    return f"NOT MET: {target}: {len(failing)} of {of} readings: {', '.join(failing)}."
