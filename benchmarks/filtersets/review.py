"""What waits for review, narrowed by what an address says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import django_filters
from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks.filtersets import WordsFilter
from benchmarks.models import ProgressUpdate, StatusEvent, Theme
from benchmarks.models.words import phrases, stands_in

if TYPE_CHECKING:
    from accounts.permissions import AnyUser

SEARCHED = ("benchmark__code", "benchmark__title", "narrative", "reason", "author__name")


class QueueFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Updates by what they are about, whose they are and what they propose."""

    whose = django_filters.ChoiceFilter(
        label=_("whose"),
        method="filter_whose",
        choices=[("others", _("updates of others")), ("own", _("my own updates"))],
        empty_label=_("all updates"),
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("theme"),
        field_name="benchmark__themes",
        queryset=Theme.objects.none(),
        to_field_name="slug",
        empty_label=_("any theme"),
    )
    author = django_filters.ModelChoiceFilter(
        label=_("author"), queryset=User.objects.none(), empty_label=_("anyone")
    )
    proposes = django_filters.ChoiceFilter(
        label=_("what it proposes"),
        method="filter_proposes",
        choices=[("rating", _("a rating")), ("position", _("a position")), ("nothing", _("neither"))],
        empty_label=_("anything"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("kind"), choices=StatusEvent.Kind, empty_label=_("of any kind")
    )
    q = WordsFilter(label=_("words"))

    class Meta:
        model = ProgressUpdate
        fields = ("whose", "theme", "author", "proposes", "kind", "q")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.queryset.order_by()
        # Neither is asked of the database before somebody prints or chooses one. What is chosen stays one,
        # also once the last update of it is decided on: the queue must not widen under a reviewer's hands.
        theme, author = self.data.get("theme", ""), self.data.get("author", "")
        themes = Theme.objects.filter(Q(benchmarks__in=waiting.values("benchmark")) | Q(slug=theme))
        self.filters["theme"].queryset = themes.distinct().order_by("name", "pk")
        chosen = int(author) if author.isdecimal() and len(author) < 18 else 0
        authors = User.objects.filter(Q(pk__in=waiting.values("author")) | Q(pk=chosen))
        self.filters["author"].queryset = authors.order_by("name", "pk")

    @property
    def chosen(self) -> dict[str, str]:
        return {name: self.data[name] for name in self.filters if self.data.get(name)}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen)

    @property
    def rest(self) -> str:
        """What the address of the list needs to show the same, "?" included; empty for all of it."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""

    @property
    def query(self) -> str:
        """What an address needs, "?" left out, for a reviewer to go on through this queue."""
        return urlencode({"queue": "1", **self.chosen})

    def filter_words(self, updates: QuerySet[ProgressUpdate], name: str, value: str) -> Any:
        for phrase in phrases(value):
            updates = updates.filter(stands_in(phrase, *SEARCHED))
        return updates

    def filter_whose(self, updates: QuerySet[ProgressUpdate], name: str, value: str) -> Any:
        own = Q(author_id=self.request.user.pk)
        return updates.filter(own) if value == "own" else updates.exclude(own)

    def filter_proposes(self, updates: QuerySet[ProgressUpdate], name: str, value: str) -> Any:
        rating, position = Q(proposed_rating__isnull=False), Q(proposed_position__isnull=False)
        asked = {"rating": rating, "position": position, "nothing": ~rating & ~position}
        return updates.filter(asked[value])


def waiting_for(user: AnyUser) -> QuerySet[ProgressUpdate]:
    """What this person sees waiting, own updates included, the oldest first."""
    return (
        ProgressUpdate.objects.visible_to(user).waiting().select_related("benchmark", "author", "addressee")
    )


class Queue:
    """The updates that a reviewer goes through one by one, oldest first, as an address narrows them."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user
        self.is_chosen = "queue" in request.GET
        self.filter = QueueFilter(request.GET, queryset=waiting_for(request.user), request=request)
        self.query = self.filter.query

    @cached_property
    def decidable(self) -> QuerySet[ProgressUpdate]:
        """Nobody decides on an update of their own, so the queue has none of these."""
        found: QuerySet[ProgressUpdate] = self.filter.qs.exclude(author_id=self.user.pk)
        return found

    def count(self) -> int:
        return self.decidable.count()

    def after(self, update: ProgressUpdate) -> ProgressUpdate | None:
        """The next one; after the last comes the first again, which may have been skipped."""
        later = Q(submitted_at__gt=update.submitted_at)
        later |= Q(submitted_at=update.submitted_at, pk__gt=update.pk)
        comes_later = Case(When(later, then=True), default=False, output_field=BooleanField())
        others = self.decidable.exclude(pk=update.pk).annotate(comes_later=comes_later)
        return others.order_by("-comes_later", "submitted_at", "pk").first()
