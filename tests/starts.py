"""Real starts of the product, as `make run` makes them, for tests which kill them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from tracker import processes

CLONE = Path(__file__).resolve().parent.parent
PATIENCE = 240  # other tests have the machine at the same time


def free_port() -> int:
    """Ask for a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(question: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Ask until the answer is yes; fail with what was waited for."""
    deadline = time.monotonic() + patience
    while not question():
        assert time.monotonic() < deadline, f"waited {patience} s for: {what}"
        time.sleep(0.1)


def living(var: Path) -> list[psutil.Process]:
    """Find every process which was started for this var/, or works in it."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
            started_for = process.environ().get("TRACKER_VAR") == str(var)
            if started_for or Path(process.cwd()).is_relative_to(var):
                found.append(process)
        except psutil.Error:
            continue
    return found


def command(process: psutil.Process) -> str:
    """What a process was started with; nothing of one that ended since it was found."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


class Start:
    """One start with its own var/ and port; what it says goes to a file."""

    def __init__(
        self, var: Path, port: int, command: list[str] | None = None, named: dict[str, str] | None = None
    ) -> None:
        self.var, self.port = var, port
        self.log = var.parent / f"start-{time.monotonic_ns()}.log"
        ours = (
            "TRACKER_",
            "DATABASE_",
            "REDIS_",
            "PYTEST_",
            "MAKE",
            "COV_",
            "SECRET_KEY",
            "EMAIL_URL",
            "PORT",
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                command or [sys.executable, "-m", "tracker.run"],
                cwd=CLONE,
                env=environment | (named or {}) | {"TRACKER_VAR": str(var), "PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=processes.die_with_parent(signal.SIGTERM),  # a killed test run leaves nothing
            )

    def said(self) -> str:
        """Read what it has said so far."""
        return self.log.read_text(errors="replace")

    def until_up(self) -> "Start":
        """Wait until it says where it is."""
        wait_for(lambda: self.process.poll() is not None or "is at http" in self.said(), "the address")
        assert self.process.poll() is None, self.said()
        return self

    def until_gone(self) -> int:
        """Wait until it has ended by itself; its status."""
        return self.process.wait(PATIENCE)

    def send(self, number: signal.Signals, *, to_group: bool = False) -> None:
        """Send a signal as a terminal does, to the group, or as `kill` does."""
        (os.killpg if to_group else os.kill)(self.process.pid, number)

    def stop(self) -> None:
        """Stop it and see that nothing is left."""
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
            self.until_gone()
        assert living(self.var) == []

    def ready(self) -> int:
        """Ask the readiness page for its status; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def part(self, name: str) -> psutil.Process:
        """Find a process of this start by what it is."""
        words = {
            "web": "gunicorn",
            "worker": "tracker.celery worker",
            "beat": "tracker.celery beat",
            "honcho": "tracker.procfile",
            "parent": "tracker.run",
            "postgres": "bin/postgres",
            "redis": "redis-server",
        }
        matching = [each for each in living(self.var) if words[name] in command(each)]
        return min(matching, key=lambda each: (each.create_time(), each.pid))  # the one which forked the rest
