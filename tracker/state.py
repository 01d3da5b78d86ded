"""What `make run` keeps in var/: the lock, private files, and a record of what it started."""

import fcntl
import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, SIGTERM
from typing import TextIO

from tracker import processes
from tracker.processes import Identity


class AlreadyRunning(RuntimeError):
    """Somebody else holds var/; the text says who and where."""


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file which only its owner reads; a reader meets the old text or the new, never a half."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def hold(var: Path, note: str) -> TextIO:
    """Hold var/ as long as the returned file is open; the kernel lets go of it however the process ends.

    `note` is what another start is told. Raises AlreadyRunning where somebody holds it.
    """
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(var / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+")
    except PermissionError as error:
        raise RuntimeError(
            f"{error.filename} belongs to another user; run as that user, or remove it."
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        told = file.read().strip() or "it is just starting"
        file.close()
        raise AlreadyRunning(told) from None
    file.truncate()
    file.write(note)
    file.flush()
    return file


@dataclass
class Record:
    """What one start has made outside its own process, written down before it matters."""

    path: Path
    mark: str = field(default_factory=lambda: secrets.token_hex(16))
    directories: list[str] = field(default_factory=list)
    started: list[Identity] = field(default_factory=list)

    def save(self) -> None:
        """Write the record to its file."""
        kept = {
            "mark": self.mark,
            "directories": self.directories,
            "started": [asdict(one) for one in self.started],
        }
        write_private(self.path, json.dumps(kept))

    def add_directory(self, directory: Path) -> None:
        """Remember a directory outside var/."""
        self.directories.append(str(directory))
        self.save()

    def add_process(self, pid: int) -> None:
        """Remember a process."""
        if identity := Identity.of(pid):
            self.started.append(identity)
            self.save()


def end_leftovers(path: Path) -> None:
    """End what a start that was killed has left behind, by its record. Call it holding var/."""
    if not path.is_file():
        return
    kept = json.loads(path.read_text())
    # The programs first, the servers after them: a program may still have a last row to write.
    processes.end(processes.marked(kept["mark"]), [SIGTERM, SIGKILL])
    processes.end([Identity(**one) for one in kept["started"]], [SIGINT, SIGQUIT, SIGKILL])
    for directory in kept["directories"]:
        shutil.rmtree(directory, ignore_errors=True)
    path.unlink()
