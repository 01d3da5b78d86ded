"""Letters: what was asked, by whom, and when; and one letter with what became of its asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.views.generic import DetailView
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from benchmarks.filtersets import LetterFilter
from benchmarks.models import (
    Benchmark,
    Letter,
    LetterReference,
    PersonMention,
    PersonOfConcern,
    Recommendation,
)
from benchmarks.tables import LetterTable
from benchmarks.views.readers import ForReaders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.permissions import AnyUser


class LetterList(ForReaders, SingleTableMixin, FilterView):  # type: ignore[misc]
    """Every letter, newest first, each with who asked whom."""

    table_class = LetterTable
    filterset_class = LetterFilter
    template_name = "letters/list.html"
    table_pagination = {"per_page": 50}

    def get_queryset(self) -> QuerySet[Letter]:
        followed = Benchmark.objects.visible_to(self.request.user)
        return Letter.objects.visible_to(self.request.user).with_counts(followed).with_parties()


@dataclass
class Ask:
    """One recommendation with those under it."""

    recommendation: Recommendation
    children: list[Ask] = field(default_factory=list)


def nested(recommendations: Iterable[Recommendation]) -> list[Ask]:
    """Set sub-items under the ask they belong to; the order given is kept at each level."""
    asks = {each.pk: Ask(each) for each in recommendations}
    top: list[Ask] = []
    for ask in asks.values():
        parent = asks.get(ask.recommendation.parent_id or 0)
        (parent.children if parent else top).append(ask)
    return top


class LetterPage(ForReaders, DetailView[Letter]):
    """One letter: its parties, its asks with the benchmarks they became, and whom it names."""

    template_name = "letters/letter.html"
    context_object_name = "letter"

    def get_queryset(self) -> QuerySet[Letter]:
        return Letter.objects.visible_to(self.request.user).with_parties().select_related("ahead_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        letter, user = self.object, self.request.user
        recommendations = list(self.recommendations(letter, user))
        return super().get_context_data(
            **kwargs,
            asks=nested(recommendations),
            ask_count=len(recommendations),
            mentions=self.mentions(letter, user),
            refers_to=self.references(user).filter(from_letter=letter).select_related("to_letter"),
            referred_to_by=self.references(user).filter(to_letter=letter).select_related("from_letter"),
        )

    @staticmethod
    def recommendations(letter: Letter, user: AnyUser) -> QuerySet[Recommendation]:
        became = Prefetch("benchmarks", queryset=Benchmark.objects.visible_to(user).order_by("code", "pk"))
        asks = Recommendation.objects.visible_to(user).filter(letter=letter)
        return asks.prefetch_related("actors", became).order_by("order", "pk")

    @staticmethod
    def mentions(letter: Letter, user: AnyUser) -> QuerySet[PersonMention]:
        persons = PersonOfConcern.objects.visible_to(user).with_situation()
        named = PersonMention.objects.visible_to(user).filter(letter=letter)
        return named.prefetch_related(Prefetch("person", queryset=persons)).order_by("person__name", "pk")

    @staticmethod
    def references(user: AnyUser) -> QuerySet[LetterReference]:
        """References between letters that this person may see, oldest letter first."""
        seen = Letter.objects.visible_to(user).order_by().values("pk")
        between = LetterReference.objects.filter(from_letter__in=seen, to_letter__in=seen)
        return between.order_by("to_letter__dated", "from_letter__dated", "pk")
