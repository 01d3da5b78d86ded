"""Letters come in here, with their parties, what they refer to and what they ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from benchmarks import history
from benchmarks.models import (
    Benchmark,
    Change,
    Letter,
    LetterParty,
    LetterReference,
    Organisation,
    Recommendation,
)

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add(letter: Letter, *, by: User, parties: Sequence[LetterParty] = (), quiet: bool = False) -> Letter:
    """Save a new letter with its parties. Raises ValidationError where one of them is not sound."""
    letter.full_clean()
    letter.save(force_insert=True)
    for party in parties:
        party.letter = letter
        party.full_clean()
        party.save(force_insert=True)
    history.record(Change.Kind.LETTER_ADDED, letter, by=by, quiet=quiet)
    return letter


@transaction.atomic
def refer(
    source: Letter, target: Letter, *, kind: LetterReference.Kind, by: User, quiet: bool = False
) -> LetterReference:
    """Say that one letter refers to another. Raises ValidationError where that is known or makes no sense."""
    reference = LetterReference(from_letter=source, to_letter=target, kind=kind)
    reference.full_clean()
    reference.save(force_insert=True)
    history.record(Change.Kind.LETTER_REFERRED, source, by=by, quiet=quiet)
    return reference


@transaction.atomic
def add_recommendation(
    recommendation: Recommendation,
    *,
    by: User,
    benchmarks: Sequence[Benchmark] = (),
    actors: Sequence[Organisation] = (),
    quiet: bool = False,
) -> Recommendation:
    """Save one ask of a letter and link it to the benchmarks it restates.

    Raises ValidationError where it is not sound, or where its parent stands in another letter.
    """
    recommendation.full_clean()
    recommendation.save(force_insert=True)
    recommendation.benchmarks.set(benchmarks)
    recommendation.actors.set(actors)
    history.record(Change.Kind.RECOMMENDATION_ADDED, recommendation, by=by, quiet=quiet)
    return recommendation
