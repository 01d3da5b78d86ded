"""Prove that the history is what was written: chain, rows, texts, fold, and the guards that keep it so.

Everything here only reads, so that the runtime role can run it. Each finding is one sentence that names the
line, in words an administrator can act on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.core.signing import BadSignature, Signer
from django.db import connection

from benchmarks import history
from benchmarks.models import AppendOnly, Benchmark, Change, ProtectedText
from benchmarks.privileges import unchangeable_tables

BATCH = 1000

Rows = dict[tuple[str, int], AppendOnly]


class NoCheckpoint(ValueError):
    """The text is no checkpoint that this installation signed."""


@dataclass(frozen=True)
class Checkpoint:
    """The head of the chain at one moment, signed. Kept elsewhere, it exposes a tail cut off later."""

    no: int
    hash: str
    at: datetime

    @classmethod
    def take(cls) -> Self | None:
        """The head as it is now; None while nothing has been recorded."""
        head = Change.objects.head()
        return cls(head.no, head.hash, head.at) if head else None

    def signed(self) -> str:
        """One line of text: number, hash, moment and signature, with colons between them."""
        return _signer().sign(f"{self.no} {self.hash} {self.at.isoformat()}")

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises NoCheckpoint where the text was not signed with this installation's key."""
        try:
            no, digest, at = _signer().unsign(text.strip()).split(" ")
            return cls(int(no), digest, datetime.fromisoformat(at))
        except (BadSignature, ValueError) as error:
            raise NoCheckpoint(
                "This is no checkpoint that was signed with this installation's key."
            ) from error

    def findings(self) -> Iterator[str]:
        """What happened to the chain up to this head since it was taken."""
        found = Change.objects.filter(no=self.no).values_list("hash", flat=True).first()
        if found is None:
            yield f"change {self.no}, the head of the checkpoint, is missing: the tail of the history was cut"
        elif found != self.hash:
            yield f"change {self.no} is not the one of the checkpoint: the history was written anew"


def _signer() -> Signer:
    return Signer(salt="benchmarks.history.checkpoint")


def findings(checkpoint: Checkpoint | None = None) -> Iterator[str]:
    """Everything that is not as it was written, in the order chain, rows, texts, benchmarks, guards."""
    if checkpoint:
        yield from checkpoint.findings()
    yield from _chain()
    yield from _rows_of_no_change()
    yield from _erasures()
    yield from _fold()
    yield from _guards()


def _chain() -> Iterator[str]:
    """Walk the changes in order, each with the rows it made."""
    expected, previous = 1, history.BEGINNING
    last_at: datetime | None = None
    changes = Change.objects.order_by("no")
    while batch := list(changes.filter(no__gte=expected)[:BATCH]):
        rows = _rows_between(batch[0].no, batch[-1].no)
        for change in batch:
            if change.no != expected:
                yield f"change {_span(expected, change.no - 1)} is missing"
            if change.prev_hash != previous:
                yield f"change {change.no} does not follow the one before it: one of them was moved or edited"
            if last_at and change.at < last_at:
                yield f"change {change.no} is dated before the change that precedes it"
            yield from _change(change, rows)
            expected, previous, last_at = change.no + 1, change.hash, change.at


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _rows_between(first: int, last: int) -> Rows:
    """The append-only rows that changes first to last made, by table and key."""
    rows: Rows = {}
    for model in append_only_models():
        made = model._base_manager.filter(change_id__gte=first, change_id__lte=last)
        # Not select_related: the join would hide a row whose text is gone.
        made = made.prefetch_related(*model.protected) if model.protected else made
        rows |= {(model._meta.label_lower, row.pk): row for row in made}
    return rows


def append_only_models() -> list[type[AppendOnly]]:
    models = apps.get_app_config("benchmarks").get_models()
    return [model for model in models if issubclass(model, AppendOnly)]


def _change(change: Change, rows: Rows) -> Iterator[str]:
    """One change against its hash, and its rows against the hashes it lists."""
    if change.version not in _known_versions():
        yield f"change {change.no} is of version {change.version}, which nobody ever wrote"
        return
    try:
        intact = history.chain_hash(change) == change.hash
    except (ValueError, TypeError):
        intact = False
    if not intact:
        yield f"change {change.no} was edited: it does not match its hash"
    listed = _listed(change)
    if listed is None:
        yield f"change {change.no} was edited: its list of rows is not one"
        return
    for (label, pk), digest in listed.items():
        row = rows.get((label, pk))
        if row is None or row.change_id != change.no:
            yield f"{label} {pk}, which change {change.no} made, is missing"
        elif history.row_hash(row, change.version) != digest:
            yield f"{label} {pk} was edited: it does not match the hash in change {change.no}"
        else:
            yield from _texts(row)
    for (label, pk), row in rows.items():
        if row.change_id == change.no and (label, pk) not in listed:
            yield f"{label} {pk} says that change {change.no} made it, which that change does not list"


def _known_versions() -> set[int]:
    return set(range(1, history.VERSION + 1))


def _listed(change: Change) -> dict[tuple[str, int], str] | None:
    try:
        return {(str(label), int(pk)): str(digest) for label, pk, digest in change.rows}
    except (TypeError, ValueError):
        return None


def _texts(row: AppendOnly) -> Iterator[str]:
    """The protected texts of an intact row against the commitments it holds."""
    for name in row.protected:
        commitment = getattr(row, f"{name}_commitment")
        try:
            text: ProtectedText | None = getattr(row, name)
        except ProtectedText.DoesNotExist:
            text = None
        if text is None and commitment:
            yield f"the {name} of {row._meta.label_lower} {row.pk} is missing"
        elif text is not None and not text.erased_at and not _kept(text, commitment):
            yield (
                f"the {name} of {row._meta.label_lower} {row.pk} (protected text {text.pk}) was edited: "
                "it does not match what the line committed to"
            )


def _kept(text: ProtectedText, commitment: str) -> bool:
    try:
        return text.commitment == commitment
    except ValueError:  # a salt that is no hexadecimal number
        return False


def _rows_of_no_change() -> Iterator[str]:
    """Rows whose change is not there; a foreign key forbids them unless somebody switched it off."""
    for model in append_only_models():
        known = Change.objects.values("no")
        for pk, no in model._base_manager.exclude(change_id__in=known).values_list("pk", "change_id"):
            yield f"{model._meta.label_lower} {pk} says that change {no} made it, and there is none"


def _erasures() -> Iterator[str]:
    """Erased texts against the changes that erased them."""
    recorded = Counter(
        Change.objects.filter(kind=Change.Kind.TEXT_ERASED).values_list("object_id", flat=True)
    )
    erased = set(ProtectedText.objects.filter(erased_at__isnull=False).values_list("pk", flat=True))
    for pk in sorted(erased - set(recorded)):
        yield f"protected text {pk} was erased, and no change says by whom"
    for pk in sorted(set(recorded) - erased):
        yield f"protected text {pk} is there, though a change says that it was erased"


def _fold() -> Iterator[str]:
    """The derived fields of each benchmark against the fold of its history."""
    for benchmark in Benchmark.objects.as_of().order_by("pk").iterator(chunk_size=BATCH):
        for column, folded in history.folded_fields(benchmark).items():
            stored: Any = getattr(benchmark, column)
            if stored != folded:
                yield (
                    f"benchmark {benchmark.code} (key {benchmark.pk}) has {column} {stored!s}, "
                    f"while its history comes to {folded!s}"
                )


def _guards() -> Iterator[str]:
    """The triggers that refuse rewriting: each must be there and switched on."""
    wanted = {
        (model._meta.db_table, trigger.get_pgid(model))
        for model in apps.get_app_config("benchmarks").get_models()
        for trigger in getattr(model._meta, "triggers", [])
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.relname = ANY(%s) AND NOT t.tgisinternal",
            [unchangeable_tables()],
        )
        found = {(table, name): enabled for table, name, enabled in cursor.fetchall()}
    for table, name in sorted(wanted):
        if (table, name) not in found:
            yield f"the trigger {name} on {table} is missing"
        elif found[table, name] not in {"O", "A"}:
            yield f"the trigger {name} on {table} is switched off"
