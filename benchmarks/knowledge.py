"""What was known of a day then, beside what is known of it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.dates import written
from benchmarks.models import CriterionVersion, StatusEvent
from benchmarks.status import recorded_by, void_of

if TYPE_CHECKING:
    from benchmarks.models import Benchmark


@dataclass(frozen=True)
class Standing:
    """What stood on a day, as `Benchmark.objects.as_of` annotates it."""

    rating: str
    rated_on: date | None
    rated_on_precision: str
    position: str
    criterion: CriterionVersion | None

    @classmethod
    def of(cls, benchmark: Benchmark, named: str, criteria: Mapping[int, CriterionVersion]) -> Standing:
        """Read the annotations that `as_of` made under this name; `criteria` holds versions by key."""
        then: Any = vars(benchmark)
        return cls(
            rating=then[f"rating_{named}"],
            rated_on=then[f"rated_on_{named}"],
            rated_on_precision=then[f"rated_on_precision_{named}"],
            position=then[f"position_{named}"],
            criterion=criteria.get(then[f"criterion_{named}"]),
        )

    @property
    def rated_on_written(self) -> str:
        return written(self.rated_on, self.rated_on_precision)


@dataclass(frozen=True)
class Learnt:
    """A line of the day that was recorded after the moment, or one known by then and voided after it."""

    event: StatusEvent
    is_new: bool
    voided_by: StatusEvent | None


@dataclass(frozen=True)
class Difference:
    """What one knew at a moment of a day, what one knows now, and which lines make the difference."""

    then: Standing
    now: Standing
    learnt: Sequence[Learnt]
    learnt_from: datetime | None

    @property
    def was_nothing_known(self) -> bool:
        """True if nothing had been written down at all: then what one knew is no answer, but none."""
        return self.learnt_from is not None


def difference(
    then: Standing,
    now: Standing,
    events: Sequence[StatusEvent],
    criteria: Iterable[CriterionVersion],
    moment: datetime,
) -> Difference | None:
    """What was learnt of a day after the moment; None where nothing was.

    `events` and `criteria` are those of the day, as they are known now, newest first.
    """
    learnt = learnt_since(moment, events)
    if then == now and not learnt:
        return None
    written_down = [row.recorded_at for row in (*events, *criteria)]
    was_blank = all(at > moment for at in written_down)
    return Difference(then, now, learnt, min(written_down) if was_blank else None)


def learnt_since(moment: datetime, events: Sequence[StatusEvent]) -> list[Learnt]:
    """Lines recorded after the moment and lines voided after it, in their order.

    A withdrawal says nothing of its own: it is told with the line which it takes back.
    """
    known = {event.pk for event in recorded_by(moment, events)}
    told: list[Learnt] = []
    for event in events:
        was_void = void_of(event, moment) is not None
        void = None if was_void else void_of(event, None)
        is_new = event.pk not in known
        if event.kind != StatusEvent.Kind.WITHDRAWAL and (is_new or void):
            told.append(Learnt(event, is_new, void))
    return told
