"""Connections that do what the application never does, and the statements they try."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors, sql

from tests.ledger import contents, runtime_url

Connection = psycopg.Connection[Any]
DENIED = errors.InsufficientPrivilege
KEYS = {"benchmarks_change": "no"}

# Each changes or removes rows; {t} is a table and {k} its key.
REWRITES: dict[str, LiteralString] = {
    "update": "UPDATE {t} SET {k} = {k}",
    "update one": "UPDATE ONLY {t} SET {k} = {k} + 1000 WHERE {k} = (SELECT min({k}) FROM {t})",
    "update from": "UPDATE {t} AS x SET {k} = y.{k} FROM {t} AS y WHERE x.{k} = y.{k}",
    "delete": "DELETE FROM {t}",
    "delete using": "DELETE FROM {t} USING benchmarks_benchmark",
    "truncate": "TRUNCATE {t}",
    "truncate cascade": "TRUNCATE {t} CASCADE",
    "truncate restart": "TRUNCATE {t} RESTART IDENTITY CASCADE",
    "upsert": "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT ({k}) DO UPDATE SET {k} = EXCLUDED.{k}",
    "merge update": (
        "MERGE INTO {t} USING {t} AS s ON {t}.{k} = s.{k} WHEN MATCHED THEN UPDATE SET {k} = s.{k}"
    ),
    "merge delete": "MERGE INTO {t} USING {t} AS s ON {t}.{k} = s.{k} WHEN MATCHED THEN DELETE",
    "cte update": "WITH x AS (UPDATE {t} SET {k} = {k} RETURNING 1) SELECT count(*) FROM x",
    "cte delete": "WITH x AS (DELETE FROM {t} RETURNING 1) SELECT count(*) FROM x",
    "do block": "DO $$ BEGIN DELETE FROM {t}; END $$",
    "prepared": "PREPARE wipe AS DELETE FROM {t}; EXECUTE wipe",
    "temporary view": "CREATE TEMPORARY VIEW w AS SELECT * FROM {t}; UPDATE w SET {k} = {k}",
    "temporary function": (
        "CREATE FUNCTION pg_temp.wipe() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM {t}';"
        "SELECT pg_temp.wipe()"
    ),
    "explain analyze": "EXPLAIN ANALYZE DELETE FROM {t}",
}


@contextmanager
def unchanged_history() -> Iterator[None]:
    """Whatever is tried inside the block, every row of the history is as before."""
    with psycopg.connect(runtime_url(), autocommit=True) as watcher:
        before = contents(watcher)
        yield
        assert contents(watcher) == before


@contextmanager
def as_intruder() -> Iterator[Connection]:
    """A connection of the runtime role, as somebody has it who learnt its password."""
    with psycopg.connect(runtime_url(), autocommit=True) as opened:
        yield opened


@contextmanager
def refused(
    connection: Connection,
    error: type[psycopg.Error] | tuple[type[psycopg.Error], ...] = errors.RestrictViolation,
    match: str | None = None,
) -> Iterator[None]:
    """One transaction that the database does not let through to its end."""
    with pytest.raises(error, match=match), connection.transaction():
        yield


def attempt(connection: Connection, *statements: str | sql.SQL | sql.Composed) -> None:
    """Run the statements."""
    for statement in statements:
        connection.execute(statement.encode() if isinstance(statement, str) else statement)


def filled(statement: LiteralString, table: str) -> sql.Composed:
    """The statement about this table and its key."""
    key = KEYS.get(table, "id")
    return sql.SQL(statement).format(t=sql.Identifier(table), k=sql.Identifier(key))
