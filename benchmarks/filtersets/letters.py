"""Filters of the list of letters."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from benchmarks.filtersets.base import CountedChoiceFilter, Searching, WordsFilter
from benchmarks.models import Letter, Organisation


def kinds_with_counts(letters: QuerySet[Letter]) -> list[tuple[str, str]]:
    """The kinds that occur, in the order of `Letter.Kind`, each with how many letters are of it."""
    counts = dict(letters.order_by().values_list("kind").annotate(n=Count("pk")))
    return [(kind.value, f"{kind.label} ({counts[kind]})") for kind in Letter.Kind if kind in counts]


def parties_with_counts(letters: QuerySet[Letter]) -> QuerySet[Organisation]:
    """Organisations that wrote or received one of these letters, with the number of letters as `n`."""
    parties = Organisation.objects.filter(letter_parties__letter__in=letters.order_by().values("pk"))
    return parties.annotate(n=Count("letter_parties__letter", distinct=True)).order_by("name", "pk")


class LetterFilter(Searching):
    kind = django_filters.ChoiceFilter(label=_("kind"), empty_label=_("letters of any kind"))
    party = CountedChoiceFilter(
        label=_("from or to"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        method="filter_party",
        empty_label=_("anyone"),
    )
    q = WordsFilter(label=_("words"))

    class Meta:
        model = Letter
        fields = ("kind", "party", "q")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = kinds_with_counts(self.queryset)
        self.filters["party"].queryset = parties_with_counts(self.queryset)

    @property
    def is_narrowed(self) -> bool:
        """True if somebody chose something: an empty page then says so instead of "nothing here yet"."""
        return any(self.data.get(name) for name in self.filters)

    def filter_party(self, letters: QuerySet[Letter], name: str, value: Organisation) -> QuerySet[Letter]:
        return letters.filter(parties__organisation=value).distinct()
