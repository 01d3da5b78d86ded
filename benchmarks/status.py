"""The lines of a status history, each with what it changed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.models import Position, ProgressUpdate, Rating, StatusEvent

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Line:
    """One line as a reader meets it; what it changed from is empty for a line that does not stand.

    `update` is what the line was made from, None for who may not see that. `challenge` waits for review
    and would take the line back, or correct it.
    """

    event: StatusEvent
    voided_by: StatusEvent | None
    rating_before: str
    position_before: str
    update: ProgressUpdate | None = None
    challenge: ProgressUpdate | None = None

    @property
    def stands(self) -> bool:
        return self.voided_by is None and self.event.kind != StatusEvent.Kind.WITHDRAWAL


def told(
    events: Iterable[StatusEvent], updates: Iterable[ProgressUpdate] = (), known: datetime | None = None
) -> list[Line]:
    """The lines, given and returned newest first, as they were known at the moment `known`.

    `updates` are those of the benchmark which the reader may see. Every event needs `voided_by` loaded where
    there is one. What a line changed from is what stood before it on the same axis, by effective date and
    then by the order of recording; for a position, of the same addressee.
    """
    seen = {update.pk: update for update in updates}
    challenges = challenged(seen.values())
    rating: str = Rating.UNASSESSED
    positions: dict[int | None, str] = {}
    lines: list[Line] = []
    for event in reversed(recorded_by(known, events)):
        line = Line(
            event,
            void_of(event, known),
            rating,
            positions.get(event.addressee_id, Position.NOT_STATED),
            seen.get(event.update_id),
            challenges.get(event.pk),
        )
        lines.append(line)
        if line.stands:
            rating = event.rating or rating
            if event.position:
                positions[event.addressee_id] = event.position
    return lines[::-1]


def recorded_by(known: datetime | None, events: Iterable[StatusEvent]) -> list[StatusEvent]:
    """The lines that were written down by then, in their order; all of them for None."""
    return [event for event in events if known is None or event.recorded_at <= known]


def void_of(event: StatusEvent, known: datetime | None) -> StatusEvent | None:
    """The line that corrects or withdraws this one, if it was recorded by then."""
    void: StatusEvent | None = getattr(event, "voided_by", None)
    return void if void and (known is None or void.recorded_at <= known) else None


def challenged(updates: Iterable[ProgressUpdate]) -> Mapping[int, ProgressUpdate]:
    """The updates that wait for review and would void a line, by the key of that line."""
    waiting = ProgressUpdate.State.SUBMITTED
    return {update.voids_id: update for update in updates if update.voids_id and update.state == waiting}


def assessments(lines: Iterable[Line]) -> list[StatusEvent]:
    """The lines that stand and give a rating, oldest first."""
    rated = [line.event for line in lines if line.stands and line.event.rating]
    return rated[::-1]


def positions(lines: Iterable[Line]) -> list[StatusEvent]:
    """For each addressee the newest line that stands and gives its position, by the addressee's name."""
    newest: dict[int | None, StatusEvent] = {}
    for line in lines:
        if line.stands and line.event.position:
            newest.setdefault(line.event.addressee_id, line.event)
    return sorted(newest.values(), key=lambda event: str(event.addressee))
