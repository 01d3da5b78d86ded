"""What the runtime role may do: read and write, but never change or remove a line of history."""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from psycopg import sql

from benchmarks.models.ground import AppendOnly, ProtectedText
from benchmarks.models.history import Change


def unchangeable_tables() -> list[str]:
    """The tables whose rows are only ever added, sorted by name."""
    added_to = (AppendOnly, Change, ProtectedText)
    models = apps.get_app_config("benchmarks").get_models()
    return sorted(model._meta.db_table for model in models if issubclass(model, added_to))


def grant_runtime_role(role: str) -> None:
    """Let `role` read and write what is here and what will come, history excepted. Run as the owner.

    May be repeated. Raises psycopg's ProgrammingError through Django where there is no such role.
    """
    name = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}"),
        sql.SQL(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}"
        ),
        sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {}"),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}"),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}"),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(name))
        existing = set(connection.introspection.table_names(cursor))
        for table in unchangeable_tables():
            if table in existing:
                revoke = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM PUBLIC, {}")
                cursor.execute(revoke.format(sql.Identifier(table), name))
