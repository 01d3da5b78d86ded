"""Compare the tracker with few and with many benchmarks: `python -m perf.time [1000 10000]`.

It starts servers of its own, fills one database a size, and times both in one run on one machine. The ratios
say more than the milliseconds, which are this machine's; they are of CPU time, which other work disturbs
least. Nothing is left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from perf.measure import WRITERS
from tracker import embedded, state
from tracker.programs import CannotStart

CLONE = Path(__file__).resolve().parent.parent
Result = dict[str, Any]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def python(environment: dict[str, str], *arguments: str) -> str:
    """Run Python in the clone and return what it prints. Raises CalledProcessError."""
    command = [sys.executable, *arguments]
    run = subprocess.run(command, cwd=CLONE, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return run.stdout


def measured(servers: embedded.Servers, size: int) -> Result:
    """Make a database of this size on these servers and time it."""
    database = f"perf_{size}"
    with psycopg.connect(servers.database_url(embedded.OWNER, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    environment = {
        **os.environ,
        **embedded.addresses(servers),
        "DATABASE_URL": servers.database_url(embedded.RUNTIME, database),
        "DATABASE_OWNER_URL": servers.database_url(embedded.OWNER, database),
        "TRACKER_ENV": "test",  # plain static files: none need be gathered
        "TRACKER_VAR": str(servers.var),
        "TRACKER_LOG_LEVEL": "ERROR",
    }
    say(f"Filling a database with {size:,} benchmarks")
    python(environment, "manage.py", "migrate", "--verbosity=0")
    say(python(environment, "-m", "perf.generate", str(size)).strip())
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    say("Timing it")
    result: Result = json.loads(python(environment, "-m", "perf.measure"))
    return result


def report(results: list[Result]) -> str:
    """The readings side by side, and what the last column's CPU time is to the first's."""
    first, last = results[0], results[-1]
    sizes = "".join(f"{result['benchmarks']:>18,}" for result in results)
    lines = [f"{'median milliseconds (of them CPU)':<34}{sizes}{'ratio':>9}{'queries':>9}"]
    for number, reading in enumerate(last["readings"]):
        several = [result["readings"][number] for result in results]
        shown = "".join(
            f"{each['milliseconds']:>9,.0f} {'({:,.0f})'.format(each['cpu']):>8}" for each in several
        )
        ratio = several[-1]["cpu"] / several[0]["cpu"]
        lines.append(f"{reading['name']:<34}{shown}{ratio:>8.1f}×{reading['queries']:>9}")
        if reading["reads_whole"]:
            lines.append(f"    its slowest query reads all of {', '.join(reading['reads_whole'])}")
    lines += ["", *(f"{name:<34}{row}" for name, row in counts(results).items())]
    return "\n".join([*lines, "", *comparisons(first, last)])


def comparisons(first: Result, last: Result) -> list[str]:
    """Ratios within one size, in sentences."""
    as_of = cpu(last, "all, as of a day") / cpu(last, "all benchmarks, plain")
    listed = cpu(last, "list: first page") / cpu(last, "page: usual history")
    together, alone = last["together"] / last["alone"], last["alone"] / first["alone"]
    return [
        f"With {last['benchmarks']:,} benchmarks:",
        f"  all of them as of a day take {as_of:.1f}× a plain list of them, in one query;",
        f"  the list page takes {listed:.1f}× a benchmark's page;",
        f"  {WRITERS} writers at once approve {together:.1f}× as much as one alone;",
        f"  one writer approves {alone:.1f}× as much as with {first['benchmarks']:,}.",
    ]


def cpu(result: Result, name: str) -> float:
    return next(float(each["cpu"]) for each in result["readings"] if each["name"] == name)


def counts(results: list[Result]) -> dict[str, str]:
    """What is not a reading: sizes, approvals a second and the seconds a proof takes."""
    rows = {
        "status events": ("lines", ",d"),
        "changes": ("changes", ",d"),
        "verify_history, seconds": ("verification", ",.1f"),
        "approvals a second, one writer": ("alone", ",.0f"),
        f"approvals a second, {WRITERS} writers": ("together", ",.0f"),
    }
    return {
        name: "".join(f"{format(result[key], form):>18}" for result in results)
        for name, (key, form) in rows.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m perf.time", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 10000], metavar="N")
    sizes = parser.parse_args().sizes
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        with tempfile.TemporaryDirectory(prefix="tracker-perf-") as directory:
            var = Path(directory)
            with embedded.running(var, state.Record(var / "started.json")) as servers:
                print(report([measured(servers, size) for size in sizes]))
    except CannotStart as error:
        say(str(error))
        return 1
    except subprocess.CalledProcessError as error:
        say(f"`{' '.join(map(str, error.cmd[1:]))}` failed; it has said why above.")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
