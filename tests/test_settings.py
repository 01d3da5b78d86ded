"""What settings make of an environment, in a process of its own, for settings are read once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User

CLONE = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "TRACKER_ENV": "production",
    "SECRET_KEY": "nLgwQbk2v0c1yJqf3r5t7u9x-AbCdEfGhIjKlMnOpQrStUvWxYz",
    "ALLOWED_HOSTS": "tracker.example.org",
    "DATABASE_URL": "postgresql://runtime:r@db.example.org:6543/tracker",
    "DATABASE_OWNER_URL": "postgresql://owner:o@db.example.org:6543/tracker",
    "REDIS_URL": "redis://:p@redis.example.org:6380/3",
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the clone with this environment and nothing of the test run's."""
    basics = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CLONE,
        env=basics | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def settings(*names: str, **environment: str) -> dict[str, object]:
    """Read some settings as that environment makes them."""
    script = (
        "import json, sys; from tracker import settings; "
        "print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))"
    )
    finished = run("-c", script, *names, **environment)
    assert finished.returncode == 0, finished.stderr
    found: dict[str, object] = json.loads(finished.stdout)
    return found


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run Django's deployment checks."""
    return run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **environment)


def database(role: str, **environment: str) -> object:
    """Tell as whom a process in that role connects."""
    found = settings("DATABASES", TRACKER_DATABASE_ROLE=role, **environment)["DATABASES"]
    return found["default"]["USER"]  # type: ignore[index]


@pytest.mark.promise("A5")
def test_production_passes_the_deployment_checks() -> None:
    finished = check(**PRODUCTION)
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"SECRET_KEY": ""}, "tracker.E002"),
        ({"ALLOWED_HOSTS": ""}, "tracker.E003"),
        ({"TRACKER_DEBUG": "1"}, "tracker.E004"),
        ({"TRACKER_HTTPS": "0"}, "tracker.E005"),
        ({"REDIS_CACHE_URL": PRODUCTION["REDIS_URL"]}, "tracker.E006"),
        ({"TRACKER_ENV": "prodution"}, "tracker.E001"),
    ],
)
def test_an_unsafe_configuration_is_refused(change: dict[str, str], complaint: str) -> None:
    finished = check(**PRODUCTION | change)
    assert finished.returncode != 0
    assert complaint in finished.stderr


@pytest.mark.promise("A5")
def test_under_https_cookies_belong_to_this_host_alone() -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")
    assert all(str(name).startswith("__Host-") for name in settings(*names, **PRODUCTION).values())
    secure = settings("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", **PRODUCTION)
    assert all(secure.values())
    assert settings("SECURE_HSTS_SECONDS", **PRODUCTION) == {"SECURE_HSTS_SECONDS": 31536000}


def test_a_local_start_works_over_plain_http_on_loopback_only() -> None:
    found = settings("ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "DEBUG", TRACKER_VAR="/nowhere")
    assert found == {
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
        "SESSION_COOKIE_SECURE": False,
        "DEBUG": False,
    }


@pytest.mark.promise("H2")
def test_the_owner_is_met_only_by_who_asks_for_it() -> None:
    assert database("runtime", **PRODUCTION) == "runtime"
    assert database("owner", **PRODUCTION) == "owner"


def test_one_role_serves_where_only_one_is_named() -> None:
    alone = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_OWNER_URL"}
    assert database("owner", **alone) == "runtime"


def test_a_command_in_another_shell_meets_the_servers_of_the_local_start(tmp_path: Path) -> None:
    (tmp_path / "database-url").write_text("postgresql://tracker_app:a@/tracker?host=%2Ftmp%2Fx%2Fs\n")
    (tmp_path / "database-owner-url").write_text(
        "postgresql://tracker_owner:b@/tracker?host=%2Ftmp%2Fx%2Fs\n"
    )
    (tmp_path / "redis-url").write_text("redis://:p@127.0.0.1:7000/0\n")
    found = settings("DATABASES", "REDIS_URL", TRACKER_VAR=str(tmp_path))
    default = found["DATABASES"]["default"]  # type: ignore[index]
    assert (default["USER"], default["HOST"], default["NAME"]) == ("tracker_app", "/tmp/x/s", "tracker")
    assert found["REDIS_URL"] == "redis://:p@127.0.0.1:7000/0"
    assert database("owner", TRACKER_VAR=str(tmp_path)) == "tracker_owner"


def test_production_takes_nothing_from_var(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("k" * 60)
    finished = check(**PRODUCTION | {"SECRET_KEY": "", "TRACKER_VAR": str(tmp_path)})
    assert "tracker.E002" in finished.stderr


def test_the_cache_has_the_database_after_the_brokers() -> None:
    found = settings("REDIS_CACHE_URL", "CELERY_BROKER_URL", **PRODUCTION)
    assert found == {
        "CELERY_BROKER_URL": "redis://:p@redis.example.org:6380/3",
        "REDIS_CACHE_URL": "redis://:p@redis.example.org:6380/4",
    }


def test_only_what_the_owner_must_do_is_done_as_owner() -> None:
    script = (
        "import sys, os, manage; from unittest.mock import patch\n"
        "for command in sys.argv[1:]:\n"
        "    os.environ.pop('TRACKER_DATABASE_ROLE', None)\n"
        "    sys.argv = ['manage.py', command]\n"
        "    with patch('django.core.management.execute_from_command_line'):\n"
        "        manage.main()\n"
        "    print(command, os.environ.get('TRACKER_DATABASE_ROLE', 'runtime'))\n"
    )
    told = run("-c", script, "migrate", "erase_text", "grant_runtime_role", "verify_history", "shell").stdout
    assert told.split("\n")[:-1] == [
        "migrate owner",
        "erase_text owner",
        "grant_runtime_role owner",
        "verify_history runtime",
        "shell runtime",
    ]


@pytest.mark.promise("A5")
def test_a_page_forbids_inline_code_framing_and_guessing(client: Client) -> None:
    headers = client.get("/health/live").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_what_is_not_named_open_asks_for_sign_in(client: Client) -> None:
    assert client.get("/admin/").status_code == 302
    assert client.get("/accounts/password/change/").headers["Location"].startswith("/accounts/login/")


def test_what_is_looked_for_stays_out_of_the_log(client: Client, victor: User, caplog: Any) -> None:
    client.force_login(victor)
    client.get("/benchmarks/", {"q": "Somebody"})
    told = " ".join(str(record.msg) for record in caplog.records)
    assert "GET /benchmarks/" in told
    assert "Somebody" not in told
