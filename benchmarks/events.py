"""Events come in here, move, and get an agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from benchmarks import history
from benchmarks.models import AgendaItem, Benchmark, Change, Event, EventChange, EventSeries, ProtectedText

if TYPE_CHECKING:
    from accounts.models import User

MOVABLE = frozenset(
    "starts_on starts_on_precision ends_on starts_at time_zone place certainty state".split()  # noqa: SIM905
)
# What moves the moment itself, and with it every reminder counted from it.
DATES = frozenset({"starts_on", "starts_on_precision", "ends_on", "starts_at", "time_zone"})


@transaction.atomic
def add_series(series: EventSeries, *, by: User, quiet: bool = False) -> EventSeries:
    """Save a new event series. Raises ValidationError where it is not sound."""
    series.full_clean()
    series.save(force_insert=True)
    history.record(Change.Kind.SERIES_ADDED, series, by=by, quiet=quiet)
    return series


@transaction.atomic
def add(event: Event, *, by: User, quiet: bool = False) -> Event:
    """Save a new event. Raises ValidationError where it is not sound."""
    event.full_clean()
    event.save(force_insert=True)
    history.record(Change.Kind.EVENT_ADDED, event, by=by, quiet=quiet)
    return event


@transaction.atomic
def move(event: Event, *, by: User, reason: str, quiet: bool = False, **to: Any) -> EventChange:
    """Change an event's date, place, certainty or state, and keep what it was and why it changed.

    The revision rises when the date moves. Raises ValidationError where nothing changes, the reason is
    empty or the event would not be sound, and TypeError for a field that does not move.
    """
    if unknown := set(to) - MOVABLE:
        raise TypeError(f"An event does not move by {', '.join(sorted(unknown))}.")
    moved = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    before = {name: getattr(moved, name) for name in to}
    what = {name: [before[name], value] for name, value in to.items() if before[name] != value}
    why = ProtectedText.of(reason)
    if not what or why is None:
        raise ValidationError(_("Say what changes about the event, and why."))
    for name in what:
        setattr(moved, name, to[name])
    moved.revision += bool(DATES & set(what))
    moved.full_clean()
    moved.save()
    written = {name: [_written(old), _written(new)] for name, (old, new) in what.items()}
    change = EventChange(event=moved, what=written, reason=why)
    history.record(Change.Kind.EVENT_CHANGED, moved, by=by, rows=[change], quiet=quiet)
    event.refresh_from_db()
    return change


def _written(value: Any) -> str | None:
    return None if value is None else str(value)


@transaction.atomic
def put_on_agenda(
    event: Event, benchmark: Benchmark, *, ask: str, priority: int = 2, by: User, quiet: bool = False
) -> AgendaItem:
    """Put a benchmark on an event's agenda. Raises ValidationError where it stands there already."""
    item = AgendaItem(event=event, benchmark=benchmark, ask=ask, priority=priority)
    item.full_clean()
    item.save(force_insert=True)
    history.record(Change.Kind.AGENDA_ITEM_ADDED, item, by=by, quiet=quiet)
    return item
