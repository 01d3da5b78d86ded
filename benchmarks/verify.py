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

from django.core.signing import BadSignature, Signer
from django.db.models import Exists, F, OuterRef, Q

from benchmarks import guarding, history
from benchmarks.models import AppendOnly, Benchmark, Change, PersonSituation, ProtectedText, StatusEvent

BATCH = 1000

Rows = dict[tuple[str, int], AppendOnly]

# What a line says, and where the update says the same.
SAID = {
    "decided_by": "update__reviewer",
    "benchmark": "update__benchmark",
    "kind": "update__kind",
    "voids": "update__voids",
    "rating": "update__proposed_rating",
    "position": "update__proposed_position",
    "addressee": "update__addressee",
    "criterion": "update__criterion",
    "effective_on": "update__happened_on",
    "effective_on_precision": "update__happened_on_precision",
}


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
    yield from _decisions()
    yield from guarding.findings()


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
    for model in history.append_only_models():
        made = model._base_manager.filter(change_id__gte=first, change_id__lte=last).order_by("pk")
        # Not select_related: the join would hide a row whose text is gone.
        made = made.prefetch_related(*model.protected) if model.protected else made
        for row in made:
            rows[row.change_id][model._meta.label_lower, row.pk] = row
    return rows


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
    for model in history.append_only_models():
        # By key: an order that follows the change would join it, and so hide the row.
        # NOT EXISTS is answered in one pass, however many changes there are; NOT IN, once for every row.
        made = Change.objects.filter(no=OuterRef("change_id"))
        lost = model._base_manager.filter(~Exists(made)).order_by("pk")
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
    for pk in sorted(set(ProtectedText.objects.values_list("pk", flat=True)) - _held_texts()):
        yield f"protected text {pk} belongs to no line of history"


def _held_texts() -> set[int]:
    """The keys of the texts that rows of history refer to."""
    return {
        pk
        for model in history.append_only_models()
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


def _decisions() -> Iterator[str]:
    """Each line against the update it came of: two people, and the same words. An owner can edit either."""
    differs = Q()
    for said, meant in SAID.items():
        absent, silent = Q(**{f"{said}__isnull": True}), Q(**{f"{meant}__isnull": True})
        differs |= (absent ^ silent) | (~absent & ~silent & ~Q(**{said: F(meant)}))
    lines = StatusEvent.objects.order_by("pk")
    for line in lines.filter(
        Q(update__author=F("decided_by")) | ~Q(update__state="approved") | Q(update__reviewer__isnull=True)
    ):
        yield f"status event {line.pk} was not approved by a second person: update {line.update_id}"
    for line in lines.filter(differs):
        yield f"status event {line.pk} does not say what update {line.update_id}, which it came of, says"
    for line in lines.filter(
        ~Q(voids__benchmark=F("benchmark")) | Q(voids__kind="withdrawal"), voids__isnull=False
    ):
        yield f"status event {line.pk} voids line {line.voids_id}, which it cannot"
    correcting = PersonSituation.objects.filter(corrects__isnull=False).order_by("pk")
    for situation in correcting.filter(~Q(corrects__person=F("person"))):
        yield f"situation {situation.pk} corrects line {situation.corrects_id}, which is about somebody else"
