"""What filters of several lists share: words to look for, and choices with their numbers."""

from __future__ import annotations

from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from benchmarks.models.words import phrases

# More than anybody types, and few enough that a search stays quick.
MOST_PHRASES = 8
MOST_LETTERS = 200

M = TypeVar("M", bound=Model)


class WithCount(django_filters.fields.ModelChoiceField):  # type: ignore[misc]
    """A choice of rows annotated with `n`: each says how many it would show."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.n})"


class CountedChoiceFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    field_class = WithCount


class WordsField(forms.CharField):
    """Words to look for: few enough to look for at once."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if (many := len(phrases(value))) > MOST_PHRASES:
            told = {"most": MOST_PHRASES, "many": many}
            raise forms.ValidationError(
                _("Look for %(most)d words or quoted phrases at most; these are %(many)d.") % told
            )


class WordsFilter(django_filters.CharFilter):  # type: ignore[misc]
    """The words of a search: single ones, and "several in quotation marks" that stand together."""

    field_class = WordsField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(method="filter_words", max_length=MOST_LETTERS, **kwargs)


class Searching(django_filters.FilterSet):  # type: ignore[misc]
    """Rows whose queryset knows `mentioning`, searched once for words, though counts and pages ask again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._searches: dict[str, list[int]] = {}

    def filter_words(self, rows: QuerySet[M], name: str, value: str) -> QuerySet[M]:
        return rows.filter(pk__in=self._found(value)) if value else rows

    def _found(self, words: str) -> list[int]:
        """The keys of the rows that mention these words."""
        if words not in self._searches:
            found = self.queryset.order_by().mentioning(words, self.request.user)
            self._searches[words] = list(found.values_list("pk", flat=True).distinct())
        return self._searches[words]
