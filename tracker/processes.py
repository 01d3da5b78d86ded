"""Processes by a name that is never reused, so that a leftover is ended and a stranger is not. Linux only."""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

MARK = "TRACKER_RUN"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """One process for ever: numbers are reused, but not with the same start time since the same boot."""

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """Identify a process; None where there is none, or only a zombie."""
        try:
            # The name, in brackets, may hold anything; what follows it is numbers.
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        if fields[0] in "ZX":
            return None
        return cls(pid, int(fields[19]), Path("/proc/sys/kernel/random/boot_id").read_text().strip())

    def runs(self) -> bool:
        """Tell whether it is still there."""
        return Identity.of(self.pid) == self

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if the process is still there."""
        if self.runs():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Make a `preexec_fn` after which the child is sent this signal once its parent is gone.

    The kernel ties this to the *thread* that forked: call Popen from the main thread, which lives on. A
    change of user clears it, and Popen changes the user before it calls this.
    """
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


def end_with_starter(number: signal.Signals) -> None:
    """Send this signal to the calling process itself once whoever started it is gone."""
    starter = os.getppid()
    _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != starter:
        os.kill(os.getpid(), number)


def marked(mark: str) -> list[Identity]:
    """Find every other process which was started with TRACKER_RUN set to `mark`, grandchildren included."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(Identity.of(process.pid))
        except psutil.Error:
            continue
    return [identity for identity in found if identity]


def working_in(directory: Path) -> list[Identity]:
    """Find every process whose working directory this is."""
    found = []
    wanted = directory.resolve()
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()) == wanted:
                found.append(Identity.of(process.pid))
        except psutil.Error:
            continue
    return [identity for identity in found if identity]


def name(pid: int) -> str:
    """Name the program of a process; anybody may know it."""
    return psutil.Process(pid).name()


def shows_where_it_works(pid: int) -> bool:
    """Tell whether one may know a process's working directory: in a container root may not know others'."""
    try:
        psutil.Process(pid).cwd()
    except psutil.AccessDenied:
        return False
    return True


def end(identities: Iterable[Identity], signals: Iterable[signal.Signals], patience: float = 10) -> None:
    """Send each signal in turn to what is left, and wait `patience` seconds after each, until nothing is."""
    left = [identity for identity in identities if identity.runs()]
    for number in signals:
        for identity in left:
            identity.send(number)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = [identity for identity in left if identity.runs()]
    if left:
        raise RuntimeError(f"These processes do not end: {', '.join(str(one.pid) for one in left)}.")


def listener(port: int) -> str:
    """Say who listens on a TCP port of this machine, as far as one may know."""
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
            if connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
            return "a process of another user"
    return "a process which cannot be seen from here"
