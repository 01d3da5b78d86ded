"""Filters of the list pages. The address holds their whole state."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import django_filters
from django import forms
from django.db.models import Count, Model, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from benchmarks.models import Benchmark, Freshness, Letter, Organisation, Rating, Theme
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


def kinds_with_counts(letters: QuerySet[Letter]) -> list[tuple[str, str]]:
    """The kinds that occur, in the order of `Letter.Kind`, each with how many letters are of it."""
    counts = dict(letters.order_by().values_list("kind").annotate(n=Count("pk")))
    return [(kind.value, f"{kind.label} ({counts[kind]})") for kind in Letter.Kind if kind in counts]


def parties_with_counts(letters: QuerySet[Letter]) -> QuerySet[Organisation]:
    """Organisations that wrote or received one of these letters, with the number of letters as `n`."""
    parties = Organisation.objects.filter(letter_parties__letter__in=letters.order_by().values("pk"))
    return parties.annotate(n=Count("letter_parties__letter", distinct=True)).order_by("name", "pk")


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


ANY = "any"


class BenchmarkFilter(Searching):
    """Benchmarks by what they are about, whom they address and where they stand: active ones unless asked.

    What an address says wrong is told and left out; the rest of it still holds.
    """

    lifecycle = django_filters.ChoiceFilter(label=_("lifecycle"), method="filter_lifecycle", empty_label=None)
    theme = django_filters.ChoiceFilter(
        label=_("theme"), field_name="themes__slug", empty_label=_("any theme")
    )
    addressee = django_filters.ChoiceFilter(
        label=_("addressed to"), field_name="addressees__slug", empty_label=_("anyone")
    )
    rating = django_filters.ChoiceFilter(label=_("rated"), choices=Rating, empty_label=_("anything"))
    freshness = django_filters.ChoiceFilter(
        label=_("whose assessment is"), choices=Freshness, empty_label=_("of any age")
    )
    q = WordsFilter(label=_("that mention"))

    COUNTED: ClassVar[dict[str, str]] = {
        "lifecycle": "lifecycle",
        "theme": "themes__slug",
        "addressee": "addressees__slug",
        "rating": "rating",
        "freshness": "freshness",
    }

    class Meta:
        model = Benchmark
        fields = ("lifecycle", "theme", "addressee", "rating", "freshness", "q")

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        given = data.copy() if data else QueryDict(mutable=True)
        given["lifecycle"] = given.get("lifecycle") or Benchmark.Lifecycle.ACTIVE
        super().__init__(given, *args, **kwargs)
        user = self.request.user
        themes = Theme.objects.visible_to(user).filter(benchmarks__isnull=False)
        addressees = Organisation.objects.visible_to(user).filter(benchmarks__isnull=False)
        self.filters["theme"].extra["choices"] = list(themes.distinct().values_list("slug", "name"))
        self.filters["addressee"].extra["choices"] = list(addressees.distinct().values_list("slug", "name"))
        self.filters["lifecycle"].extra["choices"] = self._lifecycles()

    def _lifecycles(self) -> list[tuple[str, Any]]:
        """Those that this person may see any of, active first, and all of them together."""
        seen = set(self.queryset.order_by().values_list("lifecycle", flat=True).distinct())
        order = (Benchmark.Lifecycle.ACTIVE, Benchmark.Lifecycle.DRAFT, Benchmark.Lifecycle.RETIRED)
        kept = [(each.value, each.label) for each in order if each in seen or each == order[0]]
        return [*kept, (ANY, _("all"))]

    @property
    def is_narrowed(self) -> bool:
        """True if somebody chose something: an empty page then says so instead of "nothing here yet"."""
        chosen = {name: self.data.get(name) for name in self.filters if self.data.get(name)}
        return chosen != {"lifecycle": Benchmark.Lifecycle.ACTIVE}

    @cached_property
    def total(self) -> int:
        """How many benchmarks there are of the chosen lifecycle, whatever else is chosen."""
        chosen = self.form.cleaned_data["lifecycle"]
        return self.filter_lifecycle(self.queryset, "lifecycle", chosen).count()

    def filter_queryset(self, queryset: QuerySet[Benchmark]) -> QuerySet[Benchmark]:
        chosen = self.form.cleaned_data
        chosen["lifecycle"] = chosen.get("lifecycle") or Benchmark.Lifecycle.ACTIVE
        for name, field in self.COUNTED.items():
            self._count_choices(name, field)
        return self._narrowed(queryset)

    def _narrowed(self, benchmarks: QuerySet[Benchmark], without: str = "") -> QuerySet[Benchmark]:
        """The benchmarks that everything chosen leaves, one filter set aside."""
        for name, value in self.form.cleaned_data.items():
            if name != without:
                benchmarks = self.filters[name].filter(benchmarks, value)
        return benchmarks

    def _count_choices(self, name: str, field: str) -> None:
        """Put beside each choice how many benchmarks it would show with the other filters as they are."""
        found = self._narrowed(self.queryset, without=name).order_by().values_list(field)
        counts = dict(found.annotate(n=Count("pk", distinct=True)))
        counts[ANY] = sum(counts.values())
        widget = self.form.fields[name].widget
        widget.choices = [
            (value, f"{label} ({counts.get(value, 0)})" if value else label)
            for value, label in widget.choices
        ]

    def filter_lifecycle(self, benchmarks: QuerySet[Benchmark], name: str, value: str) -> QuerySet[Benchmark]:
        return benchmarks if value == ANY else benchmarks.filter(lifecycle=value)
