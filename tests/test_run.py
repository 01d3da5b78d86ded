"""`make run`, really started: what it says, what it keeps, what it leaves behind, and how it comes back."""

import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM

import psycopg
import pytest

from tests.starts import CLONE, Start, free_port, living, wait_for
from tracker import embedded, state

# The packages are there, or these tests would not run: the set-up is left out.
MAKE_RUN = ["make", "--old-file=setup", "run"]

pytestmark = [pytest.mark.xdist_group("run"), pytest.mark.timeout(600)]


class Starts:
    """Starts on one var/, one after the other: a start takes seconds, and most tests harm none."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.current: Start | None = None

    def up(self, command: list[str] | None = None) -> Start:
        """Give the start which is up, or make one; with a command, a new one in any case."""
        if command:
            self.down()
        if self.current is None or self.current.process.poll() is not None:
            self.current = Start(self.var, free_port(), command)
        return self.current.until_up()

    def down(self) -> None:
        """Stop what is up, and see that nothing is left."""
        if self.current:
            self.current.stop()
        self.current = None


@pytest.fixture(scope="module")
def starts() -> Iterator[Starts]:
    """A new var/, in a path with spaces that is closed to everyone else."""
    closed = Path(tempfile.mkdtemp(prefix="tracker run ", dir="/tmp"))
    made = Starts(closed / "var")
    try:
        yield made
        made.down()
    finally:
        for process in living(made.var):
            process.kill()
        shutil.rmtree(closed)


@pytest.fixture
def var(starts: Starts) -> Path:
    return starts.var


@pytest.fixture
def start(starts: Starts) -> Start:
    return starts.up()


def database_url(var: Path) -> str:
    """Read where the running start's database is, as another shell would."""
    return (var / "database-url").read_text().strip()


def commit_a_row(var: Path) -> str:
    """Commit one row as the runtime role; its key."""
    key = secrets.token_hex(16)
    with psycopg.connect(database_url(var)) as connection:
        connection.execute("INSERT INTO django_session VALUES (%s, '', now())", [key])
    return key


def has_row(var: Path, key: str) -> bool:
    """Look the row up."""
    with psycopg.connect(database_url(var)) as connection:
        found = connection.execute("SELECT FROM django_session WHERE session_key = %s", [key]).fetchone()
    return found is not None


def test_a_start_says_where_it_is_and_how_to_get_in(var: Path, start: Start) -> None:
    accounts = var / "demo-accounts.txt"
    assert f"http://127.0.0.1:{start.port}/" in start.said()
    assert str(accounts) in start.said()
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    people = [line.split() for line in accounts.read_text().splitlines()]
    assert {(email.partition("@")[0], role) for email, password, role in people} == {
        ("alice", "contributor"),
        ("abel", "contributor"),
        ("rosa", "reviewer"),
        ("omar", "reviewer"),
        ("ada", "administrator"),
        ("victor", "viewer"),
    }


def test_beat_and_worker_run_from_the_start(start: Start) -> None:
    wait_for(lambda: start.ready() == 200, "readiness", patience=60)


@pytest.mark.promise("H1")
def test_web_and_worker_do_not_know_the_owners_password(var: Path, start: Start) -> None:
    password = psycopg.conninfo.conninfo_to_dict((var / "database-owner-url").read_text().strip())["password"]
    assert isinstance(password, str)
    for name in ("web", "worker", "beat", "honcho"):
        environment = start.part(name).environ()
        assert "DATABASE_URL" in environment
        assert password not in " ".join(environment.values())


def test_secrets_in_var_are_for_its_owner_alone(var: Path, start: Start) -> None:
    for name in ("database-url", "database-owner-url", "redis-url", "secret-key", "passwords.json", "lock"):
        assert stat.S_IMODE((var / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_a_second_start_makes_nothing_anew_and_keeps_the_data(starts: Starts, start: Start) -> None:
    key = commit_a_row(starts.var)
    starts.down()
    again = starts.up()
    assert has_row(starts.var, key)
    assert "Loading" not in again.said()
    assert "Gathering" not in again.said()


def test_of_two_starts_the_second_says_that_and_where_it_runs(var: Path, start: Start) -> None:
    second = Start(var, free_port())
    assert second.until_gone() == 1
    assert f"It runs already: http://127.0.0.1:{start.port}/" in second.said()
    assert start.process.poll() is None


def test_a_taken_port_is_named_with_who_has_it(starts: Starts, var: Path) -> None:
    starts.down()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = Start(var, other.getsockname()[1])
        assert refused.until_gone() == 1
        assert f"Port {other.getsockname()[1]} is taken by " in refused.said()
        assert f"(process {os.getpid()})" in refused.said()
    assert living(var) == []


@pytest.mark.parametrize(
    ("number", "to_group"),
    [(SIGINT, True), (SIGTERM, False), (SIGHUP, True)],
    ids=["Ctrl-C", "SIGTERM to make", "a closed terminal"],
)
def test_it_leaves_no_process_behind(starts: Starts, number: signal.Signals, to_group: bool) -> None:
    var, start = starts.var, starts.up(MAKE_RUN)
    start.send(number, to_group=to_group)
    start.until_gone()
    wait_for(lambda: living(var) == [], "an end of every process", patience=5)
    assert not (var / "database-url").exists()


def test_a_killed_make_takes_everything_with_it(starts: Starts, var: Path) -> None:
    start = starts.up(MAKE_RUN)
    start.send(signal.SIGKILL)
    wait_for(lambda: living(var) == [], "an end of every process", patience=40)


def test_a_signal_while_it_sets_up_leaves_nothing_either(starts: Starts, var: Path) -> None:
    starts.down()
    start = Start(var, free_port())
    wait_for(lambda: "Bringing the database" in start.said(), "the migration")
    start.send(SIGTERM)
    start.until_gone()
    wait_for(lambda: living(var) == [], "an end of every process", patience=5)


def test_servers_which_are_named_are_used_and_none_are_started(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    with embedded.running(own, state.Record(own / "started.json"), durable=False) as servers:
        named = embedded.addresses(servers)
        fill(named)
        start = Start(tmp_path / "var", free_port(), named=named).until_up()
        try:
            wait_for(lambda: start.ready() == 200, "readiness", patience=60)
            assert "Starting PostgreSQL" not in start.said()
            assert not (tmp_path / "var/postgres").exists()
            assert not (tmp_path / "var/database-url").exists()
            for name in ("web", "worker", "beat"):
                assert servers.passwords[embedded.OWNER] not in " ".join(start.part(name).environ().values())
        finally:
            start.stop()


def fill(named: dict[str, str]) -> None:
    """Bring a database up to date and put an account into it: nobody fills it with a demonstration then."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=CLONE, env={**os.environ, **named}, check=True)
    with psycopg.connect(named["DATABASE_URL"]) as connection:
        connection.execute(
            "INSERT INTO accounts_user (email, name, role, password, is_active, date_joined) "
            "VALUES ('ada@example.org', 'Ada', 'administrator', '', true, now())"
        )


@pytest.mark.parametrize("victim", ["web", "worker", "beat", "honcho", "parent", "postgres", "redis"])
def test_after_a_kill_the_next_start_recovers_and_no_committed_row_is_lost(
    starts: Starts, start: Start, victim: str
) -> None:
    key = commit_a_row(starts.var)
    start.part(victim).kill()
    start.until_gone()
    again = starts.up()
    assert has_row(starts.var, key)
    wait_for(lambda: again.ready() == 200, "readiness", patience=60)
