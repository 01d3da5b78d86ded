"""The names of those who write, receive and act, as the pages print them."""

from __future__ import annotations

from django import template

from benchmarks.models import LetterParty
from benchmarks.models.words import folded, phrases

register = template.Library()


@register.filter
def is_looked_for(party: LetterParty, words: str) -> bool:
    """True if everything that somebody looks for stands in this party's names."""
    named = folded(str(party)) + " " + folded(party.label)
    return all(phrase in named for phrase in phrases(words))
