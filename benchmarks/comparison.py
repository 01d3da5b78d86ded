"""What approving an update would change: on the day it speaks of, and today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from benchmarks import differences
from benchmarks.dates import Precision, written
from benchmarks.models import Organisation, Position, ProgressUpdate, Rating, StatusEvent

if TYPE_CHECKING:
    from accounts.permissions import AnyUser


class Verdict(StrEnum):
    """What becomes of today, on one axis."""

    CHANGES = "changes"
    RENEWED = "renewed"  # confirmed, unchanged, and assessed later than before
    LATER = "later"  # the proposal counts for the past: something later stands
    DATED = "dated"  # the same, but said of another day
    STAYS = "stays"


@dataclass(frozen=True)
class Standing:
    """What stands on one axis, and since when; `line` says so, unless it is proposed or nobody did."""

    value: str
    on: date | None = None
    precision: str = Precision.DAY
    line: StatusEvent | None = None
    is_proposed: bool = False

    @property
    def on_written(self) -> str:
        return written(self.on, self.precision)


@dataclass(frozen=True)
class Axis:
    """The rating, or the position of one addressee: before and after, on the day and today."""

    stood: Standing
    proposed: Standing
    today: Standing
    afterwards: Standing
    addressee: Organisation | None = None

    @property
    def differs(self) -> bool:
        """True if another value would stand on the day."""
        return self.stood.value != self.proposed.value

    @property
    def is_spoken_of(self) -> bool:
        """True if the update says something here, or takes back what does."""
        return self.proposed.is_proposed or self.stood != self.proposed or self.today != self.afterwards

    @property
    def verdict(self) -> Verdict:
        before, after = self.today, self.afterwards
        if before.value != after.value:
            return Verdict.CHANGES
        if after.is_proposed and (before.on is None or (after.on and after.on > before.on)):
            return Verdict.RENEWED
        if self.proposed.is_proposed and not after.is_proposed and before == after:
            return Verdict.LATER
        return Verdict.STAYS if before.on == after.on else Verdict.DATED


@dataclass(frozen=True)
class Comparison:
    """An update beside the history as it is now. `line` is what the new words are compared with."""

    update: ProgressUpdate
    rating: Axis
    positions: tuple[Axis, ...]
    line: StatusEvent | None
    narrative: str
    is_withheld: bool
    is_voided_already: bool

    @property
    def is_blocked(self) -> bool:
        """True if approving it would be refused, whatever the reason given."""
        return self.is_voided_already or (self.update.makes_a_line and self.update.criterion_id is None)

    @property
    def is_judged_by_an_old_criterion(self) -> bool:
        """True if the criterion was revised since the update was submitted."""
        return self.update.criterion_id != self.update.benchmark.criterion_id

    @property
    def words(self) -> str:
        """What was said last: what was logged, else the reason; nothing where that is withheld."""
        if self.line is None or self.is_withheld:
            return ""
        return self.narrative or str(self.line.reason)


def compare(update: ProgressUpdate, reader: AnyUser) -> Comparison:
    """Reckon what approving a submitted update would change, in two queries. It writes nothing.

    The day of an imprecise date is the first of its period, as it is in the history. `reader` is who is shown
    the words that were logged before, so far as they may see them.
    """
    standing = StatusEvent.objects.standing().filter(benchmark=update.benchmark_id).newest_first()
    lines = list(standing.select_related("reason", "addressee", "decided_by"))
    line = _line_before(update, lines)
    narrative = _narrative(line, reader)
    return Comparison(
        update=update,
        rating=_axis(update, lines, lambda each: each.rating, update.proposed_rating, Rating.UNASSESSED),
        positions=tuple(_positions(update, lines)),
        line=line,
        narrative=narrative or "",
        is_withheld=line is not None and narrative is None,
        is_voided_already=bool(update.voids_id) and update.voids_id not in {each.pk for each in lines},
    )


def shown(update: ProgressUpdate, reader: AnyUser) -> dict[str, Any]:
    """What `review/comparison.html` prints, beside update and evidence.

    The new words are marked where they differ; why a line should go is no new wording of it.
    """
    reckoned = compare(update, reader)
    is_withdrawal = update.kind == StatusEvent.Kind.WITHDRAWAL
    marked = None if is_withdrawal else differences.marked(reckoned.words, update.narrative)
    return {"comparison": reckoned, "marked": marked}


def _axis(
    update: ProgressUpdate,
    lines: Sequence[StatusEvent],
    read: Callable[[StatusEvent], str | None],
    proposed: str | None,
    nothing: str,
    addressee: Organisation | None = None,
) -> Axis:
    """Fold one axis twice: as the lines are, and without the line voided but with what is proposed."""
    before = [
        Standing(said, each.effective_on, each.effective_on_precision, each)
        for each in lines
        if (said := read(each))
    ]
    after = [each for each in before if each.line is None or each.line.pk != update.voids_id]
    if proposed:
        new = Standing(proposed, update.happened_on, update.happened_on_precision, is_proposed=True)
        # Of the same day the line recorded last stands, and that would be this one.
        later = [each for each in after if _is_later(each, update.happened_on)]
        after = [*later, new, *after[len(later) :]]
    empty, day = Standing(nothing), update.happened_on
    return Axis(
        stood=_first(before, day) or empty,
        proposed=_first(after, day) or empty,
        today=_first(before) or empty,
        afterwards=_first(after) or empty,
        addressee=addressee,
    )


def _is_later(standing: Standing, day: date | None) -> bool:
    return bool(standing.on and day and standing.on > day)


def _first(standings: Sequence[Standing], day: date | None = None) -> Standing | None:
    """The newest that had come true by the day; None stands for "without end"."""
    return next((each for each in standings if not _is_later(each, day)), None)


def _positions(update: ProgressUpdate, lines: Sequence[StatusEvent]) -> list[Axis]:
    """Each addressee that stated a position, or of whom one is proposed: those it speaks of first."""
    addressees = {each.addressee_id: each.addressee for each in lines if each.position}
    addressees |= {update.addressee_id: update.addressee} if update.proposed_position else {}
    axes = [
        _axis(
            update,
            lines,
            # A default, since each of these functions must keep its own addressee.
            lambda each, key=key: each.position if each.addressee_id == key else None,  # type: ignore[misc]
            update.proposed_position if key == update.addressee_id else None,
            Position.NOT_STATED,
            addressee,
        )
        for key, addressee in addressees.items()
    ]
    return sorted(axes, key=lambda axis: (not axis.is_spoken_of, str(axis.addressee)))


def _line_before(update: ProgressUpdate, lines: Sequence[StatusEvent]) -> StatusEvent | None:
    """The line an update takes back; of any other update the last one that said something by its day."""
    if update.voids_id:
        return update.voids
    speaking = (each for each in lines if each.rating or each.position)
    day = update.happened_on
    return next((each for each in speaking if day is None or each.effective_on <= day), None)


def _narrative(line: StatusEvent | None, reader: AnyUser) -> str | None:
    """What was logged for this line; None where that was hidden from the reader, and the reason with it."""
    if line is None:
        return None
    seen = ProgressUpdate.objects.visible_to(reader).filter(pk=line.update_id)
    return seen.values_list("narrative", flat=True).first()
