"""A database migrated by its owner and used as the runtime role, and the personas."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from environ import Env
from psycopg import sql

from accounts.models import Role, User
from benchmarks import privileges
from tests.make import make_user

pytest_plugins = ["tests.browser", "tests.demo", "tests.owner_edits"]
FLUSHES = 4


@contextmanager
def as_owner() -> Iterator[psycopg.Connection[Any]]:
    """Open a connection of the database's owner, outside Django, committed at the end."""
    owner = Env.db_url_config(os.environ["DATABASE_URL"])
    with psycopg.connect(
        dbname=connection.settings_dict["NAME"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=connection.settings_dict["HOST"] or None,
        port=connection.settings_dict["PORT"] or None,
    ) as opened:
        yield opened


def flush_as_owner(operations: DatabaseOperations, statements: Iterable[str]) -> None:
    """Empty the tables between tests: lift the triggers, truncate, restore them, in one transaction.

    A page that was closed a moment ago may still be saving what was typed; where the two wait for one
    another, the emptying begins again.
    """
    statements = list(statements)
    for _ in range(FLUSHES):
        with suppress(psycopg.errors.DeadlockDetected):
            return flush_once(statements)
    return flush_once(statements)


def flush_once(statements: Iterable[str]) -> None:
    with as_owner() as owner:
        for table in privileges.unchangeable_tables():
            owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        for statement in statements:
            owner.execute(statement.encode())
        for table in privileges.unchangeable_tables():
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Generator[None]:
    """Hand the migrated test database to the runtime role, and back for its removal."""
    runtime = Env.db_url_config(os.environ["TRACKER_TEST_RUNTIME_URL"])
    credentials = {name: runtime[name] for name in ("USER", "PASSWORD")}
    owners = {name: connection.settings_dict[name] for name in credentials}
    with django_db_blocker.unblock():
        privileges.grant_runtime_role(runtime["USER"])
        connection.close()
        connection.settings_dict.update(credentials)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            database, user = cursor.fetchone() or ("", "")
        assert database.startswith("test_"), f"the tests would run on {database}"
        assert user == runtime["USER"]
        # The class, for a thread in which a browser's event loop runs has another connection object.
        DatabaseOperations.execute_sql_flush = flush_as_owner  # type: ignore[assignment, method-assign]
        yield
        connection.close()
        connection.settings_dict.update(owners)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits count in the cache: each test starts with none."""
    cache.clear()


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", Role.CONTRIBUTOR)


@pytest.fixture
def abel(db: None) -> User:
    return make_user("abel", Role.CONTRIBUTOR)


@pytest.fixture
def rosa(db: None) -> User:
    return make_user("rosa", Role.REVIEWER)


@pytest.fixture
def omar(db: None) -> User:
    return make_user("omar", Role.REVIEWER)


@pytest.fixture
def ada(db: None) -> User:
    return make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def victor(db: None) -> User:
    return make_user("victor", Role.VIEWER)


@pytest.fixture
def charlie(db: None) -> User:
    """Signed in, and without a role."""
    return make_user("charlie", None)
