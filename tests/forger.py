"""A hand that writes lines of history past the domain functions."""

from __future__ import annotations

from typing import Any, LiteralString

from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.intruders import KEYS, Connection
from tests.ledger import Ledger


class Forger:
    """Writes lines by hand. Left alone, it writes what the domain functions would: that is accepted."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        self.connection, self.ledger = connection, ledger
        self.head = self.row("benchmarks_change", "no = (SELECT max(no) FROM benchmarks_change)")

    def row(self, table: str, condition: LiteralString, *values: Any) -> dict[str, Any]:
        query = sql.SQL("SELECT * FROM public.{} WHERE ").format(sql.Identifier(table)) + sql.SQL(condition)
        cursor = self.connection.execute(query, values)
        assert cursor.description is not None
        found = cursor.fetchone()
        assert found is not None
        return dict(zip([column.name for column in cursor.description], found, strict=True))

    def insert(self, table: str, row: dict[str, Any]) -> Any:
        """Insert a row, its key left to the table unless given; return the key."""
        values = {
            name: Jsonb(value) if isinstance(value, list | dict) else value for name, value in row.items()
        }
        query = sql.SQL("INSERT INTO public.{} ({}) VALUES ({}) RETURNING {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
            sql.Identifier(KEYS.get(table, "id")),
        )
        (key,) = self.connection.execute(query, list(values.values())).fetchone() or (None,)
        return key

    def change(self, **forged: Any) -> Any:
        """The next change, with a hash that nothing checks at once: `verify_history` does."""
        made = self.head | {
            "no": self.head["no"] + 1,
            "prev_hash": self.head["hash"],
            "hash": "f" * 64,
            "at": timezone.now(),
        }
        return self.insert("benchmarks_change", made | forged)

    def update(self, **forged: Any) -> Any:
        """An approved update, as `line` has one."""
        made = self.row("benchmarks_progressupdate", "id = %s", self.ledger.line.update_id)
        return self.insert("benchmarks_progressupdate", {**without_key(made), **forged})

    def line(self, **forged: Any) -> Any:
        """A status event of the next change, on an approved update of its own."""
        made = without_key(self.row("benchmarks_statusevent", "id = %s", self.ledger.line.pk))
        made |= {"change_id": self.head["no"] + 1, "recorded_at": timezone.now()}
        if "update_id" not in forged:
            made["update_id"] = self.update()
        return self.insert("benchmarks_statusevent", made | forged)

    def copy(self, table: str, **forged: Any) -> Any:
        """A copy of the first row of a table, made by the next change."""
        made = without_key(self.row(table, "true ORDER BY id LIMIT 1"))
        return self.insert(table, made | {"change_id": self.head["no"] + 1} | forged)


def without_key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}
