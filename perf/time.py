"""Compare the tracker with few and with many benchmarks: `python -m perf.time [1000 50000]`.

It starts servers of its own, fills one database a size, and times them in turn, so that what else the machine
does falls on each of them. It says which targets are met; its exit status is 0 either way. The ratios say
more than the milliseconds, which are this machine's; they are of CPU time, which other work disturbs least.
Nothing is left behind, unless `--keep` names a directory for the databases, to be timed again from there.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from perf.measure import WRITERS
from perf.report import Result, Row, report
from tracker import embedded, state
from tracker.programs import CannotStart

CLONE = Path(__file__).resolve().parent.parent
ROUNDS, IN_A_ROUND = 8, 5  # repetitions of each reading, the databases in turn
SLOW, FEW = 400.0, 3  # what takes so many milliseconds is repeated so many times
# Backends are asked what they computed; they are to compute all of it themselves.
ALONE = "-c max_parallel_workers_per_gather=0"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def python(environment: dict[str, str], *arguments: str) -> str:
    """Run Python in the clone and return what it prints. Raises CalledProcessError."""
    command = [sys.executable, *arguments]
    run = subprocess.run(command, cwd=CLONE, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return run.stdout


def environment(servers: embedded.Servers, size: int) -> dict[str, str]:
    """The environment in which a database of this size is the tracker's."""
    database = f"perf_{size}"
    return {
        **os.environ,
        **embedded.addresses(servers),
        "DATABASE_URL": servers.database_url(embedded.RUNTIME, database),
        "DATABASE_OWNER_URL": servers.database_url(embedded.OWNER, database),
        "TRACKER_ENV": "test",  # plain static files: none need be gathered
        "TRACKER_VAR": str(servers.var),
        "TRACKER_LOG_LEVEL": "ERROR",
    }


def fill(servers: embedded.Servers, size: int) -> None:
    """Make a database of this size where there is none yet; bring it up to date where there is one."""
    given, is_new = environment(servers, size), create(servers, f"perf_{size}")
    python(given, "manage.py", "migrate", "--verbosity=0")
    if is_new:
        say(f"Filling a database with {size:,} benchmarks")
        say(python(given, "-m", "perf.generate", str(size)).strip())
    with psycopg.connect(given["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def create(servers: embedded.Servers, database: str) -> bool:
    """Make a database; False where there is one already."""
    with psycopg.connect(servers.database_url(embedded.OWNER, "postgres"), autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            return False
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    return True


@dataclass
class Meter:
    """A process of `perf.measure`, which answers one question at a time."""

    process: subprocess.Popen[str]

    def answer(self) -> Any:
        """Raises CalledProcessError where it ended instead."""
        assert self.process.stdout is not None
        if line := self.process.stdout.readline():
            return json.loads(line)
        raise subprocess.CalledProcessError(self.process.wait(), self.process.args)

    def ask(self, *question: object) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return self.answer()


@contextmanager
def meter(given: dict[str, str]) -> Iterator[Meter]:
    process = subprocess.Popen(
        [sys.executable, "-m", "perf.measure"],
        cwd=CLONE,
        env={**given, "PGOPTIONS": ALONE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Meter(process)
    finally:
        process.kill()
        process.wait()


def measured(meters: Sequence[Meter], only: str) -> list[Result]:
    """Every reading of each database, in turn; or those whose names hold a text."""
    every = [meter.answer() for meter in meters]
    names = [name for name in every[0] if only in name]
    results = [Result(meter.ask("contents"), {}) for meter in meters]
    say(f"Timing {len(names)} readings")
    for name in names:
        looks = [meter.ask("look", name) for meter in meters]
        is_slow = max(look.pop("cpu") for look in looks) > SLOW
        for result, look in zip(results, looks, strict=True):
            result.rows[name] = Row(name, **look)
        for _ in range(FEW if is_slow else ROUNDS):
            for result, meter in zip(results, meters, strict=True):
                found = meter.ask("samples", name, 1 if is_slow else IN_A_ROUND)
                result.rows[name].samples += [(clock, cpu) for clock, cpu in found]
    return results


def finish(results: Sequence[Result], meters: Sequence[Meter]) -> None:
    """What takes long and is asked once: approvals, and the proof that all is as it was written."""
    for result, meter in zip(results, meters, strict=True):
        result.alone, result.together = meter.ask("approvals", 1), meter.ask("approvals", WRITERS)
    say("Proving the history of each")
    for result, meter in zip(results, meters, strict=True):
        result.verification = meter.ask("verification")


def run(var: Path, given: argparse.Namespace) -> None:
    record = state.Record(var / "started.json")
    with embedded.running(var, record, durable=False) as servers:  # nobody waits for the disk to fill it
        for size in given.sizes:
            fill(servers, size)
    with embedded.running(var, record) as servers, ExitStack() as stack:
        environments = [environment(servers, size) for size in given.sizes]
        meters = [stack.enter_context(meter(each)) for each in environments]
        results = measured(meters, given.only)
        if not given.only:
            finish(results, meters)
        print(report(results, WRITERS))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m perf.time", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 50000], metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="keep the databases there")
    parser.add_argument("--only", default="", metavar="TEXT", help="readings whose names hold this text")
    given = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        with ExitStack() as stack:
            var = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-perf-")))
            var.mkdir(parents=True, exist_ok=True)
            stack.enter_context(state.hold(var.absolute(), f"python -m perf.time, process {os.getpid()}"))
            run(var.absolute(), given)
    except (CannotStart, state.AlreadyRunning) as error:
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
