"""Filters of the list of benchmarks, which read as a sentence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import django_filters
from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_contribute
from benchmarks.filtersets import choices
from benchmarks.filtersets.base import Searching, WordsFilter
from benchmarks.models import AgendaItem, Benchmark, Freshness, PositionShown, Rating, Recommendation

ANY = "any"
Lifecycle = Benchmark.Lifecycle


class Due(models.TextChoices):
    """When a benchmark is to be met."""

    OVERDUE = "overdue", _("before today, and not met")
    IN_30_DAYS = "30", _("within 30 days")
    IN_90_DAYS = "90", _("within 90 days")
    NO_DATE = "none", _("on no date")

    def condition(self, today: date) -> Q:
        """Benchmarks of which this is true. What is met is never overdue."""
        if self is Due.NO_DATE:
            return Q(due_on__isnull=True)
        if self is Due.OVERDUE:
            return Q(due_on__lt=today) & ~Q(rating=Rating.MET)
        return Q(due_on__gte=today, due_on__lte=today + timedelta(days=int(self.value)))


def links(name: str) -> tuple[QuerySet[Any], str]:
    """Rows that tie a benchmark to a thing one can filter by, and the path from them to that thing."""
    if name == "theme":
        return Benchmark.themes.through._default_manager.order_by(), "theme"
    if name == "addressee":
        return Benchmark.addressees.through._default_manager.order_by(), "organisation"
    if name == "letter":
        asking = Recommendation.benchmarks.through._default_manager.order_by()
        return asking.filter(recommendation__mode=Recommendation.Mode.ASKS), "recommendation__letter"
    return AgendaItem.objects.order_by(), "event"


class BenchmarkFilter(Searching):
    """Benchmarks by what they are about, whom they address and where they stand: active ones unless asked.

    What an address says wrong is told and left out; the rest of it still holds. Nothing is counted here but
    what is found, see `filtersets.counts`.
    """

    lifecycle = django_filters.ChoiceFilter(label=_("lifecycle"), method="filter_lifecycle", empty_label=None)
    theme = django_filters.ChoiceFilter(label=_("theme"), method="filter_linked", empty_label=_("any theme"))
    addressee = django_filters.ChoiceFilter(
        label=_("addressed to"), method="filter_linked", empty_label=_("anyone")
    )
    rating = django_filters.ChoiceFilter(label=_("rated"), choices=Rating, empty_label=_("anything"))
    position = django_filters.ChoiceFilter(
        label=_("whose position is"), choices=PositionShown, empty_label=_("anything")
    )
    freshness = django_filters.ChoiceFilter(
        label=_("whose assessment is"),
        choices=Freshness,
        method="filter_freshness",
        empty_label=_("of any age"),
    )
    q = WordsFilter(label=_("that mention"))
    owner = django_filters.ChoiceFilter(
        label=_("owned by"), method="filter_owner", empty_label=_("anyone, or nobody")
    )
    letter = django_filters.ChoiceFilter(
        label=_("asked for in"), method="filter_linked", empty_label=_("any letter, or none")
    )
    event = django_filters.ChoiceFilter(
        label=_("on the agenda of"), method="filter_linked", empty_label=_("any event, or none")
    )
    due = django_filters.ChoiceFilter(
        label=_("due"), choices=Due, method="filter_due", empty_label=_("at any time, or never")
    )

    # Seldom used: they stand behind "more".
    MORE: ClassVar[tuple[str, ...]] = ("owner", "letter", "event", "due")

    class Meta:
        model = Benchmark
        fields = ("lifecycle", "theme", "addressee", "rating", "position", "freshness", "q", "owner")

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        given = data.copy() if data else QueryDict(mutable=True)
        given["lifecycle"] = given.get("lifecycle") or Lifecycle.ACTIVE
        super().__init__(given, *args, **kwargs)
        self.today = timezone.localdate()
        seen, user = self.queryset, self.request.user
        self.offered = {
            "theme": choices.themes(seen, user),
            "addressee": choices.addressees(seen, user),
            "owner": choices.owners(seen, user, given.get("owner", "")),
            "letter": choices.letters(user, given.get("letter", "")),
            "event": choices.events(user, given.get("event", "")),
        }
        for name, offered in self.offered.items():
            self.filters[name].extra["choices"] = [(each.value, each.label) for each in offered]
        self.filters["lifecycle"].extra["choices"] = self._lifecycles()

    def _lifecycles(self) -> list[tuple[str, Any]]:
        """Those that this person may see, active first, and all of them together."""
        drafts = [Lifecycle.DRAFT] if may_contribute(self.request.user) else []
        kept = (Lifecycle.ACTIVE, *drafts, Lifecycle.RETIRED)
        return [*((each.value, each.label) for each in kept), (ANY, _("all"))]

    @property
    def chosen(self) -> dict[str, str]:
        """What the address says of filters, right or wrong; what it leaves out is not there."""
        return {name: self.data[name] for name in self.filters if self.data.get(name)}

    @property
    def is_narrowed(self) -> bool:
        """True if somebody chose something: an empty page then says so instead of "nothing here yet"."""
        return self.chosen != {"lifecycle": Lifecycle.ACTIVE}

    @property
    def is_more_chosen(self) -> bool:
        """True if a filter behind "more" is set: then it must not stay hidden."""
        return any(name in self.chosen for name in self.MORE)

    @cached_property
    def found(self) -> int:
        """How many benchmarks everything chosen leaves."""
        return int(self.qs.order_by().count())

    @cached_property
    def total(self) -> int:
        """How many benchmarks there are of the chosen lifecycle, whatever else is chosen."""
        if not any(value for name, value in self.sound.items() if name != "lifecycle"):
            return self.found
        return self.filter_lifecycle(self.queryset, "lifecycle", self.sound["lifecycle"]).count()

    @cached_property
    def sound(self) -> dict[str, str]:
        """What was chosen, without what is wrong."""
        self.form.is_valid()
        chosen: dict[str, str] = self.form.cleaned_data
        return chosen | {"lifecycle": chosen.get("lifecycle") or Lifecycle.ACTIVE}

    def filter_queryset(self, queryset: QuerySet[Benchmark]) -> QuerySet[Benchmark]:
        return self.narrowed()

    def narrowed(self, without: str = "") -> QuerySet[Benchmark]:
        """The benchmarks that everything chosen leaves, one filter set aside."""
        benchmarks: QuerySet[Benchmark] = self.queryset.all()
        for name, value in self.sound.items():
            if name != without:
                benchmarks = self.filters[name].filter(benchmarks, value)
        return benchmarks

    def filter_lifecycle(self, benchmarks: QuerySet[Benchmark], name: str, value: str) -> QuerySet[Benchmark]:
        return benchmarks if value == ANY else benchmarks.filter(lifecycle=value)

    def filter_linked(self, benchmarks: QuerySet[Benchmark], name: str, value: str) -> QuerySet[Benchmark]:
        """Benchmarks tied to the chosen theme, addressee, letter or event."""
        rows, path = links(name)
        [key] = [each.key for each in self.offered[name] if each.value == value]
        return benchmarks.filter(pk__in=rows.filter(**{path: key}).values("benchmark"))

    def filter_freshness(self, benchmarks: QuerySet[Benchmark], name: str, value: str) -> QuerySet[Benchmark]:
        return benchmarks.filter(Freshness(value).condition(self.today))

    def filter_due(self, benchmarks: QuerySet[Benchmark], name: str, value: str) -> QuerySet[Benchmark]:
        return benchmarks.filter(Due(value).condition(self.today))

    def filter_owner(self, benchmarks: QuerySet[Benchmark], name: str, value: str) -> QuerySet[Benchmark]:
        if value == "nobody":
            return benchmarks.filter(owner__isnull=True)
        if value == "left":
            return benchmarks.filter(owner__is_active=False)
        return benchmarks.filter(owner=self.request.user.pk if value == "me" else int(value))
