"""Prove that the history is what was written: chain, rows, texts, fold, and the guards that keep it so.

Everything here only reads, so that the runtime role can run it. Each finding is one sentence that names the
line, in words an administrator can act on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.core.signing import BadSignature, Signer
from django.db import connection

from benchmarks import history
from benchmarks.models import AppendOnly, Benchmark, Change, ProtectedText
from benchmarks.models.guards import Guard
from benchmarks.privileges import unchangeable_tables

BATCH = 1000

# What the functions of migration 0001 are known by: sha256 over their text and settings.
FUNCTIONS = {
    "benchmarks_check_continues_chain": "5a76ac622d29c3c282f8540cb5e3c6d0948b89871245c0672de7fd6976a354c6",
    "benchmarks_check_correction": "821edb00dc3bb384fee2f2e8f280e436aae62185cd2a366c75ba033be90fbc11",
    "benchmarks_check_made_by_new_change": "656ef8db8fed3009d1bf99bb93f20eea0cb1d721cb04d143e3ef4c2fca0029ba",
    "benchmarks_check_status_event": "18200067b1c83cbf4db4bd548e0e02d769eacc5767ed46b768337d582760af8b",
    "benchmarks_refuse_all_but_erasure": "26fd7bd54754cdae751c6addc403d82f8310ec2d1bfc2e9784f754214aad7b44",
    "benchmarks_refuse_rewrite": "2218f0671c8f2c59908d1a95f5f0571cd9f5f155d4c9e7c9031b814f43aa5eb7",
}

Rows = dict[tuple[str, int], AppendOnly]
Guarded = tuple[Any, Guard]  # a model and one of its triggers


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
    for change in changes.filter(no__lt=expected):
        yield f"change {change.no} stands before the first one"
    while batch := list(changes.filter(no__gte=expected)[:BATCH]):
        rows = _rows_between(batch[0].no, batch[-1].no)
        for change in batch:
            if change.no != expected:
                yield f"change {_span(expected, change.no - 1)} is missing"
            if change.prev_hash != previous:
                yield f"change {change.no} does not follow the one before it: one of them was moved or edited"
            if last_at and change.at < last_at:
                yield f"change {change.no} is dated before the change that precedes it"
            yield from _change(change, rows[change.no])
            expected, previous, last_at = change.no + 1, change.hash, change.at


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _rows_between(first: int, last: int) -> dict[int, Rows]:
    """The append-only rows that changes first to last made: by change, and there by table and key."""
    rows: dict[int, Rows] = defaultdict(dict)
    for model in append_only_models():
        made = model._base_manager.filter(change_id__gte=first, change_id__lte=last).order_by("pk")
        # Not select_related: the join would hide a row whose text is gone.
        made = made.prefetch_related(*model.protected) if model.protected else made
        for row in made:
            rows[row.change_id][model._meta.label_lower, row.pk] = row
    return rows


def append_only_models() -> list[type[AppendOnly]]:
    every = apps.get_app_config("benchmarks").get_models()
    return [model for model in every if issubclass(model, AppendOnly)]


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
        yield from _row(rows.get((label, pk)), change, digest, f"{label} {pk}")
    for label, pk in sorted(rows.keys() - listed.keys()):
        yield f"{label} {pk} says that change {change.no} made it, which that change does not list"


def _row(row: AppendOnly | None, change: Change, digest: str, name: str) -> Iterator[str]:
    """One row against its hash in the change that made it, and its texts against what it committed to."""
    if row is None:
        yield f"{name}, which change {change.no} made, is missing"
    elif history.row_hash(row, change.version) != digest:
        yield f"{name} was edited: it does not match the hash in change {change.no}"
    elif row.recorded_at != change.at:
        yield f"{name} was recorded at another moment than change {change.no}, which made it"
    else:
        yield from _texts(row)


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
            key = getattr(row, f"{name}_id")
            yield f"the {name} of {row._meta.label_lower} {row.pk} (protected text {key}) is missing"
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
        # By key: an order that follows the change would join it, and so hide the row.
        lost = model._base_manager.exclude(change_id__in=Change.objects.values("no")).order_by("pk")
        for pk, no in lost.values_list("pk", "change_id"):
            yield f"{model._meta.label_lower} {pk} says that change {no} made it, and there is none"


def _erasures() -> Iterator[str]:
    """Erased texts against the changes that erased them, and texts that no line holds."""
    erasures = Change.objects.filter(kind=Change.Kind.TEXT_ERASED).order_by("no")
    recorded = dict(erasures.values_list("object_id", "at"))
    erased = dict(ProtectedText.objects.exclude(erased_at=None).values_list("pk", "erased_at"))
    for pk in sorted(erased.keys() - recorded.keys()):
        yield f"protected text {pk} was erased, and no change says by whom"
    for pk in sorted(recorded.keys() - erased.keys()):
        yield f"protected text {pk} is there, though a change says that it was erased"
    for pk in sorted(erased.keys() & recorded.keys()):
        if erased[pk] != recorded[pk]:
            yield f"protected text {pk} was erased at another moment than the change that erased it"
    for pk in (
        ProtectedText.objects.exclude(erased_at=None).exclude(text="", salt="").values_list("pk", flat=True)
    ):
        yield f"protected text {pk} says something, though it was erased"
    for pk in ProtectedText.objects.exclude(pk__in=_held_texts()).values_list("pk", flat=True):
        yield f"protected text {pk} belongs to no line of history"


def _held_texts() -> set[int]:
    """The keys of the texts that rows of history refer to."""
    return {
        pk
        for model in append_only_models()
        for name in model.protected
        for pk in model._base_manager.order_by().values_list(f"{name}_id", flat=True)
        if pk is not None
    }


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
    """The triggers that refuse rewriting: each there, as we made it, and switched on; and what they call."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true) "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.oid = ANY(%s::regclass[]) AND NOT t.tgisinternal",
            [[f"public.{table}" for table in unchangeable_tables()]],
        )
        found = {(table, name): (enabled, text) for table, name, enabled, text in cursor.fetchall()}
    for model, trigger in _guarding_triggers():
        table, name = model._meta.db_table, trigger.get_pgid(model)
        enabled, text = found.get((table, name), ("", ""))
        if not enabled:
            yield f"the trigger {name} on {table} is missing"
        elif enabled not in {"O", "A"}:
            yield f"the trigger {name} on {table} is switched off"
        elif text != trigger.definition(model):
            yield f"the trigger {name} on {table} is not the one we made"
    yield from _guard_functions()


def _guarding_triggers() -> Iterator[Guarded]:
    for model in apps.get_app_config("benchmarks").get_models():
        for trigger in getattr(model._meta, "triggers", []):
            if isinstance(trigger, Guard):
                yield model, trigger


def _guard_functions() -> Iterator[str]:
    """The functions that the triggers call, by what they do and with which search path."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, encode(sha256(convert_to(concat(prosrc, proconfig), 'UTF8')), 'hex') "
            "FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)",
            [list(FUNCTIONS)],
        )
        found = dict(cursor.fetchall())
    for name in sorted(FUNCTIONS):
        if found.get(name) != FUNCTIONS[name]:
            yield f"the function {name}, which triggers call, is not the one we made"
