"""Time one database: `python -m perf.measure` prints its readings as JSON; `perf.time` compares them.

Readings are of pages as a viewer gets them, of the querysets behind them, and of approvals, the change that
writes most. A page is asked through Django's test client: no network, no gunicorn.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

REPEATS, BUDGET = 15, 20.0  # as many as fit into so many seconds, and three at least
WRITERS, APPROVALS = 8, 80
SLOW = 100.0  # milliseconds from which on the plan of the slowest query is looked at
MANY_ROWS = 5000
A_DAY, A_MOMENT = date(2010, 1, 1), datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """How long one thing takes: medians in milliseconds, its queries, and what its plan reads whole.

    `cpu` is what this process and its database backend computed: on a busy machine it says more than the
    clock. Parallel workers of the database are not in it.
    """

    name: str
    milliseconds: float
    cpu: float
    queries: int
    reads_whole: list[str]


def take(name: str, call: Callable[[], object]) -> Reading:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        call()
    queries = list(captured.captured_queries)  # the next request empties the log
    times: list[float] = []
    cpu: list[float] = []
    while len(times) < 3 or (len(times) < REPEATS and sum(times) < BUDGET):
        started, computed = time.perf_counter(), cpu_seconds()
        call()
        times.append(time.perf_counter() - started)
        cpu.append(cpu_seconds() - computed)
    median = statistics.median(times) * 1000
    slowest = max(queries, key=lambda query: float(query["time"]), default=None)
    whole = read_whole(slowest["sql"]) if slowest and median > SLOW else []
    return Reading(name, median, statistics.median(cpu) * 1000, len(queries), whole)


def cpu_seconds() -> float:
    """What this process has computed, and its database backend where that runs on this machine."""
    from django.db import connection

    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    theirs = int(backend.read_text().split()[0]) / 1e9 if backend.exists() else 0.0
    return time.process_time() + theirs


def read_whole(query: str) -> list[str]:
    """The large tables that the planner reads from end to end for this query, with the rows it expects."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + query.replace("%", "%%"), [])
        [(plan,)] = cursor.fetchall()
    found: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        if node["Node Type"] == "Seq Scan" and node["Plan Rows"] >= MANY_ROWS:
            found.append(f"{node['Relation Name']} ({node['Plan Rows']:,} rows)")
        for child in node.get("Plans", []):
            walk(child)

    walk((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return sorted(set(found))


def readings() -> list[Reading]:
    """Pages and querysets, as a viewer sees them."""
    from django.db.models import Count
    from django.test import Client
    from django.utils import timezone

    from accounts.models import User
    from benchmarks.models import Benchmark, Letter

    viewer = User.objects.filter(role="viewer").order_by("pk")[0]
    client = Client(SERVER_NAME="localhost")
    client.force_login(viewer)
    by_history = Benchmark.objects.annotate(lines=Count("status_events")).order_by("lines", "pk")
    usual, longest = by_history[by_history.count() // 2], by_history.last()
    assert longest is not None
    letter = Letter.objects.order_by("pk")[Letter.objects.count() // 2]
    seen = Benchmark.objects.visible_to(viewer)

    def page(address: str) -> Callable[[], None]:
        def get() -> None:
            status = client.get(address).status_code
            if status != 200:
                raise RuntimeError(f"{address} answers {status}.")

        return get

    return [
        take("list: first page", page("/benchmarks/")),
        take("list: one rating, by title", page("/benchmarks/?rating=met&sort=-title")),
        take("list: search for a word", page("/benchmarks/?q=covenant")),
        take("page: usual history", page(usual.get_absolute_url())),
        take("page: longest history", page(longest.get_absolute_url())),
        take("page: longest, as of a day", page(f"{longest.get_absolute_url()}?as_of={A_DAY}")),
        take("letters: first page", page("/letters/")),
        take("letter: one", page(letter.get_absolute_url())),
        take("all benchmarks, plain", lambda: list(seen.all())),
        take("all, with freshness", lambda: list(seen.with_freshness(timezone.localdate()))),
        take("all, with letters counted", lambda: list(seen.with_asked())),
        take("all, as of a day", lambda: list(seen.as_of(A_DAY))),
        take("all, as of a day, as then known", lambda: list(seen.as_of(A_DAY, known=A_MOMENT))),
        take("fifty, as of a day", lambda: list(seen.order_by("pk").as_of(A_DAY)[:50])),
    ]


def approve(updates: list[int], ready: Any) -> None:
    """Approve these updates, one transaction each, once everybody is ready."""
    from accounts.models import User
    from benchmarks import workflow
    from benchmarks.models import ProgressUpdate

    reviewer = User.objects.filter(role="reviewer").order_by("pk")[0]
    waiting = list(ProgressUpdate.objects.filter(pk__in=updates).order_by("pk"))
    ready.wait()
    for update in waiting:
        workflow.approve(update, reviewer, "The source says so.")
    ready.wait()


def approvals_a_second(writers: int) -> float:
    """Approvals by so many processes at once, each on benchmarks of its own."""
    from django.db import connections

    queues = [submitted(APPROVALS // writers, offset=n) for n in range(writers)]
    connections.close_all()  # a forked process must not share one
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(writers + 1)
    processes = [fork.Process(target=approve, args=(queue, ready)) for queue in queues]
    for process in processes:
        process.start()
    ready.wait()
    started = time.perf_counter()
    ready.wait()
    elapsed = time.perf_counter() - started
    for process in processes:
        process.join()
    return sum(map(len, queues)) / elapsed


def submitted(many: int, *, offset: int) -> list[int]:
    """The keys of new updates that wait for review."""
    from accounts.models import User
    from benchmarks import workflow
    from benchmarks.models import Benchmark, ProgressUpdate, Rating

    author = User.objects.filter(role="contributor").order_by("pk")[0]
    benchmarks = Benchmark.objects.order_by("pk")[offset * many : (offset + 1) * many]
    waiting = []
    for benchmark in benchmarks:
        update = ProgressUpdate(
            benchmark=benchmark,
            author=author,
            happened_on=date(2026, 1, 1),
            narrative="Measured.",
            proposed_rating=Rating.INITIAL,
        )
        waiting.append(workflow.submit(workflow.draft(update), by=author).pk)
    return waiting


def verification() -> float:
    """Seconds that proving the whole history takes. Raises RuntimeError where it does not prove."""
    from benchmarks import verify

    started = time.perf_counter()
    if found := list(verify.findings()):
        raise RuntimeError(f"The history is not as it was written: {found[0]}")
    return time.perf_counter() - started


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from benchmarks.models import Benchmark, Change, StatusEvent
    from perf.fill import refuse_anything_else

    refuse_anything_else()
    result = {
        "benchmarks": Benchmark.objects.count(),
        "lines": StatusEvent.objects.count(),
        "changes": Change.objects.count(),
        "readings": [asdict(reading) for reading in readings()],
        "verification": verification(),
        "alone": approvals_a_second(1),
        "together": approvals_a_second(WRITERS),
    }
    json.dump(result, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
