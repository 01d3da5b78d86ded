"""An update while its author still writes it: begun, saved as one types, settled, discarded and restored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.permissions import NotAllowed, may_contribute
from benchmarks import history, workflow
from benchmarks.models import (
    AgendaItem,
    Audience,
    Benchmark,
    Change,
    Evidence,
    ProgressUpdate,
    StaleReview,
    WorkingCopy,
)

if TYPE_CHECKING:
    from accounts.models import User

State = ProgressUpdate.State
Words = Mapping[str, list[str]]
# Some 60 pages of text: far more than anybody types, and little enough to save at every pause.
MOST_CHARACTERS = 200_000
MOST_PIECES = 100
# Versions of a later submission are higher than any of an earlier one: a window left open since then cannot
# take its old number for the number that stands. Nobody saves so often between two submissions.
ROUND = 2**16
# How long a discarded draft can be brought back; then its words are gone for good.
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Kept:
    """What became of the words of one window: the copy they are in, and what stands instead of them.

    `theirs` is what another window saved meanwhile; then these words are put aside and nothing is lost.
    """

    copy: WorkingCopy
    theirs: WorkingCopy | None = None


@transaction.atomic
def begin(benchmark: Benchmark, *, by: User, agenda_item: AgendaItem | None = None) -> ProgressUpdate:
    """Make an empty draft, for what is typed to have a place. Raises NotAllowed, or ValidationError."""
    if not may_contribute(by):
        raise NotAllowed(_("Only contributors log updates."))
    benchmark = Benchmark.objects.select_for_update(no_key=True).get(pk=benchmark.pk)
    if benchmark.lifecycle == Benchmark.Lifecycle.RETIRED:
        raise ValidationError(workflow.RETIRED)
    draft = ProgressUpdate(
        benchmark=benchmark, author=by, agenda_item=agenda_item, criterion_id=benchmark.criterion_id
    )
    if draft.agenda_item:
        draft.agenda_item.refresh_from_db()
    draft.clean()
    draft.save(force_insert=True)
    history.record(Change.Kind.UPDATE_DRAFTED, draft, by=by)
    return draft


@transaction.atomic
def keep(update: ProgressUpdate, words: Words, *, by: User, window: str, version: int) -> Kept:
    """Save what stands in a form; `version` is the one that its window began from, 0 for none.

    Where another window saved meanwhile, these words are put aside. Raises NotAllowed for anybody but the
    author, StaleReview where the update is not open any more, and ValidationError where it is too much.
    """
    if sum(len(value) for values in words.values() for value in values) > MOST_CHARACTERS:
        raise ValidationError(_("This is more than a draft can hold. Put the long text into a file."))
    words = _storable(words)
    update = opened(update, by=by)
    standing = update.working_copies.filter(is_aside=False).first()
    # A window never conflicts with itself: an answer may have been lost on the way to it.
    if standing and standing.words != words and version != standing.version and window != standing.window:
        return Kept(_put_aside(update, words, window, version), theirs=standing)
    copy = standing or WorkingCopy(update=update, version=update.submission * ROUND)
    copy.version, copy.window, copy.words, copy.saved_at = copy.version + 1, window, words, timezone.now()
    copy.save()
    update.working_copies.filter(is_aside=True, window=window).delete()
    return Kept(copy)


def _storable(words: Words) -> dict[str, list[str]]:
    """The words without NUL, which a browser may send and PostgreSQL keeps in no text."""
    return {name: [value.replace("\0", "") for value in values] for name, values in words.items()}


def _put_aside(update: ProgressUpdate, words: Words, window: str, version: int) -> WorkingCopy:
    said = {"words": words, "version": version, "saved_at": timezone.now()}
    copy, _made = WorkingCopy.objects.update_or_create(
        update=update, window=window, is_aside=True, defaults=said
    )
    return copy


def opened(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """The update, locked, if this person may edit it now. Raises NotAllowed or StaleReview."""
    update = ProgressUpdate.objects.select_for_update(no_key=True).get(pk=update.pk)
    if update.author_id != by.pk or not may_contribute(by):
        raise NotAllowed(_("An update is edited by its author."))
    if not update.is_open or update.discarded_at:
        raise StaleReview(update)
    return update


@transaction.atomic
def attach(update: ProgressUpdate, piece: Evidence, *, by: User) -> Evidence:
    """Keep a file for an update that is still written.

    Only its author sees it until the update is submitted: then it is for whom the form says. Raises what
    `keep` raises.
    """
    update = opened(update, by=by)
    if update.evidence.count() >= MOST_PIECES:
        raise ValidationError(
            _("An update holds %(most)d pieces of evidence at most.") % {"most": MOST_PIECES}
        )
    piece.update, piece.audience = update, Audience.RESTRICTED
    piece.save(force_insert=True)
    return piece


def backup_key(person: User) -> str:
    """The key, 32 bytes in hexadecimal, with which this person's browser keeps what did not reach us.

    Words that wait for a lost connection lie on their disk; without signing in nobody can read them.
    """
    return salted_hmac("benchmarks.drafts.backup", str(person.pk), algorithm="sha256").hexdigest()


@transaction.atomic
def settle(
    update: ProgressUpdate,
    fields: Mapping[str, Any],
    *,
    by: User,
    readers: Collection[User] = (),
    evidence: Sequence[Evidence] = (),
    gone: Collection[int] = (),
    window: str | None = None,
) -> ProgressUpdate:
    """Write what was typed into the update itself and submit it; what was only typed is then dropped.

    `evidence` is new or changed, `gone` holds the keys of what was removed. Where it is said in which
    `window` the words stood, those of others are put aside instead, for the author to find if it comes back.
    It is judged by the criterion in force now. Raises what `workflow.submit` raises, and NotAllowed for
    evidence of another update.
    """
    workflow.hold_benchmark(update)
    update = opened(update, by=by)
    for name, value in fields.items():
        setattr(update, name, value)
    if update.agenda_item:
        # It may have passed to a successor of the benchmark since the form was filled in.
        update.agenda_item.refresh_from_db()
    update.criterion_id = Benchmark.objects.values_list("criterion", flat=True).get(pk=update.benchmark_id)
    update.readers.set(readers)
    update.evidence.filter(pk__in=gone).delete()
    for piece in evidence:
        if piece.pk and piece.update_id != update.pk:
            raise NotAllowed(_("This evidence belongs to another update."))
        piece.update = update
        piece.full_clean()
        piece.save()
    _drop_words(update, window)
    return workflow.hand_in(update, by=by)


def _drop_words(update: ProgressUpdate, window: str | None) -> None:
    """Drop what was typed; of what other windows typed nothing, unless it is not said which is which."""
    copies = update.working_copies.all()
    if window is not None:
        for theirs in copies.filter(is_aside=False).exclude(window=window):
            _put_aside(update, theirs.words, theirs.window, theirs.version)
        copies = copies.filter(Q(is_aside=False) | Q(window=window))
    copies.delete()


@transaction.atomic
def discard(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """Throw an own draft away; it can be restored until it is purged. Raises NotAllowed or StaleReview."""
    return _discarded(update, by, timezone.now())


@transaction.atomic
def restore(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """Bring a discarded draft back, word by word. Raises NotAllowed or StaleReview."""
    return _discarded(update, by, None)


def _discarded(update: ProgressUpdate, by: User, at: datetime | None) -> ProgressUpdate:
    update = ProgressUpdate.objects.select_for_update(no_key=True).get(pk=update.pk)
    if update.author_id != by.pk or not may_contribute(by):
        raise NotAllowed(_("Only its author does that."))
    if update.state != State.DRAFT or bool(update.discarded_at) == bool(at):
        raise StaleReview(update)
    update.discarded_at = at
    update.save(update_fields=["discarded_at"])
    kind = Change.Kind.UPDATE_DISCARDED if at else Change.Kind.UPDATE_RESTORED
    workflow.record(kind, update, by=by)
    return update


@transaction.atomic
def purge(now: datetime) -> int:
    """Remove drafts that were discarded longer ago than they are kept, with all words; return how many.

    What was typed into updates that were decided on or withdrawn longer ago, and then put aside, goes too.
    """
    before = now - KEPT_FOR
    gone = ProgressUpdate.objects.filter(discarded_at__lt=before).order_by("pk").select_for_update()
    keys = list(gone.values_list("pk", flat=True))
    WorkingCopy.objects.filter(settled_before(before)).delete()
    Evidence.objects.filter(update__in=keys).delete()
    ProgressUpdate.objects.filter(pk__in=keys).delete()
    return len(keys)


def settled_before(moment: datetime) -> Q:
    """Working copies of updates that nobody has written on since then: approved, rejected or withdrawn."""
    withdrawals = Change.objects.filter(
        kind=Change.Kind.UPDATE_WITHDRAWN,
        object_type=ProgressUpdate._meta.label_lower,
        object_id=OuterRef("update"),
        at__gte=moment,
    )
    decided = Q(update__state__in=[State.APPROVED, State.REJECTED], update__decided_at__lt=moment)
    return decided | Q(~Exists(withdrawals), update__state=State.WITHDRAWN)
