"""An update on its way into history: submitted by one person, approved by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import NotAllowed, may_contribute
from benchmarks import history
from benchmarks.dates import Precision
from benchmarks.models import (
    Audience,
    Benchmark,
    Change,
    Evidence,
    ProgressUpdate,
    ProtectedText,
    StaleReview,
    StatusEvent,
)

if TYPE_CHECKING:
    from accounts.models import User

State = ProgressUpdate.State


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
    _record(Change.Kind.UPDATE_DRAFTED, update, by=update.author, quiet=quiet)
    return update


@transaction.atomic
def submit(update: ProgressUpdate, *, by: User, quiet: bool = False) -> ProgressUpdate:
    """Hand an own draft, or one that was sent back, to the reviewers.

    Raises NotAllowed for anybody but its author, StaleReview where it is not a draft, and ValidationError
    where it is not sound, such as a date in the future.
    """
    update = ProgressUpdate.objects.select_for_update(no_key=True).get(pk=update.pk)
    if update.author_id != by.pk or not may_contribute(by):
        raise NotAllowed(_("An update is submitted by its author."))
    if update.state not in {State.DRAFT, State.CHANGES_REQUESTED}:
        raise StaleReview(update)
    update.state, update.submitted_at = State.SUBMITTED, timezone.now()
    update.full_clean()
    update.save(update_fields=["state", "submitted_at"])
    _record(Change.Kind.UPDATE_SUBMITTED, update, by=by, quiet=quiet)
    return update


@transaction.atomic
def approve(
    update: ProgressUpdate, reviewer: User, reason: str, *, quiet: bool = False
) -> StatusEvent | None:
    """Accept an update and make it a line of the benchmark's status history, with a public reason.

    Without rating, position or line to void there is nothing to say there: then it returns None. Raises
    NotAllowed where the reviewer may not decide on it, StaleReview where somebody decided first, and
    ValidationError without a reason, or where the line it voids is voided already.
    """
    # The benchmark first, as everywhere: history.record locks it before the chain.
    Benchmark.objects.select_for_update(no_key=True).get(pk=update.benchmark_id)
    update = ProgressUpdate.objects.select_for_update(no_key=True).get(pk=update.pk)
    update.check_can_be_decided_by(reviewer)
    line = _line(update, reviewer, reason, quiet) if update.makes_a_line else None
    # The reason stands in the line, where it can be erased; a copy here would outlive it.
    update.mark(State.APPROVED, by=reviewer, note="" if line else reason)
    _record(
        Change.Kind.UPDATE_APPROVED, update, by=reviewer, rows=[line] if line else [], quiet=quiet
    )  # last: it takes the chain's lock
    return line


def _line(update: ProgressUpdate, reviewer: User, reason: str, quiet: bool) -> StatusEvent:
    """The status event, unsaved, that an approved update comes to."""
    why = ProtectedText.of(reason)
    if why is None:
        raise ValidationError(_("A line of the status history needs a reason."))
    if update.voids and not StatusEvent.objects.standing().filter(pk=update.voids.pk).exists():
        raise ValidationError(_("That line was corrected or withdrawn already."))
    if update.criterion is None:
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


def _record(
    kind: Change.Kind,
    update: ProgressUpdate,
    *,
    by: User,
    quiet: bool,
    rows: Sequence[StatusEvent] = (),
) -> None:
    """A change about a restricted update is as restricted as the update is."""
    history.record(kind, update, by=by, rows=rows, audience=Audience(update.audience), quiet=quiet)
