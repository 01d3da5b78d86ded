"""PostgreSQL and Redis from wheels, for `make run` and the tests, where no other servers are named.

`python -m tracker.embedded` keeps both running until Ctrl-C and prints where they are;
`python -m tracker.embedded -- COMMAND …` runs one command against them. Both use var/, or TRACKER_VAR.
"""

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, SIGTERM
from urllib.parse import quote

import psycopg
import redis
from psycopg import sql

from tracker import processes, state
from tracker.programs import Account, CannotStart, Programs

OWNER, RUNTIME, SUPERUSER = "tracker_owner", "tracker_app", "postgres"
DATABASE = "tracker"
PATIENCE = 60  # seconds until a server which starts must answer; recovery after a crash takes a while


def short_directory() -> Path:
    """Make a private directory with a short path: a socket's address holds 107 bytes."""
    candidates = [
        os.environ.get("XDG_RUNTIME_DIR", "") if os.geteuid() else "",
        "/tmp",  # noqa: S108 - what is made there is private
        tempfile.gettempdir(),
    ]
    for base in candidates:
        if base and len(base) < 60 and os.access(base, os.W_OK | os.X_OK):
            return Path(tempfile.mkdtemp(prefix="tracker-", dir=base))
    raise CannotStart("There is no directory with a short path to write to; /tmp is missing.")


def passwords(var: Path) -> dict[str, str]:
    """Read the servers' passwords, or make them up once."""
    path = var / "passwords.json"
    if not path.is_file():
        made = {name: secrets.token_urlsafe(24) for name in (SUPERUSER, OWNER, RUNTIME, "redis")}
        state.write_private(path, json.dumps(made))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


@dataclass
class Servers:
    """The servers of one var/, as long as its `with` block runs."""

    var: Path
    durable: bool
    record: state.Record
    short: Path
    account: Account
    programs: Programs
    passwords: dict[str, str]
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    redis_port: int = 0

    @property
    def sockets(self) -> Path:
        """The directory of PostgreSQL's socket."""
        return self.short / "s"

    def database_url(self, role: str, database: str = DATABASE) -> str:
        """Give the address of the database for a role."""
        return (
            f"postgresql://{role}:{self.passwords[role]}@/{database}?host={quote(str(self.sockets), safe='')}"
        )

    @property
    def redis_url(self) -> str:
        """The address of Redis; the databases 0 to 63 are there."""
        return f"redis://:{self.passwords['redis']}@127.0.0.1:{self.redis_port}/0"

    def log(self, name: str) -> Path:
        """Name the log of a server."""
        return self.var / f"{name}.log"

    def start(self, name: str, command: list[str], number: signal.Signals, cwd: Path, text: str = "") -> None:
        """Start one server and write down that it runs."""
        with self.log(name).open("w") as out:
            process = self.account.popen(command, number, cwd, out)
        self.running[name] = process
        self.record.add_process(process.pid)
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        process.stdin.write(text)
        process.stdin.close()

    def wait_for(self, name: str, question: Callable[[], object], not_yet: type[Exception]) -> None:
        """Ask until the server answers. Raises CannotStart with the end of its log where it does not."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.running[name].poll() is None:
            try:
                question()
            except not_yet:
                time.sleep(0.05)
            else:
                return
        tail = "\n".join(self.log(name).read_text(errors="replace").splitlines()[-12:])
        raise CannotStart(f"{name} does not start. The end of {self.log(name)}:\n{tail}")

    def stop(self, name: str, *signals: signal.Signals) -> None:
        """Stop one server, ever less politely, and reap it."""
        process = self.running[name]
        for number in signals:
            process.send_signal(number)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                continue
            return


def data_path(servers: Servers, data: Path) -> str:
    """Name a data directory so that the servers' user reaches it.

    It may lie under a directory closed to that user. It is the server's working directory, and /proc/self/cwd
    leads there without passing through what is above it.
    """
    return "/proc/self/cwd" if servers.account.dropped else str(data)


def initialise_postgres(servers: Servers, data: Path) -> None:
    """Make a new cluster beside its place and move it there when complete: half a cluster is never found."""
    new = data.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    servers.account.own(new)
    password = servers.short / "password"
    state.write_private(password, servers.passwords[SUPERUSER])
    servers.account.own(password)
    command = [
        str(servers.programs.initdb),
        "-D",
        data_path(servers, new),
        "-U",
        SUPERUSER,
        f"--pwfile={password}",
    ]
    command += ["-A", "scram-sha-256", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += [] if servers.durable else ["--no-sync"]
    with servers.log("initdb").open("w") as out:
        process = servers.account.popen(command, SIGKILL, new, out)
    servers.record.add_process(process.pid)
    process.communicate()
    password.unlink()
    if process.returncode:
        raise CannotStart(f"initdb failed:\n{servers.log('initdb').read_text(errors='replace')}")
    new.rename(data)


def make_way(data: Path) -> None:
    """End a server which still works in this directory, and remove a postmaster.pid which names a stranger.

    PostgreSQL clears away the file of a process which is gone, and looks whether that one's memory is still
    in use; but it refuses to start where the number now belongs to somebody else. Raises CannotStart where
    that somebody is a PostgreSQL of which one may not know where it works: two on one directory ruin it.
    """
    processes.end(processes.working_in(data), [SIGINT, SIGQUIT, SIGKILL])
    file = data / "postmaster.pid"
    named = int(file.read_text().partition("\n")[0] or 0) if file.exists() else 0
    if not named or not processes.Identity.of(named):
        return
    if processes.name(named) == "postgres" and not processes.shows_where_it_works(named):
        raise CannotStart(f"Process {named} may still serve {data}. End it, or remove {file} if it does not.")
    file.unlink()


@contextmanager
def postgres(servers: Servers) -> Iterator[None]:
    """Run PostgreSQL over a socket in a closed directory."""
    data = servers.var / "postgres"
    if not data.exists():
        initialise_postgres(servers, data)
    make_way(data)
    servers.sockets.mkdir()
    servers.account.own(servers.sockets)
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(servers.sockets),
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        "max_connections": "100",
    }
    if not servers.durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [str(servers.programs.postgres), "-D", data_path(servers, data), *settings]
    servers.start("postgres", command, SIGINT, data)
    try:
        server = servers.database_url(SUPERUSER, "postgres")
        servers.wait_for("postgres", lambda: psycopg.connect(server).close(), psycopg.OperationalError)
        make_roles(servers)
        yield
    finally:
        servers.stop("postgres", SIGINT, SIGQUIT, SIGKILL)


def make_roles(servers: Servers) -> None:
    """Make the owner, the runtime role and the database, whatever part of them an earlier start has made."""
    with psycopg.connect(servers.database_url(SUPERUSER, "postgres"), autocommit=True) as server:
        for role, power in ((OWNER, "CREATEDB"), (RUNTIME, "NOCREATEDB")):
            exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            statement = (
                "ALTER ROLE {} LOGIN {} PASSWORD {}" if exists else "CREATE ROLE {} LOGIN {} PASSWORD {}"
            )
            secret = sql.Literal(servers.passwords[role])
            server.execute(sql.SQL(statement).format(sql.Identifier(role), sql.SQL(power), secret))
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        server.execute(f"REVOKE TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC")
    # The databases which tests make are copies of template1.
    for database in ("template1", DATABASE):
        with psycopg.connect(servers.database_url(SUPERUSER, database)) as connection:
            grant_by_default(connection)


def grant_by_default(connection: psycopg.Connection) -> None:
    """Let the runtime role use, but not change, whatever tables the owner makes from now on."""
    default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT"
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    connection.execute(f"{default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {RUNTIME}")
    connection.execute(f"{default} USAGE, SELECT ON SEQUENCES TO {RUNTIME}")


def free_port() -> int:
    """Ask the kernel for a loopback port which is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def redis_server(servers: Servers) -> Iterator[None]:
    """Run Redis on a loopback port. Its configuration comes through a pipe: all may read a command line."""
    data = servers.var / "redis"
    data.mkdir(exist_ok=True)
    servers.account.own(data)
    processes.end(processes.working_in(data), [SIGTERM, SIGKILL])
    servers.redis_port = free_port()
    lines = [
        "bind 127.0.0.1",
        f"port {servers.redis_port}",
        f"requirepass {servers.passwords['redis']}",
        "databases 64",
        "daemonize no",
        "maxmemory-policy noeviction",
        'save ""',
        f"appendonly {'yes' if servers.durable else 'no'}",
    ]
    servers.start("redis", [str(servers.programs.redis), "-"], SIGTERM, data, "\n".join(lines) + "\n")
    try:
        with redis.Redis.from_url(servers.redis_url) as client:
            servers.wait_for("redis", client.ping, redis.RedisError)
        yield
    finally:
        servers.stop("redis", SIGTERM, SIGKILL)


@contextmanager
def running(
    var: Path,
    record: state.Record,
    *,
    with_postgres: bool = True,
    with_redis: bool = True,
    durable: bool = True,
) -> Iterator[Servers]:
    """Run the servers whose data lie in `var`, which the caller holds, as long as the block runs.

    `durable=False` is for data nobody will miss: PostgreSQL then does not wait for the disk. Call it from the
    main thread. Raises CannotStart.
    """
    short = short_directory()
    record.add_directory(short)
    account = Account.choose(var / "postgres")
    # Others pass through to the socket's own directory, which is closed to them, and see no list.
    short.chmod(0o711 if account.dropped else 0o700)
    try:
        programs = Programs.find(account, short)
        servers = Servers(var, durable, record, short, account, programs, passwords(var))
        with ExitStack() as stack:
            if with_postgres:
                stack.enter_context(postgres(servers))
            if with_redis:
                stack.enter_context(redis_server(servers))
            yield servers
    finally:
        shutil.rmtree(short, ignore_errors=True)


def addresses(servers: Servers) -> dict[str, str]:
    """Give the addresses of the servers which run, under the names settings know them by."""
    given = {}
    if "postgres" in servers.running:
        given["DATABASE_URL"] = servers.database_url(RUNTIME)
        given["DATABASE_OWNER_URL"] = servers.database_url(OWNER)
    if "redis" in servers.running:
        given["REDIS_URL"] = servers.redis_url
    return given


@contextmanager
def written_addresses(servers: Servers) -> Iterator[None]:
    """Keep the addresses where settings find them, so that commands in another shell meet these servers."""
    files = {
        servers.var / name.lower().replace("_", "-"): value for name, value in addresses(servers).items()
    }
    try:
        for file, value in files.items():
            state.write_private(file, value + "\n")
        yield
    finally:
        for file in files:
            file.unlink(missing_ok=True)


@contextmanager
def standing_in(
    var: Path, record: state.Record, environment: MutableMapping[str, str], *, durable: bool = True
) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Run the servers which the environment does not name, and name them in it; what runs, by name."""
    missing = {
        "with_postgres": "DATABASE_URL" not in environment,
        "with_redis": "REDIS_URL" not in environment,
    }
    if not any(missing.values()):
        yield {}
        return
    with running(var, record, durable=durable, **missing) as servers, written_addresses(servers):
        environment.update(addresses(servers))
        yield servers.running


def main() -> int:
    """Run the servers until a signal, or as long as one command runs."""
    parser = argparse.ArgumentParser(prog="python -m tracker.embedded", description=__doc__)
    parser.add_argument("command", nargs="*", help="a command to run with DATABASE_URL and REDIS_URL set")
    command = parser.parse_args().command
    for number in (SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    default = Path(__file__).resolve().parent.parent / "var"
    var = Path(os.environ.get("TRACKER_VAR", default)).absolute()
    try:
        with state.hold(var, f"python -m tracker.embedded, process {os.getpid()}"):
            state.end_leftovers(var / "started.json")
            record = state.Record(var / "started.json")
            with running(var, record) as servers, written_addresses(servers):
                status = serve(servers, command)
            record.path.unlink()
            return status
    except state.AlreadyRunning as error:
        print(f"{var} is in use: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def serve(servers: Servers, command: list[str]) -> int:
    """Run the command against the servers, or print where they are and wait until one of them ends."""
    if command:
        return subprocess.call(command, env={**os.environ, **addresses(servers)})
    for name, value in addresses(servers).items():
        print(f"export {name}='{value}'", flush=True)
    while all(process.poll() is None for process in servers.running.values()):
        time.sleep(0.2)
    return 1


if __name__ == "__main__":
    sys.exit(main())
