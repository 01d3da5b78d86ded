"""Add rows and changes by the thousand, past every guard the database has.

The domain functions manage about a hundred changes a second, since each checks, locks and commits by itself.
Here the same rows, with the hashes that `benchmarks.history` computes, go to the database in one pipeline and
a few transactions. No trigger is lifted and no privilege is needed that web and worker lack, so what is
written is what the domain functions could have written, and `verify_history` proves it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, cast

import psycopg
from django.db import connection, models, transaction
from psycopg import sql

from accounts.models import User
from benchmarks import history
from benchmarks.models import AppendOnly, Audience, Benchmark, Change

KEYS_AT_ONCE = 2000


@cache
def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    # What the database works out by itself is not given to it.
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def insertion(model: type[models.Model]) -> str:
    """The statement that adds one row of this model, every column given."""
    names = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in columns(model))
    places = sql.SQL(", ").join([sql.Placeholder()] * len(columns(model)))
    table = sql.Identifier(model._meta.db_table)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(table, names, places).as_string(None)


class Writer:
    """Writes at the end of the chain. Moments never go back, however they are given."""

    def __init__(self) -> None:
        self.head = Change.objects.head()
        self.keys: dict[type[models.Model], deque[int]] = defaultdict(deque)

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        """One transaction in which statements do not wait for one another's answers."""
        with transaction.atomic():
            raw = cast("psycopg.Connection[Any]", connection.connection)
            with raw.cursor() as cursor, raw.pipeline():
                self.cursor = cursor
                self.cursor.execute("SELECT pg_advisory_xact_lock(%s)", [history.CHAIN_LOCK])
                yield

    def add(self, row: models.Model) -> None:
        """Add one row, with the next key of its table where it has none."""
        if row.pk is None:
            row.pk = self.next_key(type(row))
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection) for field in columns(type(row))
        ]
        self.cursor.execute(insertion(type(row)), values, prepare=True)
        row._state.adding = False

    def next_key(self, model: type[models.Model]) -> int:
        """A key from the table's own sequence, so that what comes later does not meet it."""
        if not self.keys[model]:
            # A cursor of its own: on the other one answers of earlier insertions may still be on their way.
            with self.cursor.connection.cursor() as asking:
                asking.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [model._meta.db_table, KEYS_AT_ONCE],
                )
                self.keys[model].extend(key for (key,) in asking.fetchall())
        return self.keys[model].popleft()

    def link(self, through: type[models.Model], **keys: int) -> None:
        """Add one row of a many-to-many table."""
        self.add(through(**keys))

    def record(
        self,
        kind: Change.Kind,
        about: models.Model,
        *,
        by: User,
        at: datetime,
        rows: Sequence[AppendOnly] = (),
        audience: str = Audience.INTERNAL,
    ) -> None:
        """Add a change and its rows, as `benchmarks.history.record` does for one change at a time."""
        previous = self.head
        change = Change(
            no=previous.no + 1 if previous else 1,
            version=history.VERSION,
            at=max(at, previous.at) if previous else at,
            actor=by,
            kind=kind,
            object_type=about._meta.label_lower,
            object_id=about.pk,
            audience=audience,
            quiet=True,
            prev_hash=previous.hash if previous else history.BEGINNING,
        )
        change.rows = [self._line(row, change) for row in rows]
        change.hash = history.chain_hash(change)
        self.add(change)
        self.head = change

    def _line(self, row: AppendOnly, change: Change) -> list[Any]:
        for name in row.protected:
            text = getattr(row, name)
            if text is not None:
                self.add(text)
                setattr(row, name, text)
                setattr(row, f"{name}_commitment", text.commitment)
        row.pk = self.next_key(type(row))
        row.change_id, row.recorded_at = change.no, change.at
        entry = [row._meta.label_lower, row.pk, history.row_hash(row, change.version)]
        self.add(row)
        return entry


def fold(keys: Sequence[int], *, at_once: int = 1000) -> None:
    """Write the derived fields of these benchmarks, as every domain function does at its end."""
    for first in range(0, len(keys), at_once):
        with transaction.atomic():
            some = keys[first : first + at_once]
            list(Benchmark.objects.filter(pk__in=some).order_by("pk").select_for_update(no_key=True))
            history.fold(some)
            Benchmark.objects.filter(pk__in=some).update(lifecycle=Benchmark.Lifecycle.ACTIVE)
