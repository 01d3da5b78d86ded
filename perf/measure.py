"""Time one database, reading by reading: `perf.time` starts one such process a database and asks it.

It reads questions from its input, one in JSON a line, and answers each with a line. So two databases can be
asked in turn, and whatever else the machine does meanwhile falls on both.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from perf.readings import Reading

WRITERS, APPROVALS = 8, 80
MANY_ROWS = 5000
# They say nothing to a table.
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def cpu_seconds() -> float:
    """What this process has computed, and its database backend where that runs on this machine."""
    from django.db import connection

    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    theirs = int(backend.read_text().split()[0]) / 1e9 if backend.exists() else 0.0
    return time.process_time() + theirs


def samples(reading: Reading, times: int) -> list[tuple[float, float]]:
    """Milliseconds on the clock and computed, of so many repetitions."""
    found = []
    gc.collect()
    for _ in range(times):
        given = reading.prepare()
        started, computed = time.perf_counter(), cpu_seconds()
        reading.call(given)
        computed, elapsed = cpu_seconds() - computed, time.perf_counter() - started
        found.append((elapsed * 1000, computed * 1000))
    return found


def look(reading: Reading) -> dict[str, Any]:
    """How many queries it takes, and what they read in bulk. It serves as a warm-up, too."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    reading.call(reading.prepare())
    given = reading.prepare()
    with CaptureQueriesContext(connection) as captured:
        reading.call(given)
    queries = [each["sql"] for each in captured.captured_queries]
    queries = [query for query in queries if not query.startswith(AROUND)]
    [(_, computed)] = samples(reading, 1)
    found = sorted({found for query in queries for found in bulk(query)})
    return {"kind": reading.kind, "queries": len(queries), "bulk": found, "cpu": computed}


def bulk(query: str) -> Iterator[str]:
    """The tables and indexes of which this query, asked once more, reads many rows."""
    from django.db import connection

    if not query.startswith(("SELECT", "(", "WITH")):
        return
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query.replace("%", "%%"), [])
        [(plan,)] = cursor.fetchall()
    nodes = [(json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        looked_at = node["Actual Rows"] + sum(node.get(f"Rows Removed by {why}", 0) for why in REMOVED)
        rows = round(looked_at * node["Actual Loops"])
        if "Relation Name" in node and rows >= MANY_ROWS:
            way = node.get("Index Name") if "Only" in node["Node Type"] else node["Relation Name"]
            yield f"{way}: {rows:,} rows by {node['Node Type'].lower()}"


REMOVED = ("Filter", "Index Recheck")


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

    queues = [waiting(APPROVALS // writers, offset=n) for n in range(writers)]
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


def waiting(many: int, *, offset: int) -> list[int]:
    """The keys of new updates that wait for review."""
    from accounts.models import User
    from benchmarks.models import Benchmark
    from perf.readings import submitted

    author = User.objects.filter(role="contributor").order_by("pk")[0]
    active = Benchmark.objects.filter(lifecycle="active").order_by("pk")
    return [submitted(each, author).pk for each in active[offset * many : (offset + 1) * many]]


def verification() -> float:
    """Seconds that proving the whole history takes. Raises RuntimeError where it does not prove."""
    from benchmarks import verify

    started = time.perf_counter()
    if found := list(verify.findings()):
        raise RuntimeError(f"The history is not as it was written: {found[0]}")
    return time.perf_counter() - started


def contents() -> dict[str, int]:
    """How much there is of what."""
    from benchmarks import models

    kinds = ("Benchmark", "Letter", "ProgressUpdate", "StatusEvent", "Change")
    return {name: getattr(models, name).objects.count() for name in kinds}


def answers() -> Iterator[object]:
    """One answer a question."""
    from perf.readings import readings

    named = {reading.name: reading for reading in readings()}
    yield list(named)
    for line in sys.stdin:
        match json.loads(line):
            case ["look", str(name)]:
                yield look(named[name])
            case ["samples", str(name), int(times)]:
                yield samples(named[name], times)
            case ["approvals", int(writers)]:
                yield approvals_a_second(writers)
            case ["verification"]:
                yield verification()
            case ["contents"]:
                yield contents()
            case question:
                raise ValueError(f"Nobody asks {question}.")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from perf.fill import refuse_anything_else

    refuse_anything_else()
    for answer in answers():
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
