"""Finding benchmarks by words: without regard to case or accents, with what core PostgreSQL has."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, TextField, Transform

from benchmarks.models.letter import Letter, LetterParty, Recommendation
from benchmarks.models.person import PersonOfConcern

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.permissions import AnyUser

# What stands after letters once their accents are taken apart from them.
ACCENTS = re.compile("[\u0300-\u036f]")
PHRASES = re.compile(r'"([^"]*)"|(\S+)')


@CharField.register_lookup
@TextField.register_lookup
class Folded(Transform):
    """A text in lower case and without accents; compare it with what `folded` makes of a word."""

    lookup_name = "folded"
    function = "lower"
    template = "lower(regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g'))"


def folded(text: str) -> str:
    """The text as the database folds it."""
    return ACCENTS.sub("", unicodedata.normalize("NFD", text)).lower()


def phrases(words: str) -> list[str]:
    """What somebody looks for, folded: single words, and "several in quotation marks" as one."""
    found = (folded(quoted or single).strip() for quoted, single in PHRASES.findall(words))
    return [phrase for phrase in found if phrase]


def stands_in(phrase: str, *fields: str) -> Q:
    """A condition: the phrase, folded, stands in one of these fields."""
    condition = Q()
    for field in fields:
        condition |= Q(**{f"{field}__folded__contains": phrase})
    return condition


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
    """Recommendations in which the phrase stands, or in whose letter, or in the names of who wrote that."""
    senders = LetterParty.objects.exclude(role=LetterParty.Role.ADDRESSEE).filter(
        stands_in(phrase, "person_name", "organisation__name", "organisation__short_name", "on_behalf_of")
    )
    written = Letter.objects.order_by().filter(
        stands_in(phrase, "title", "reference") | Q(pk__in=senders.order_by().values("letter"))
    )
    asks = Recommendation.objects.filter(stands_in(phrase, "text") | Q(letter__in=written.values("pk")))
    return asks.order_by()
