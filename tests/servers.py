"""Throwaway servers for a test run, started before Django reads its settings.

The controller starts them and the workers of a parallel run inherit their addresses: DATABASE_URL is the
owner's, TRACKER_TEST_RUNTIME_URL the runtime role's. Servers named in the environment are used instead; their
owner, if there is one, is DATABASE_OWNER_URL.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tracker import embedded, state
from tracker.addresses import with_redis_database


def is_worker() -> bool:
    """Tell a worker of a parallel run from its controller."""
    return "PYTEST_XDIST_WORKER" in os.environ


@contextmanager
def throwaway_directory() -> Generator[Path]:
    """Give a new private directory, which is gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="tracker-tests-", dir="/tmp"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def start(stack: ExitStack) -> None:
    """Start what the environment does not name, and name it there."""
    var = stack.enter_context(throwaway_directory())
    os.environ["TRACKER_ENV"] = "test"
    os.environ["TRACKER_VAR"] = str(var)
    record = state.Record(var / "started.json")
    stack.enter_context(embedded.standing_in(var, record, os.environ, durable=False))
    os.environ["TRACKER_TEST_RUNTIME_URL"] = os.environ["DATABASE_URL"]
    # Tests make, migrate and flush their databases as the owner.
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])


def take_own_redis_databases() -> None:
    """Give each worker a broker and a cache of its own; pytest-django tells their databases apart."""
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
    server = os.environ["REDIS_URL"]
    os.environ["REDIS_URL"] = with_redis_database(server, 2 * number)
    os.environ["REDIS_CACHE_URL"] = with_redis_database(server, 2 * number + 1)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the servers before any other plugin's hook: pytest-django's reads the settings."""
    if is_worker():
        take_own_redis_databases()
    else:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        start(stack)
    return (yield)
