"""One benchmark: who asked, where it stands, what became of it, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from django.utils.functional import cached_property
from django.views.generic import DetailView

from accounts.permissions import may_contribute
from benchmarks import dossier, knowledge, status
from benchmarks.asked import Asked
from benchmarks.forms import AsOf, AsOfForm
from benchmarks.models import Benchmark, CriterionVersion, Freshness, StatusEvent
from benchmarks.views.readers import ForReaders

if TYPE_CHECKING:
    from django.db.models import QuerySet

WIDTHS = {"wide": 1120, "middle": 640, "slim": 320}
SHOWN = 25  # lines, and notes, that stand open
Row = TypeVar("Row")


@dataclass(frozen=True)
class Folded(Generic[Row]):
    """Rows, newest first: the newest few, and those before them, which a page folds up."""

    recent: Sequence[Row]
    earlier: Sequence[Row]

    @classmethod
    def of(cls, rows: Sequence[Row], shown: int | None = SHOWN) -> Self:
        return cls(rows[:shown], rows[shown:] if shown else [])


class BenchmarkPage(ForReaders, DetailView[Benchmark]):
    """One benchmark as it stands today, or as it stood on a day."""

    template_name = "benchmarks/benchmark.html"
    context_object_name = "benchmark"

    @cached_property
    def form(self) -> AsOfForm:
        return AsOfForm(self.request.GET)

    @cached_property
    def as_of(self) -> AsOf:
        return self.form.chosen()

    def get_queryset(self) -> QuerySet[Benchmark]:
        return dossier.benchmarks(self.request.user, self.as_of)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        benchmark, user, as_of = self.object, self.request.user, self.as_of
        criteria = dossier.criteria_of(benchmark, as_of)
        events = dossier.status_events(benchmark, user, as_of)
        updates = dossier.updates_of(benchmark, user, as_of)
        lines = status.told(events, updates, as_of.known)
        acts = may_contribute(user) and not as_of.is_chosen
        folded = Folded.of(lines, None if self.request.GET.get("lines") == "all" else SHOWN)
        beside = dossier.beside_the_lines(updates, events, as_of)
        in_full = [line.update for line in folded.recent if line.update]
        dossier.add_evidence([*in_full, *beside], user)
        return super().get_context_data(
            **kwargs,
            form=self.form,
            as_of=as_of,
            acts=acts,
            logs=acts and benchmark.lifecycle != Benchmark.Lifecycle.RETIRED,
            lines=folded,
            positions=status.positions(lines),
            logged=beside,
            notes=Folded.of(beside.notes),
            persons=dossier.persons(benchmark, user, as_of),
            relatives=dossier.relatives(benchmark, user, as_of),
            **self.where_it_stands(criteria, events),
            **self.story(lines),
        )

    def where_it_stands(self, criteria: list[CriterionVersion], events: list[StatusEvent]) -> dict[str, Any]:
        """Its criterion and freshness on the day, and what was known otherwise, then or now."""
        by_key, as_of = {version.pk: version for version in criteria}, self.as_of
        shown = knowledge.Standing.of(self.object, "then", by_key)
        return {
            "criterion": shown.criterion,
            "criteria": [each for each in criteria if not as_of.known or each.recorded_at <= as_of.known],
            "freshness": Freshness.of(shown.rated_on, self.object.review_interval_days, as_of.day),
            "difference": self.difference(shown, by_key, events) if as_of.is_chosen else None,
        }

    def difference(
        self, shown: knowledge.Standing, criteria: dict[int, CriterionVersion], events: list[StatusEvent]
    ) -> knowledge.Difference | None:
        """What was known at the end of the day, or at the moment chosen, beside what is known now."""
        otherwise = knowledge.Standing.of(self.object, "otherwise", criteria)
        then, now = (shown, otherwise) if self.as_of.known else (otherwise, shown)
        return knowledge.difference(then, now, events, criteria.values(), self.as_of.moment)

    def story(self, lines: list[status.Line]) -> dict[str, Any]:
        """Who asked, the picture from the first letter to the day, and what is next."""
        benchmark, user, as_of = self.object, self.request.user, self.as_of
        recommendations = list(dossier.asks(benchmark, user, as_of))
        asked = Asked(recommendations, by=as_of.day if as_of.is_past else None)
        agenda = dossier.agenda_items(benchmark, user)
        story = dossier.story_of(benchmark, asked, lines, agenda, as_of)
        coming = [item for item in agenda if item.event.is_coming_on(as_of.day)]
        return {
            "asked": asked,
            "timeline": story,
            "drawings": {name: story.draw(width) for name, width in WIDTHS.items()} if story else {},
            "coming": [] if as_of.is_chosen else coming,
        }
