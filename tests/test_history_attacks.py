"""What somebody could try who has the password of web and worker: every statement is refused.

The history is committed, and each attack comes through a connection of its own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors, sql

from benchmarks.privileges import unchangeable_tables
from tests.conftest import as_owner
from tests.intruders import (
    DENIED,
    KEYS,
    REWRITES,
    Connection,
    as_intruder,
    attempt,
    filled,
    refused,
    unchanged_history,
)
from tests.ledger import Ledger, committed

# The mark makes pytest-django prepare the database; the attacks do not use Django's connection.
pytestmark = [pytest.mark.promise("H1"), pytest.mark.django_db]

TABLES = unchangeable_tables()
LOCKS: dict[str, LiteralString] = {
    "for update": "SELECT * FROM {t} FOR UPDATE",
    "for no key update": "SELECT * FROM {t} FOR NO KEY UPDATE",
    "for share": "SELECT * FROM {t} FOR SHARE",
    "for key share": "SELECT * FROM {t} FOR KEY SHARE",
    "lock table": "LOCK TABLE {t} IN ACCESS EXCLUSIVE MODE",
}
OVERTURNS: dict[str, LiteralString] = {
    "disable triggers": "ALTER TABLE {t} DISABLE TRIGGER USER",
    "disable all triggers": "ALTER TABLE {t} DISABLE TRIGGER ALL",
    "drop column": "ALTER TABLE {t} DROP COLUMN {k} CASCADE",
    "change column": "ALTER TABLE {t} ALTER COLUMN {k} TYPE bigint USING 0",
    "drop constraints": "ALTER TABLE {t} DROP CONSTRAINT IF EXISTS anything",
    "take over": "ALTER TABLE {t} OWNER TO CURRENT_USER",
    "rename": "ALTER TABLE {t} RENAME TO gone",
    "move away": "ALTER TABLE {t} SET SCHEMA pg_temp",
    "hide rows": "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
    "hide rows by policy": "CREATE POLICY none ON {t} USING (false)",
    "own trigger": (
        "CREATE TRIGGER a_swallow BEFORE INSERT ON {t} FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "own rule": "CREATE RULE swallow AS ON INSERT TO {t} DO INSTEAD NOTHING",
    "own rows by inheritance": "CREATE TEMPORARY TABLE more () INHERITS ({t})",
    "index": "CREATE INDEX ON {t} ({k})",
    "drop": "DROP TABLE {t} CASCADE",
    "from a program": "COPY {t} FROM PROGRAM 'true'",
    "to a program": "COPY {t} TO PROGRAM 'true'",
    "from a file": "COPY {t} FROM '/etc/hostname'",
}


@pytest.fixture(scope="module")
def ledger(django_db_setup: None, django_db_blocker: Any) -> Generator[Ledger]:
    with committed(django_db_blocker) as made:
        yield made


@pytest.fixture
def intruder(ledger: Ledger) -> Iterator[Connection]:
    with unchanged_history(), as_intruder() as opened:
        yield opened


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statements", [REWRITES, LOCKS, OVERTURNS], ids=["rewritten", "locked", "overturned"]
)
def test_no_table_of_history_is(
    intruder: Connection, statements: dict[str, LiteralString], table: str, subtests: pytest.Subtests
) -> None:
    for name, statement in statements.items():
        with subtests.test(name), refused(intruder, DENIED):
            attempt(intruder, filled(statement, table))


@pytest.mark.parametrize("whom", ["CURRENT_USER", "PUBLIC"])
def test_nobody_gives_away_what_they_may_not_do(intruder: Connection, whom: LiteralString) -> None:
    """PostgreSQL warns here instead of refusing, and grants nothing."""
    for table in TABLES:
        attempt(intruder, filled("GRANT ALL ON {t} TO " + whom, table))
        with refused(intruder, DENIED):
            attempt(intruder, filled("DELETE FROM {t}", table))
    attempt(intruder, sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO ") + sql.SQL(whom))


@pytest.mark.parametrize("table", [table for table in TABLES if table not in KEYS])
def test_the_numbers_of_rows_are_not_set_back(intruder: Connection, table: str) -> None:
    sequence = f"public.{table}_id_seq"
    for statement in (f"SELECT setval('{sequence}', 1, false)", f"ALTER SEQUENCE {sequence} RESTART"):
        with refused(intruder, DENIED):
            attempt(intruder, statement)


@pytest.mark.parametrize("table", TABLES)
def test_a_guarded_column_alone_is_not_granted(intruder: Connection, table: str) -> None:
    columns = intruder.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND has_column_privilege(attrelid, attnum, 'UPDATE')",
        [table],
    ).fetchall()
    assert columns == []


@pytest.mark.parametrize("table", TABLES)
def test_no_trigger_is_dropped(intruder: Connection, table: str) -> None:
    found = intruder.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    ).fetchall()
    assert found
    for (name,) in found:
        where = {"t": sql.Identifier(table), "g": sql.Identifier(name)}
        for statement in ("DROP TRIGGER {g} ON {t}", "ALTER TABLE {t} DISABLE TRIGGER {g}"):
            with refused(intruder, DENIED):
                attempt(intruder, sql.SQL(statement).format(**where))


def guard_functions(reader: Connection) -> list[str]:
    found = reader.execute(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'benchmarks\\_%' AND prorettype = 'trigger'::regtype"
    )
    return [name for (name,) in found]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE OR REPLACE FUNCTION public.{} () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "DROP FUNCTION {}() CASCADE",
        "ALTER FUNCTION {}() SET search_path = pg_temp, public",
        "ALTER FUNCTION {}() OWNER TO CURRENT_USER",
        "ALTER FUNCTION {}() RENAME TO harmless",
    ],
)
def test_no_guard_is_replaced(intruder: Connection, statement: LiteralString) -> None:
    functions = guard_functions(intruder)
    assert len(functions) >= 6
    for name in functions:
        with refused(intruder, DENIED):
            attempt(intruder, sql.SQL(statement).format(sql.Identifier(name)))


POWERS: dict[str, tuple[LiteralString, type[psycopg.Error]]] = {
    "replica": ("SET session_replication_role = replica", DENIED),
    "become the owner": ("SET ROLE {owner}", DENIED),
    "become the superuser": ("SET ROLE postgres", DENIED),
    "sign in anew": ("SET SESSION AUTHORIZATION {owner}", DENIED),
    "join the owner": ("GRANT {owner} TO CURRENT_USER", DENIED),
    "raise oneself": ("ALTER ROLE CURRENT_USER SUPERUSER", DENIED),
    "new role": ("CREATE ROLE somebody SUPERUSER", DENIED),
    "owner's password": ("ALTER ROLE {owner} PASSWORD 'known'", DENIED),
    "owner's defaults": ("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO PUBLIC", DENIED),
    "new schema": ("CREATE SCHEMA elsewhere", DENIED),
    "new table": ("CREATE TABLE public.fake (no bigint)", DENIED),
    "new view": ("CREATE VIEW public.fake AS SELECT * FROM benchmarks_change", DENIED),
    "new function": ("CREATE FUNCTION public.fake() RETURNS int LANGUAGE sql AS 'SELECT 1'", DENIED),
    "new type": ("CREATE TYPE public.fake AS (no bigint)", DENIED),
    "new language": ("CREATE LANGUAGE more HANDLER plpgsql_call_handler", DENIED),
    "schema": ("DROP SCHEMA public CASCADE", DENIED),
    "event trigger": (
        "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION benchmarks_refuse_rewrite()",
        DENIED,
    ),
    "extension": ("CREATE EXTENSION vector", DENIED),
    "drop the language": ("DROP EXTENSION plpgsql CASCADE", DENIED),
    "drop owned": ("DROP OWNED BY {owner}", DENIED),
    "reassign owned": ("REASSIGN OWNED BY {owner} TO CURRENT_USER", DENIED),
    "catalogue": ("UPDATE pg_catalog.pg_trigger SET tgenabled = 'D'", DENIED),
    "catalogue too": ("DELETE FROM pg_catalog.pg_constraint", DENIED),
    "read a file": ("SELECT pg_read_file('/etc/hostname')", DENIED),
    "list a directory": ("SELECT pg_ls_dir('.')", DENIED),
    "import a file": ("SELECT lo_import('/etc/hostname')", DENIED),
    "export a file": ("SELECT lo_export(1, '/tmp/out')", DENIED),
    "server settings": ("ALTER DATABASE {database} SET session_replication_role = replica", DENIED),
    "own settings": ("ALTER ROLE CURRENT_USER SET session_replication_role = replica", DENIED),
    "library": ("LOAD '/tmp/library.so'", DENIED),
    "publication": ("CREATE PUBLICATION everything FOR ALL TABLES", DENIED),
    "two phases": ("PREPARE TRANSACTION 'later'", errors.ObjectNotInPrerequisiteState),
    "constraints": ("SET CONSTRAINTS benchmarks_change_counts_from_one DEFERRED", errors.WrongObjectType),
}
OUTSIDE_TRANSACTIONS: dict[str, LiteralString] = {
    "server": "ALTER SYSTEM SET session_replication_role = replica",
    "database": "DROP DATABASE {database} WITH (FORCE)",
    "copy of the database": "CREATE DATABASE copied TEMPLATE {database}",
}


def of_this_database(statement: LiteralString, connection: Connection) -> sql.Composed:
    with as_owner() as owner:
        name = owner.info.user
    return sql.SQL(statement).format(
        owner=sql.Identifier(name), database=sql.Identifier(connection.info.dbname)
    )


@pytest.mark.parametrize(("statement", "error"), POWERS.values(), ids=POWERS)
def test_no_power_is_taken(
    intruder: Connection, statement: LiteralString, error: type[psycopg.Error]
) -> None:
    with refused(intruder, error):
        attempt(intruder, of_this_database(statement, intruder))


@pytest.mark.parametrize("statement", OUTSIDE_TRANSACTIONS.values(), ids=OUTSIDE_TRANSACTIONS)
def test_no_power_over_the_server_is_taken(intruder: Connection, statement: LiteralString) -> None:
    with pytest.raises(DENIED):
        intruder.execute(of_this_database(statement, intruder))


@pytest.mark.parametrize(
    "setting",
    [
        "SET pgtrigger.ignore = '{benchmarks_statusevent:refuse_rewrite,benchmarks_change:refuse_rewrite}'",
        "SET search_path = pg_temp, pg_catalog, public",
        "SET row_security = off",
        "SET check_function_bodies = off",
    ],
)
def test_settings_of_a_session_open_nothing(intruder: Connection, setting: str) -> None:
    for table in TABLES:
        with refused(intruder, DENIED):
            attempt(intruder, setting, filled("DELETE FROM public.{t}", table))


def test_what_history_refers_to_is_not_deleted(intruder: Connection) -> None:
    for table in ("accounts_user", "benchmarks_progressupdate", "benchmarks_benchmark", "benchmarks_event"):
        with refused(intruder, errors.ForeignKeyViolation):
            attempt(intruder, filled("DELETE FROM {t}", table))
        with refused(intruder, errors.ForeignKeyViolation):
            attempt(intruder, "SET CONSTRAINTS ALL DEFERRED", filled("DELETE FROM {t}", table))
        with refused(intruder, DENIED):
            attempt(intruder, filled("TRUNCATE {t} CASCADE", table))
