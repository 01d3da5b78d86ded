"""An update on its way into history: submitted by one person, decided on by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import NotAllowed, may_contribute
from benchmarks import history
from benchmarks.dates import Precision
from benchmarks.models import (
    Audience,
    Benchmark,
    Change,
    Comment,
    Evidence,
    ProgressUpdate,
    ProtectedText,
    StaleReview,
    StatusEvent,
)

if TYPE_CHECKING:
    from accounts.models import User

State = ProgressUpdate.State
RETIRED = gettext_lazy("This benchmark was retired: nothing new is logged on it.")


@transaction.atomic
def draft(
    update: ProgressUpdate,
    *,
    evidence: Sequence[Evidence] = (),
    readers: Sequence[User] = (),
    quiet: bool = False,
) -> ProgressUpdate:
    """Save what somebody logs, with its evidence; the criterion in force is noted if none is given.

    Raises NotAllowed for an author who may not contribute, and ValidationError where something is unsound.
    """
    if not may_contribute(update.author):
        raise NotAllowed(_("Only contributors log updates."))
    update.state = State.DRAFT
    update.criterion = update.criterion or Benchmark.objects.get(pk=update.benchmark_id).criterion
    update.full_clean()
    update.save(force_insert=True)
    update.readers.set(readers)
    for piece in evidence:
        piece.update = update
        piece.full_clean()
        piece.save(force_insert=True)
    record(Change.Kind.UPDATE_DRAFTED, update, by=update.author, quiet=quiet)
    return update


@transaction.atomic
def submit(update: ProgressUpdate, *, by: User, quiet: bool = False) -> ProgressUpdate:
    """Hand an own draft, or one that was sent back, to the reviewers.

    Raises NotAllowed for anybody but its author, StaleReview where it is not a draft, and ValidationError
    where it is not sound, such as a date in the future.
    """
    update = locked(update)
    if update.author_id != by.pk or not may_contribute(by):
        raise NotAllowed(_("An update is submitted by its author."))
    if not update.is_open or update.discarded_at:
        raise StaleReview(update)
    return hand_in(update, by=by, quiet=quiet)


def hand_in(update: ProgressUpdate, *, by: User, quiet: bool = False) -> ProgressUpdate:
    """Check and save an open update, held, as its author `by` wants it decided on."""
    is_new = update.kind == StatusEvent.Kind.ASSESSMENT
    if is_new and update.benchmark.lifecycle == Benchmark.Lifecycle.RETIRED:
        raise ValidationError(RETIRED)  # what is wrong in its history is put right all the same
    update.state, update.submitted_at = State.SUBMITTED, timezone.now()
    update.submission += 1
    update.full_clean()
    update.save()
    record(Change.Kind.UPDATE_SUBMITTED, update, by=by, quiet=quiet)
    return update


def hold_benchmark(update: ProgressUpdate) -> None:
    """Hold its benchmark until the transaction ends: everywhere first, then the update, then the chain."""
    Benchmark.objects.select_for_update(no_key=True).get(pk=update.benchmark_id)


def locked(update: ProgressUpdate) -> ProgressUpdate:
    """The update as it stands now, held until the transaction ends, and its benchmark with it."""
    hold_benchmark(update)
    return ProgressUpdate.objects.select_for_update(no_key=True).get(pk=update.pk)


@transaction.atomic
def approve(
    update: ProgressUpdate, reviewer: User, reason: str, *, seen: int | None = None, quiet: bool = False
) -> StatusEvent | None:
    """Accept an update and make it a line of the benchmark's status history, with a public reason.

    Without rating, position or line to void there is nothing to say there: then it returns None. `seen` is
    the number of the submission the reviewer read. Raises NotAllowed where the reviewer may not decide on
    it, StaleReview where somebody decided first or it was submitted anew, and ValidationError without a
    reason, or where the line it voids is voided already.
    """
    update = locked(update)
    update.check_can_be_decided_by(reviewer, seen=seen)
    line = _line(update, reviewer, reason, quiet) if update.makes_a_line else None
    # The reason stands in the line, where it can be erased; a copy here would outlive it.
    update.mark(State.APPROVED, by=reviewer, note="" if line else reason.strip())
    record(
        Change.Kind.UPDATE_APPROVED, update, by=reviewer, rows=[line] if line else [], quiet=quiet
    )  # last: it takes the chain's lock
    return line


def request_changes(
    update: ProgressUpdate, reviewer: User, note: str, *, seen: int | None = None
) -> ProgressUpdate:
    """Send an update back to its author, who may mend it and submit it again.

    Raises what `approve` raises; the note says what to mend and is compulsory.
    """
    return _refuse(update, reviewer, note, State.CHANGES_REQUESTED, Change.Kind.UPDATE_RETURNED, seen)


def reject(update: ProgressUpdate, reviewer: User, note: str, *, seen: int | None = None) -> ProgressUpdate:
    """Turn an update down for good. Raises what `approve` raises; the note says why and is compulsory."""
    return _refuse(update, reviewer, note, State.REJECTED, Change.Kind.UPDATE_REJECTED, seen)


@transaction.atomic
def _refuse(
    update: ProgressUpdate, reviewer: User, note: str, state: State, kind: Change.Kind, seen: int | None
) -> ProgressUpdate:
    update = locked(update)
    update.check_can_be_decided_by(reviewer, seen=seen)
    if not note.strip():
        raise ValidationError(_("Say why: its author reads it, and cannot guess."))
    update.mark(state, by=reviewer, note=note.strip())
    # The note of the update is that of the last decision; each round stays in the discussion.
    Comment.objects.create(update=update, author=reviewer, text=note.strip(), decision=state)
    record(kind, update, by=reviewer)
    return update


@transaction.atomic
def withdraw(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """Take back an own update that nobody has approved or rejected yet.

    Raises NotAllowed for anybody but its author, and StaleReview where it was decided.
    """
    return _own(update, by, {State.SUBMITTED, State.CHANGES_REQUESTED}, State.WITHDRAWN)


@transaction.atomic
def reopen(update: ProgressUpdate, *, by: User) -> ProgressUpdate:
    """Make an own update that was withdrawn a draft again. Raises what `withdraw` raises."""
    return _own(update, by, {State.WITHDRAWN}, State.DRAFT)


def _own(update: ProgressUpdate, by: User, among: set[State], state: State) -> ProgressUpdate:
    update = locked(update)
    if update.author_id != by.pk or not may_contribute(by):
        raise NotAllowed(_("Only its author does that."))
    if update.state not in among:
        raise StaleReview(update)
    update.state = state
    update.save(update_fields=["state"])
    kind = Change.Kind.UPDATE_WITHDRAWN if state == State.WITHDRAWN else Change.Kind.UPDATE_REOPENED
    record(kind, update, by=by)
    return update


def _line(update: ProgressUpdate, reviewer: User, reason: str, quiet: bool) -> StatusEvent:
    """The status event, unsaved, that an approved update comes to."""
    why = ProtectedText.of(reason)
    if why is None:
        raise ValidationError(_("A line of the status history needs a reason."))
    if update.voids and not StatusEvent.objects.standing().filter(pk=update.voids.pk).exists():
        raise ValidationError(_("That line was corrected or withdrawn already."))
    if update.criterion is None or update.happened_on is None:
        raise ValidationError(_("Without a criterion nothing can be rated."))
    return StatusEvent(
        benchmark=update.benchmark,
        kind=update.kind,
        voids=update.voids,
        rating=update.proposed_rating,
        position=update.proposed_position,
        addressee=update.addressee,
        effective_on=update.happened_on,
        effective_on_precision=update.happened_on_precision,
        reason=why,
        audience=update.audience,
        update=update,
        criterion=update.criterion,
        decided_by=reviewer,
        quiet=quiet,
    )


@transaction.atomic
def propose_correction(
    line: StatusEvent,
    *,
    by: User,
    narrative: str,
    happened_on: date | None = None,
    happened_on_precision: str | None = None,
    evidence: Sequence[Evidence] = (),
    quiet: bool = False,
    **proposed: Any,
) -> ProgressUpdate:
    """Log and submit what should stand instead of a line.

    `proposed` may hold proposed_rating, proposed_position and addressee. Date and precision stay the
    line's unless given. Somebody else approves it, as any update.
    """
    update = ProgressUpdate(
        benchmark=line.benchmark,
        author=by,
        kind=StatusEvent.Kind.CORRECTION,
        voids=line,
        happened_on=happened_on or line.effective_on,
        happened_on_precision=happened_on_precision
        or (Precision.DAY if happened_on else line.effective_on_precision),
        narrative=narrative,
        audience=line.audience,
        **proposed,
    )
    return submit(draft(update, evidence=evidence, quiet=quiet), by=by, quiet=quiet)


@transaction.atomic
def propose_withdrawal(line: StatusEvent, *, by: User, reason: str, quiet: bool = False) -> ProgressUpdate:
    """Log and submit that a line should never have been approved. Somebody else confirms it by approving."""
    update = ProgressUpdate(
        benchmark=line.benchmark,
        author=by,
        kind=StatusEvent.Kind.WITHDRAWAL,
        voids=line,
        happened_on=line.effective_on,
        happened_on_precision=line.effective_on_precision,
        narrative=reason,
        audience=line.audience,
    )
    return submit(draft(update, quiet=quiet), by=by, quiet=quiet)


def record(
    kind: Change.Kind,
    update: ProgressUpdate,
    *,
    by: User,
    quiet: bool = False,
    rows: Sequence[StatusEvent] = (),
) -> None:
    """A change about a restricted update is as restricted as the update is."""
    audience = Audience.RESTRICTED if update.is_restricted else Audience(update.audience)
    history.record(kind, update, by=by, rows=rows, audience=audience, quiet=quiet)
