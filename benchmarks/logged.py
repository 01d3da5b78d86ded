"""What was logged on a benchmark and made no line of its status history: on its way, noted, or closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from benchmarks.models import ProgressUpdate

State = ProgressUpdate.State
OPEN = (State.DRAFT, State.CHANGES_REQUESTED, State.SUBMITTED)


@dataclass(frozen=True)
class Logged:
    """Updates beside the status history, each newest first; `closed` were rejected or withdrawn."""

    on_its_way: list[ProgressUpdate]
    notes: list[ProgressUpdate]
    closed: list[ProgressUpdate]

    def __iter__(self) -> Iterator[ProgressUpdate]:
        yield from (*self.on_its_way, *self.notes, *self.closed)

    def __bool__(self) -> bool:
        return bool(self.on_its_way or self.notes or self.closed)


def sorted_out(updates: Iterable[ProgressUpdate], made_lines: Iterable[int]) -> Logged:
    """Sort the updates that a person may see; `made_lines` are keys of updates that became lines.

    Of what is on its way own drafts come first, then what was sent back, then what waits.
    """
    lines = set(made_lines)
    beside = [update for update in updates if update.pk not in lines]
    on_its_way = [update for update in beside if update.state in OPEN]
    on_its_way.sort(key=lambda update: OPEN.index(State(update.state)))
    return Logged(
        on_its_way=on_its_way,
        notes=[update for update in beside if update.state == State.APPROVED],
        closed=[update for update in beside if update.state in {State.REJECTED, State.WITHDRAWN}],
    )


def known_of(updates: Iterable[ProgressUpdate], moment: datetime | None) -> list[ProgressUpdate]:
    """What had been approved by then: of a day that is past nothing else is told. None: until now."""
    approved = [update for update in updates if update.state == State.APPROVED and update.decided_at]
    return [each for each in approved if moment is None or (each.decided_at and each.decided_at <= moment)]
