"""The history that nobody can rewrite: number, chain, fold.

Every domain function ends with `record`. It takes one lock for the whole database, so that numbers have no
gap and commit order is number order; a reader can keep "seen up to no". It writes the append-only rows, one
`Change` that holds their hashes and the hash of the change before, and the derived fields of the benchmarks
concerned, all in the caller's transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone
from psycopg import sql

from benchmarks.models import AppendOnly, Audience, Benchmark, Change, PersonSituation, ProtectedText

if TYPE_CHECKING:
    from accounts.models import User

# One number for this chain; the triggers of migration 0001 take the same lock.
CHAIN_LOCK = 7215404123
VERSION = 1
BEGINNING = "0" * 64
UNCHANGING = (AppendOnly, Change, ProtectedText)


def canonical(value: Any) -> bytes:
    """One way to write a value down: JSON with sorted keys, no blanks, moments in UTC with microseconds."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return text.encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def row_hash(row: AppendOnly, version: int) -> str:
    """sha256 over the columns that this version of the canonical form covers, as 64 hexadecimal digits."""
    columns = {name: getattr(row, name) for name in row.hashed[version]}
    return hashlib.sha256(canonical([row._meta.label_lower, columns])).hexdigest()


def chain_hash(change: Change) -> str:
    """sha256(version ‖ prev_hash ‖ canonical bytes of the change, which list the hashes of its rows)."""
    columns = {
        "no": change.no,
        "at": change.at,
        "actor": change.actor_id,
        "kind": str(change.kind),
        "object": [change.object_type, change.object_id],
        "audience": str(change.audience),
        "quiet": change.quiet,
        "rows": change.rows,
    }
    content = bytes([change.version]) + bytes.fromhex(change.prev_hash) + canonical(columns)
    return hashlib.sha256(content).hexdigest()


def record(
    kind: Change.Kind,
    about: models.Model,
    *,
    by: User | None,
    rows: Sequence[AppendOnly] = (),
    audience: Audience = Audience.INTERNAL,
    quiet: bool = False,
) -> Change:
    """Write one change and the append-only rows it makes. Call it last: it takes the chain's lock.

    `about` is the saved thing that changed; `rows` are unsaved. Raises TransactionManagementError outside a
    transaction, and IntegrityError where the database refuses a row.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A change is recorded inside a transaction.")
    folded = _lock_benchmarks(rows)
    _hold_parents(rows)
    previous = _take_chain()
    change = Change(
        no=previous.no + 1 if previous else 1,
        version=VERSION,
        # Clocks of several servers differ; the chain's order must not.
        at=max(timezone.now(), previous.at) if previous else timezone.now(),
        actor=by,
        kind=kind,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        audience=audience,
        quiet=quiet,
        prev_hash=previous.hash if previous else BEGINNING,
    )
    change.rows = [_write(row, change) for row in rows]
    change.hash = chain_hash(change)
    change.save(force_insert=True)
    if folded:  # most changes concern no benchmark, and the query is slow to build
        fold(folded)
    return change


def _lock_benchmarks(rows: Sequence[AppendOnly]) -> list[int]:
    """Lock the benchmarks whose derived fields follow from these rows; always before the chain.

    NO KEY UPDATE, since others hold key locks on a benchmark while they wait for the chain.
    """
    concerned = {pk for row in rows if (pk := getattr(row, "benchmark_id", None))}
    locked = Benchmark.objects.filter(pk__in=concerned).order_by("pk").select_for_update(no_key=True)
    return list(locked.values_list("pk", flat=True))


def _hold_parents(rows: Sequence[AppendOnly]) -> None:
    """Take, before the chain, the key locks that the rows' foreign keys would take after it.

    So nobody who holds the chain ever waits for a row. Rows of history need none: they never change, and the
    runtime role could not lock them.
    """
    parents: dict[str, set[int]] = {}
    for row in rows:
        for field in row._meta.concrete_fields:
            parent, key = field.related_model, getattr(row, field.attname)
            if isinstance(parent, type) and not issubclass(parent, UNCHANGING) and key is not None:
                parents.setdefault(parent._meta.db_table, set()).add(key)
    with connection.cursor() as cursor:
        for table in sorted(parents):
            query = sql.SQL("SELECT FROM {} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE")
            cursor.execute(query.format(sql.Identifier(table)), [sorted(parents[table])])


def _take_chain() -> Change | None:
    """Wait for the chain's lock, held until the transaction ends; return the newest change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    return Change.objects.head()


def _write(row: AppendOnly, change: Change) -> list[Any]:
    """Save a row with its protected texts; return its entry in the change."""
    for name in row.protected:
        text = getattr(row, name)
        if text is not None and text.pk is None:
            text.save()
            setattr(row, name, text)
    row.change_id, row.recorded_at = change.no, change.at
    row.save(force_insert=True)
    # What the database holds is hashed, not what a caller passed: a moment where a day belongs is cut there.
    held = type(row)._base_manager.get(pk=row.pk)
    return [row._meta.label_lower, row.pk, row_hash(held, change.version)]


def fold(benchmarks: Iterable[int]) -> None:
    """Write what the history of these benchmarks (keys, locked) comes to into their derived fields."""
    for benchmark in Benchmark.objects.filter(pk__in=benchmarks).as_of():
        Benchmark.objects.filter(pk=benchmark.pk).update(**folded_fields(benchmark))


def folded_fields(benchmark: Benchmark) -> dict[str, Any]:
    """The derived fields as `as_of` found them, by column name."""
    then: Any = benchmark
    return {
        "rating": then.rating_then,
        "rated_on": then.rated_on_then,
        "rated_on_precision": then.rated_on_precision_then,
        "position": then.position_then,
        "criterion_id": then.criterion_then,
    }


def lines_of(text: ProtectedText) -> list[AppendOnly]:
    """The rows of history that a protected text belongs to."""
    return [
        row
        for model in append_only_models()
        for name in model.protected
        for row in model._base_manager.filter(**{name: text})
    ]


def append_only_models() -> list[type[AppendOnly]]:
    models = apps.get_app_config("benchmarks").get_models()
    return [model for model in models if issubclass(model, AppendOnly)]


@transaction.atomic
def erase_text(text: ProtectedText, *, by: User) -> Change:
    """Erase a protected text for good; the chain still verifies. Run as the owner of the tables.

    Raises ValueError where it was erased before, and ProgrammingError for a role without the privilege.
    """
    waiting = ProtectedText.objects.filter(pk=text.pk, erased_at__isnull=True)
    if waiting.select_for_update(no_key=True).first() is None:
        raise ValueError(f"Protected text {text.pk} is erased already, or there is none.")
    persons = [line.person for line in lines_of(text) if isinstance(line, PersonSituation)]
    restricted = any(person.audience == Audience.RESTRICTED for person in persons)
    audience = Audience.RESTRICTED if restricted else Audience.INTERNAL
    change = record(Change.Kind.TEXT_ERASED, text, by=by, audience=audience)
    waiting.erase(change.at)
    return change
