"""Finding benchmarks by what stands in them, in what asks for them, and in the names that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from benchmarks.models.letter import Letter, LetterParty, Recommendation
from benchmarks.models.person import PersonOfConcern
from benchmarks.models.words import stands_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.permissions import AnyUser


def mention(phrase: str, user: AnyUser) -> Q:
    """Benchmarks: the phrase stands in it, in what asks for it, or in names of who asks or whom for.

    Who asks are a letter's authors and signatories. A person this user may not see is not found.
    """
    persons = PersonOfConcern.objects.visible_to(user).filter(
        stands_in(phrase, "name", "native_name", "also_known_as")
    )
    return (
        stands_in(phrase, "code", "title", "description", "criterion__text__text")
        | Q(pk__in=_asking(phrase).values("benchmarks"))
        | Q(pk__in=persons.order_by().values("benchmarks"))
    )


def _asking(phrase: str) -> QuerySet[Recommendation, Any]:
    """Recommendations in which the phrase stands, or in whose letter, or in names of who wrote that."""
    senders = LetterParty.objects.saying(phrase).exclude(role=LetterParty.Role.ADDRESSEE)
    written = Letter.objects.order_by().filter(
        stands_in(phrase, "title", "reference") | Q(pk__in=senders.values("letter"))
    )
    asks = Recommendation.objects.filter(stands_in(phrase, "text") | Q(letter__in=written.values("pk")))
    return asks.order_by()
