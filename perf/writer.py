"""Add rows and changes by the thousand, past every guard the database has.

The domain functions manage about a hundred changes a second, since each checks, locks and commits by itself.
Here the same rows, with the hashes that `benchmarks.history` computes, go to the database a few thousand
steps at once: what no chain covers is copied, table by table, and then one statement adds the rows of
history and the changes one after the other, for each trigger to look at. No trigger is lifted and no
privilege is needed that web and worker lack, so what is written is what the domain functions could have
written, and `verify_history` proves it.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, cast

from django.db import connection, models, transaction
from psycopg import sql

from accounts.models import User
from benchmarks import history
from benchmarks.models import AppendOnly, Audience, Benchmark, Change

if TYPE_CHECKING:
    import psycopg

KEYS_AT_ONCE = 5000
Values = tuple[Any, ...]


@cache
def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    # What the database works out by itself is not given to it.
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def names(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in columns(model)]


@cache
def plain(model: type[models.Model]) -> dict[int, Any]:
    """The columns, by place, whose values are more than text, numbers and days; how each is written."""
    ways = {models.JSONField: written, models.FileField: str}
    return {
        place: way
        for place, field in enumerate(columns(model))
        for kind, way in ways.items()
        if isinstance(field, kind)
    }


def written(value: object) -> str:
    return json.dumps(value, default=lambda moment: moment.isoformat())


@cache
def taken_from(model: type[models.Model]) -> attrgetter[Values]:
    return attrgetter(*(field.attname for field in columns(model)))


def table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def named(model: type[models.Model]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names(model)))


@cache
def cases() -> str:
    """For each table of history: how rows of it are added, in a loop over JSON."""
    tables: list[type[models.Model]] = [Change, *history.append_only_models()]
    return " ".join(
        sql.SQL(
            "WHEN {} THEN INSERT INTO {} ({}) SELECT {} FROM json_populate_recordset(NULL::{}, entry->1);"
        )
        .format(sql.Literal(model._meta.label_lower), table(model), named(model), named(model), table(model))
        .as_string(None)
        for model in tables
    )


def in_order(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> bytes:
    """A statement that adds these rows of history, in this order, each to its table.

    Rows that follow one another in one table go to it together: the database reads the constraints of a
    table anew for each INSERT, which takes longer than to add the row.
    """
    runs = [[label, [row for _, row in run]] for label, run in groupby(rows, key=itemgetter(0))]
    given = sql.Literal(written(runs)).as_string(None)
    return f"""DO $generated$ DECLARE entry json; BEGIN
        FOR entry IN SELECT value FROM json_array_elements({given}) LOOP
            CASE entry->>0 {cases()} END CASE;
        END LOOP; END $generated$""".encode()


class Writer:
    """Writes at the end of the chain. Moments never go back, however they are given."""

    def __init__(self) -> None:
        # One change, moved on along the chain: to make a million of them would take longer than to hash them.
        self.change = Change.objects.head() or Change(
            no=0, at=datetime.min.replace(tzinfo=UTC), hash=history.BEGINNING
        )
        self.change.version, self.change.quiet = history.VERSION, True
        self.keys: dict[type[models.Model], deque[int]] = defaultdict(deque)
        self.rows: dict[type[models.Model], list[Values]] = defaultdict(list)
        self.chain: list[tuple[str, Mapping[str, Any]]] = []

    @contextmanager
    def batch(self) -> Iterator[None]:
        """What is added within goes to the database at its end, in one transaction."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [history.CHAIN_LOCK])
            yield
            self._send()

    def _send(self) -> None:
        with cast("psycopg.Connection[Any]", connection.connection).cursor() as cursor:
            for model, rows in self.rows.items():
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table(model), named(model))
                with cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
            cursor.execute(in_order(self.chain))
        self.rows.clear()
        self.chain.clear()

    def add(self, row: models.Model) -> None:
        """Add one row, with the next key of its table where it has none."""
        model = type(row)
        if row.pk is None:
            row.pk = self.next_key(model)
        values = taken_from(model)(row)
        if ways := plain(model):
            values = tuple(ways[n](each) if n in ways else each for n, each in enumerate(values))
        self.rows[model].append(values)
        row._state.adding = False

    def next_key(self, model: type[models.Model]) -> int:
        """A key from the table's own sequence, so that what comes later does not meet it."""
        if not self.keys[model]:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [model._meta.db_table, KEYS_AT_ONCE],
                )
                self.keys[model].extend(key for (key,) in cursor.fetchall())
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
        change = self.change
        change.no, change.prev_hash = change.no + 1, change.hash
        change.at, change.actor_id, change.kind = max(at, change.at), by.pk, kind
        change.object_type, change.object_id = about._meta.label_lower, about.pk
        change.audience = audience
        change.rows = [self._line(row, change) for row in rows]
        change.hash = history.chain_hash(change)
        self._follow(change)

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
        self._follow(row)
        row._state.adding = False
        return entry

    def _follow(self, row: models.Model) -> None:
        model = type(row)
        values = dict(zip(names(model), taken_from(model)(row), strict=True))
        self.chain.append((model._meta.label_lower, values))


def settle(lifecycles: Mapping[int, str], *, at_once: int = 1000) -> None:
    """Write the derived fields of these benchmarks, as `history.fold` does, and their lifecycle."""
    keys = list(lifecycles)
    statement = """
        UPDATE benchmarks_benchmark stored
        SET rating = f.rating, rated_on = f.rated_on, rated_on_precision = f.rated_on_precision,
            position = f.position, criterion_id = f.criterion_id, lifecycle = f.lifecycle
        FROM json_populate_recordset(NULL::benchmarks_benchmark, %s) f WHERE f.id = stored.id
    """
    for first in range(0, len(keys), at_once):
        with transaction.atomic(), connection.cursor() as cursor:
            some = Benchmark.objects.filter(pk__in=keys[first : first + at_once]).as_of()
            folded = [
                {"id": each.pk, "lifecycle": lifecycles[each.pk], **history.folded_fields(each)}
                for each in some
            ]
            cursor.execute(statement, [written(folded)])
