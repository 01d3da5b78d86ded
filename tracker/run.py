"""`make run`: servers, database, demonstration data, programs; and none of them left when it ends."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGKILL, SIGTERM
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tracker import embedded, processes, state
from tracker.install import CLONE, fingerprint, say
from tracker.procfile import KILL_WAIT
from tracker.programs import CannotStart

Environment = dict[str, str]
WEB_PATIENCE = 60


def leave(number: int, frame: object) -> None:
    """Leave by way of every `finally`, and let no second signal cut that short."""
    for each in (SIGINT, SIGTERM, SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(0)


def main() -> int:
    """Run until a signal, or until a part ends by itself, which is status 1."""
    for number in (SIGINT, SIGTERM, SIGHUP):
        signal.signal(number, leave)
    if "MAKELEVEL" in os.environ:
        processes.end_with_starter(SIGTERM)  # make may be killed without a word to us
    os.umask(0o077)
    var = Path(os.environ.get("TRACKER_VAR", CLONE / "var")).absolute()
    port = chosen_port()
    try:
        with state.hold(var, f"http://127.0.0.1:{port}/ (process {os.getpid()})"):
            state.end_leftovers(var / "started.json")
            insist_on_port(port)
            return run(var, port)
    except state.AlreadyRunning as error:
        say(f"It runs already: {error}")
    except (CannotStart, RuntimeError) as error:
        say(str(error))
    return 1


def chosen_port() -> int:
    """Read PORT, 8000 unless given. Ends the program with a word where it is no port."""
    given = os.environ.get("PORT", "8000")
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= 65535):
        say(f"PORT={given} is no port: it takes a number from 1 to 65535.")
        raise SystemExit(1)
    return int(given)


def insist_on_port(port: int) -> None:
    """Raise CannotStart where another program has the port, and say which."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(f"Port {port} is not for an ordinary user. Try `PORT=8123 make run`.") from None
        except OSError:
            who = processes.listener(port)
            raise CannotStart(f"Port {port} is taken by {who}. Try `PORT=8123 make run`.") from None


def run(var: Path, port: int) -> int:
    """Start everything in its order, and stop it in the reverse one: the servers last."""
    record = state.Record(var / "started.json")
    record.save()
    with ExitStack() as stack:
        stack.callback(record.path.unlink, missing_ok=True)
        environment = local_environment(var, port, record.mark)
        say_which_servers(environment)
        servers = stack.enter_context(embedded.standing_in(var, record, environment))
        prepare(var, environment)
        honcho = stack.enter_context(programs(environment, record))
        wait_for_web(honcho, port)
        announce(var, port)
        return watch(honcho, servers)


def say_which_servers(environment: Environment) -> None:
    """Tell which servers start here, and which are those the environment names."""
    for server, name in {"PostgreSQL": "DATABASE_URL", "Redis": "REDIS_URL"}.items():
        say(f"Using the {server} of {name}" if name in environment else f"Starting {server}")


def local_environment(var: Path, port: int, mark: str) -> Environment:
    """Say to settings and Procfile what a local start is."""
    key = var / "secret-key"
    if not key.is_file():
        state.write_private(key, secrets.token_urlsafe(50))
    mail_port = embedded.free_port()
    state.write_private(var / "email-url", f"smtp://127.0.0.1:{mail_port}\n")
    binaries = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "TRACKER_ENV": os.environ.get("TRACKER_ENV", "local"),
        "TRACKER_VAR": str(var),
        "TRACKER_MAIL_PORT": str(mail_port),
        "PORT": str(port),
        processes.MARK: mark,
    }


def prepare(var: Path, environment: Environment) -> None:
    """Bring the database to this version, fill an empty one, and gather the static files."""
    say("Bringing the database up to date")
    manage(environment, "migrate", "--verbosity=0")
    if "DATABASE_OWNER_URL" in os.environ:  # the embedded server has granted it by default
        manage(environment, "grant_runtime_role", urlsplit(environment["DATABASE_URL"]).username or "")
    if environment["TRACKER_ENV"] != "production" and is_empty(environment["DATABASE_URL"]):
        say("Loading the demonstration data")
        manage(environment, "load_demo")
    gather_static_files(var, environment)


def gather_static_files(var: Path, environment: Environment) -> None:
    """Gather and hash the static files, unless they are as the last start left them."""
    stamp = var / "static-gathered"
    installed = [CLONE / "node_modules/.installed", Path(sys.prefix) / ".installed"]
    own = [
        CLONE / "tracker/settings.py",
        *sorted(path for path in (CLONE / "static").rglob("*") if path.is_file()),
    ]
    made_from = fingerprint(path for path in [*installed, *own] if path.is_file())
    if not stamp.is_file() or stamp.read_text() != made_from:
        say("Gathering the static files")
        manage(environment, "collectstatic", "--no-input", "--clear", "--verbosity=0")
        stamp.write_text(made_from)


def is_empty(database: str) -> bool:
    """Tell whether nobody has used this database yet."""
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT FROM accounts_user LIMIT 1").fetchone() is None


def manage(environment: Environment, *arguments: str) -> None:
    """Run a management command. Raises CannotStart where it fails; it has said why."""
    command = [sys.executable, "manage.py", *arguments]
    if subprocess.run(command, cwd=CLONE, env=environment, check=False).returncode:
        raise CannotStart(f"`manage.py {arguments[0]}` failed.")


@contextmanager
def programs(environment: Environment, record: state.Record) -> Iterator[subprocess.Popen[bytes]]:
    """Run the Procfile in a session of its own: a signal at the terminal reaches this process first."""
    say("Starting web, worker, beat and mail sink")
    # What the owner may do, web and worker may not.
    theirs = {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}
    honcho = subprocess.Popen(
        [sys.executable, "-m", "tracker.procfile"],
        cwd=CLONE,
        env=theirs,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=processes.die_with_parent(SIGTERM),
    )
    record.add_process(honcho.pid)
    try:
        yield honcho
    finally:
        honcho.terminate()
        try:
            honcho.wait(KILL_WAIT + 5)
        except subprocess.TimeoutExpired:
            honcho.kill()
            honcho.wait()
        # honcho itself may have been killed, and cannot have ended its programs then.
        processes.end(processes.marked(record.mark), [SIGTERM, SIGKILL])


def wait_for_web(honcho: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the first page comes. Raises CannotStart where it does not."""
    deadline = time.monotonic() + WEB_PATIENCE
    while time.monotonic() < deadline and honcho.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise CannotStart("The web process does not answer; it has said why above.")


def announce(var: Path, port: int) -> None:
    """Say where it is and how to get in."""
    accounts = var / "demo-accounts.txt"
    say(f"\nThe benchmark tracker is at http://127.0.0.1:{port}/")
    if accounts.is_file():
        say(f"The demonstration accounts are in {accounts}: mail address, password, role.")
    say("Ctrl-C stops it.\n")


def watch(honcho: subprocess.Popen[bytes], servers: Mapping[str, subprocess.Popen[str]]) -> int:
    """Watch until a part ends by itself, and say which."""
    parts: dict[str, subprocess.Popen[Any]] = {"honcho": honcho, **servers}
    while True:
        for name, process in parts.items():
            if process.poll() is not None:
                say(f"{name} ended unasked ({process.returncode}); stopping the rest.")
                return 1
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
