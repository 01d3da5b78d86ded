"""Words that somebody looks for: without regard to case or accents, with what core PostgreSQL has."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import CharField, Q, TextField, Transform

# What stands after letters once their accents are taken apart from them.
ACCENTS = re.compile("[\u0300-\u036f]")
PHRASES = re.compile(r'["“„]([^"“”„]*)["”“]|([^\s"“”„]+)')


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
