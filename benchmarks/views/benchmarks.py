"""One benchmark: where it stands, who asked for it, what became of it, and what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Prefetch, Q
from django.utils.functional import cached_property
from django.views.generic import DetailView

from benchmarks import status, timeline
from benchmarks.asked import Asked, Mode
from benchmarks.dates import first_of_period
from benchmarks.forms import AsOf, AsOfForm
from benchmarks.models import (
    AgendaItem,
    Benchmark,
    CriterionVersion,
    Event,
    Evidence,
    Freshness,
    PersonMention,
    PersonOfConcern,
    ProgressUpdate,
    Recommendation,
    StatusEvent,
    Succession,
)
from benchmarks.models.letter import listed_parties
from benchmarks.views.readers import ForReaders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.permissions import AnyUser

WIDTHS = {"wide": 1120, "middle": 640, "slim": 320}
SEE_ALSO = 5


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
        benchmarks = Benchmark.objects.visible_to(self.request.user).as_of(self.as_of.day, self.as_of.known)
        return benchmarks.select_related("owner").prefetch_related("themes", "addressees")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        benchmark, user, as_of = self.object, self.request.user, self.as_of
        then: Any = benchmark  # with what `as_of` annotates
        asked = Asked(list(asks(benchmark, user, as_of)), by=as_of.day if as_of.is_past else None)
        lines = status.told(status_lines(benchmark, user, as_of), as_of.known)
        agenda = list(agenda_items(benchmark, user))
        story = story_of(benchmark, asked, lines, agenda, as_of)
        criteria = list(criterion_versions(benchmark, as_of))
        return super().get_context_data(
            **kwargs,
            form=self.form,
            as_of=as_of,
            freshness=freshness(then, as_of),
            criteria=criteria,
            criterion=next((each for each in criteria if each.pk == then.criterion_then), None),
            asked=asked,
            lines=lines,
            positions=status.positions(lines),
            timeline=story,
            drawings={name: story.draw(width) for name, width in WIDTHS.items()} if story else {},
            updates=updates_without_a_line(benchmark, user, as_of),
            persons=persons(benchmark, user, as_of),
            coming=[] if as_of.is_chosen else [item for item in agenda if is_coming(item.event, as_of)],
            successors=successions(benchmark, user, as_of, "from"),
            predecessors=successions(benchmark, user, as_of, "to"),
            see_also=see_also(benchmark, user, as_of),
        )


def freshness(then: Any, as_of: AsOf) -> Freshness:
    """How old the assessment that stood on the day was on that day."""
    return Freshness.of(then.rated_on_then, then.review_interval_days, as_of.day)


def criterion_versions(benchmark: Benchmark, as_of: AsOf) -> QuerySet[CriterionVersion]:
    versions = CriterionVersion.objects.filter(benchmark=benchmark).standing(as_of.day, as_of.known)
    return versions.newest_first().select_related("text", "reason")


def asks(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> QuerySet[Recommendation]:
    """The recommendations that come to it, in letters dated by that day, newest letter first."""
    found = Recommendation.objects.visible_to(user).filter(benchmarks=benchmark, letter__dated__lte=as_of.day)
    found = found.select_related("letter__ahead_of").prefetch_related(listed_parties("letter__parties"))
    return found.order_by("-letter__dated", "-letter", "order", "pk")


def with_evidence(user: AnyUser) -> Prefetch[str, QuerySet[Evidence], str]:
    """Beside each update the evidence that this person may see."""
    seen = Evidence.objects.visible_to(user).select_related("letter").order_by("pk")
    return Prefetch("evidence", queryset=seen)


def status_lines(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> QuerySet[StatusEvent]:
    """Lines effective by the day, newest first; an update hidden from this person comes as None."""
    lines = StatusEvent.objects.visible_to(user).recorded_by(as_of.known)
    updates = ProgressUpdate.objects.visible_to(user).select_related("author")
    return (
        lines.filter(benchmark=benchmark, effective_on__lte=as_of.day)
        .select_related("reason", "criterion", "addressee", "decided_by", "voids", "voided_by__decided_by")
        .prefetch_related(Prefetch("update", queryset=updates.prefetch_related(with_evidence(user))))
        .newest_first()
    )


def updates_without_a_line(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> QuerySet[ProgressUpdate]:
    """What was logged and made no line; of another day than today only what was approved."""
    updates = ProgressUpdate.objects.visible_to(user).filter(
        benchmark=benchmark, status_event__isnull=True, happened_on__lte=as_of.day
    )
    if as_of.is_chosen:
        updates = updates.filter(state=ProgressUpdate.State.APPROVED)
    if as_of.known:
        updates = updates.filter(decided_at__lte=as_of.known)
    logged = updates.select_related("author", "reviewer", "addressee", "agenda_item__event")
    return logged.prefetch_related(with_evidence(user)).order_by("-happened_on", "-pk")


def persons(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> list[PersonOfConcern]:
    """Persons it is about and their situations, with the letters of up to that day that name them."""
    mentions = PersonMention.objects.visible_to(user).filter(
        Q(letter__dated__lte=as_of.day) | Q(letter__isnull=True)
    )
    found: Iterable[Any] = (
        PersonOfConcern.objects.visible_to(user)
        .filter(benchmarks=benchmark)
        .with_situation(as_of.day, as_of.known)
        .prefetch_related(
            Prefetch(
                "mentions",
                queryset=mentions.select_related("letter", "agenda_item__event").order_by(
                    "letter__dated", "pk"
                ),
            )
        )
        .order_by("name", "pk")
    )
    return [each for each in found if not as_of.is_past or each.mentions.all() or each.situation_as_of]


def agenda_items(benchmark: Benchmark, user: AnyUser) -> QuerySet[AgendaItem]:
    items = AgendaItem.objects.visible_to(user).filter(benchmark=benchmark).select_related("event__series")
    return items.order_by(F("event__starts_on").asc(nulls_last=True), "pk")


def successions(benchmark: Benchmark, user: AnyUser, as_of: AsOf, side: str) -> QuerySet[Succession]:
    """Those in which it is the old one (`side` is "from") or the new one ("to"), the other as it was."""
    other = "to_benchmark" if side == "from" else "from_benchmark"
    seen = Benchmark.objects.visible_to(user).as_of(as_of.day, as_of.known)
    lines = Succession.objects.filter(**{f"{side}_benchmark": benchmark}, effective_on__lte=as_of.day)
    if as_of.known:
        lines = lines.filter(recorded_at__lte=as_of.known)
    lines = lines.filter(**{f"{other}__in": Benchmark.objects.visible_to(user).values("pk")})
    lines = lines.select_related("reason").prefetch_related(Prefetch(other, queryset=seen))
    return lines.order_by("-effective_on", "-change_id", "-pk")


def see_also(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> QuerySet[Benchmark]:
    others = Benchmark.objects.visible_to(user).see_also(benchmark)
    return others.as_of(as_of.day, as_of.known)[:SEE_ALSO]


def is_coming(event: Event, as_of: AsOf) -> bool:
    """True if the event is still ahead, or goes on; one known by its month is ahead until that is over."""
    if event.state not in {Event.State.PLANNED, Event.State.POSTPONED}:
        return False
    if event.starts_on is None:
        return True
    last = event.ends_on or event.starts_on
    return last >= first_of_period(as_of.day, event.starts_on_precision)


def story_of(
    benchmark: Benchmark,
    asked: Asked,
    lines: Iterable[status.Line],
    agenda: Iterable[AgendaItem],
    as_of: AsOf,
) -> timeline.Timeline:
    """The facts of the timeline: who asked, what was assessed, and the events they were meant for."""
    noting = {letter.pk for letter in asked.letters()} - {letter.pk for letter in asked.letters(Mode.ASKS)}
    meant_for = [letter.ahead_of for letter in asked.letters() if letter.ahead_of]
    events = {event.pk: event for event in [*meant_for, *(item.event for item in agenda)]}
    took_place = {Event.State.PLANNED, Event.State.HELD}
    return timeline.Timeline(
        until=as_of.day,
        interval_days=benchmark.review_interval_days,
        letters=[
            timeline.Letter(each.dated, each.title, each.dated_precision, asks=each.pk not in noting)
            for each in asked.letters()
        ],
        assessments=[
            timeline.Assessment(each.effective_on, "", each.effective_on_precision, each.rating or "")
            for each in status.assessments(lines)
        ],
        events=[
            timeline.Fact(each.starts_on, each.title, each.starts_on_precision)
            for each in events.values()
            if each.starts_on and each.state in took_place
        ],
    )
