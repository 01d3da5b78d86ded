"""Details of a thing are put right here, and history says that they were, when and by whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from benchmarks import history
from benchmarks.events import MOVABLE
from benchmarks.models import (
    AgendaItem,
    Audience,
    Benchmark,
    Change,
    Event,
    EventSeries,
    Letter,
    Organisation,
    PersonOfConcern,
    Recommendation,
    Theme,
)

if TYPE_CHECKING:
    from accounts.models import User

KINDS: dict[type[models.Model], Change.Kind] = {
    AgendaItem: Change.Kind.AGENDA_ITEM_AMENDED,
    Benchmark: Change.Kind.BENCHMARK_AMENDED,
    Event: Change.Kind.EVENT_AMENDED,
    EventSeries: Change.Kind.SERIES_AMENDED,
    Letter: Change.Kind.LETTER_AMENDED,
    Organisation: Change.Kind.ORGANISATION_AMENDED,
    PersonOfConcern: Change.Kind.PERSON_AMENDED,
    Recommendation: Change.Kind.RECOMMENDATION_AMENDED,
    Theme: Change.Kind.THEME_AMENDED,
}
# Given once, when the thing is added: what others already hold as its address, where it belongs, and who
# may see it, which takes more than an amendment to widen. A benchmark is activated, published and retired
# by functions of their own, each with its own rule.
SETTLED: dict[type[models.Model], tuple[str, ...]] = {
    AgendaItem: ("event", "benchmark"),
    Benchmark: ("code", "slug", "lifecycle", "published"),
    Event: ("slug",),
    EventSeries: ("slug",),
    Letter: ("slug",),
    Organisation: ("slug",),
    PersonOfConcern: ("slug", "audience", "readers"),
    Recommendation: ("letter", "parent"),
    Theme: ("slug",),
}


@transaction.atomic
def amend(
    thing: models.Model,
    *,
    fields: Collection[str] = (),
    by: User,
    links: Mapping[str, Iterable[Any]] | None = None,
    parts: Sequence[models.Model] = (),
    quiet: bool = False,
) -> None:
    """Save these fields of a thing, and leave the others as the database has them.

    `links` maps many-to-many fields to all that they hold from now on; `parts` are rows which belong to the
    thing, such as a letter's parties, new or changed. Where nothing is given, nothing happens. Raises
    ValidationError where the outcome is not sound, and TypeError for a field that is settled or changes in
    another way: what history comes to, and what `events.move` moves.
    """
    kind = KINDS[type(thing)]
    if unfit := [name for name in (*fields, *(links or ())) if not _is_amendable(thing, name)]:
        raise TypeError(f"{', '.join(sorted(unfit))} of {thing._meta.label} is not simply amended.")
    if not (fields or links or parts):
        return
    # Only the fields that were changed, so that a form opened before an approval never undoes its fold.
    amended = type(thing)._default_manager.select_for_update(no_key=True).get(pk=thing.pk)
    for name in fields:
        setattr(amended, name, getattr(thing, name))
    amended.full_clean()
    amended.save(update_fields=list(fields))
    for name, held in (links or {}).items():
        getattr(amended, name).set(held)
    for part in parts:
        part.full_clean()
        part.save()
    audience = Audience(getattr(amended, "audience", Audience.INTERNAL))
    history.record(kind, amended, by=by, audience=audience, quiet=quiet)
    thing.refresh_from_db()


def _is_amendable(thing: models.Model, name: str) -> bool:
    if name in SETTLED[type(thing)] or (isinstance(thing, Event) and name in MOVABLE):
        return False
    return thing._meta.get_field(name).editable
