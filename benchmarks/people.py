"""Persons of concern come in here, who named them, and what sources state of their situation."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify

from benchmarks import history
from benchmarks.dates import Precision
from benchmarks.models import (
    Audience,
    Benchmark,
    Change,
    Letter,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProtectedText,
)

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add(
    person: PersonOfConcern,
    *,
    by: User,
    benchmarks: Sequence[Benchmark] = (),
    readers: Sequence[User] = (),
    quiet: bool = False,
) -> PersonOfConcern:
    """Save a new person of concern. Raises ValidationError where what is given is not sound.

    A slug that is missing or taken is made anew and never refused: that somebody has it already would tell
    of a person whom the one at work may not know of.
    """
    person.added_by = by
    if not person.slug or PersonOfConcern.objects.filter(slug=person.slug).exists():
        person.slug = _new_slug(person.name)
    person.full_clean()
    person.save(force_insert=True)
    person.benchmarks.set(benchmarks)
    person.readers.set(readers)
    _record(Change.Kind.PERSON_ADDED, person, by=by, quiet=quiet)
    return person


def _new_slug(name: str) -> str:
    """The name in plain letters, if it has any, and an ending that is drawn: a “-2” would tell of a “-1”."""
    return f"{slugify(name)[:100] or 'person'}-{secrets.token_hex(4)}"


@transaction.atomic
def mention(
    person: PersonOfConcern,
    *,
    letter: Letter,
    description: str,
    by: User,
    health_concern: bool = False,
    quiet: bool = False,
) -> PersonMention:
    """Keep that a letter names a person, and how. Raises ValidationError where that is kept already."""
    named = PersonMention(
        person=person, letter=letter, description=description, health_concern=health_concern
    )
    named.full_clean()
    named.save(force_insert=True)
    _record(Change.Kind.PERSON_MENTIONED, person, by=by, quiet=quiet)
    return named


@transaction.atomic
def record_situation(
    person: PersonOfConcern,
    *,
    situation: PersonSituation.Situation,
    stated_as_of: date,
    by: User,
    stated_as_of_precision: str = Precision.DAY,
    since: date | None = None,
    since_precision: str = Precision.DAY,
    note: str = "",
    letter: Letter | None = None,
    source_url: str = "",
    corrects: PersonSituation | None = None,
    quiet: bool = False,
) -> PersonSituation:
    """Add a line on a person's situation, as a source states it. Nothing is guessed: it needs a source.

    Raises IntegrityError without letter or address, for a date in the future, and for a second correction
    of the same line; ValueError where the corrected line is another person's.
    """
    if corrects is not None and corrects.person_id != person.pk:
        raise ValueError("A correction is of a line about the same person.")
    line = PersonSituation(
        person=person,
        situation=situation,
        stated_as_of=stated_as_of,
        stated_as_of_precision=stated_as_of_precision,
        since=since,
        since_precision=since_precision,
        note=ProtectedText.of(note),
        letter=letter,
        source_url=ProtectedText.of(source_url),
        recorded_by=by,
        corrects=corrects,
    )
    _record(Change.Kind.SITUATION_RECORDED, person, by=by, rows=[line], quiet=quiet)
    return line


def _record(
    kind: Change.Kind,
    person: PersonOfConcern,
    *,
    by: User,
    quiet: bool,
    rows: Sequence[PersonSituation] = (),
) -> None:
    """A change about a restricted person is as restricted as the person is."""
    history.record(kind, person, by=by, rows=rows, audience=Audience(person.audience), quiet=quiet)
