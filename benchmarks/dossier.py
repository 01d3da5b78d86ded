"""What a benchmark's page asks of the database: a fixed number of questions, however long its history is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Prefetch, Q, Subquery, Value, prefetch_related_objects
from django.db.models.fields.json import KT

from benchmarks import logged, status, timeline
from benchmarks.asked import Mode
from benchmarks.models import (
    AgendaItem,
    Benchmark,
    CriterionVersion,
    Event,
    Evidence,
    PersonMention,
    PersonOfConcern,
    ProgressUpdate,
    Recommendation,
    StatusEvent,
    Succession,
    WorkingCopy,
)
from benchmarks.models.letter import listed_parties

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.permissions import AnyUser
    from benchmarks.asked import Asked
    from benchmarks.forms import AsOf

SEE_ALSO = 5


@dataclass(frozen=True)
class Relatives:
    """Other benchmarks beside one: what took its place, what it took the place of, and its neighbours."""

    successors: list[Succession] = field(default_factory=list)
    predecessors: list[Succession] = field(default_factory=list)
    see_also: list[Benchmark] = field(default_factory=list)


def benchmarks(user: AnyUser, as_of: AsOf) -> QuerySet[Benchmark]:
    """Benchmarks with what stood on the day; on another day than today also `…_otherwise`.

    That is what was known at the moment where the page shows what is known now, and the other way round.
    """
    found = Benchmark.objects.visible_to(user).as_of(as_of.day, as_of.known)
    if as_of.is_chosen:
        found = found.as_of(as_of.day, None if as_of.known else as_of.moment, named="otherwise")
    return found.with_names().select_related("owner")


def criteria_of(benchmark: Benchmark, as_of: AsOf) -> list[CriterionVersion]:
    """The versions effective by the day, newest first, as they are known now."""
    versions = CriterionVersion.objects.filter(benchmark=benchmark).standing(as_of.day)
    return list(versions.newest_first().select_related("text", "reason"))


def asks(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> QuerySet[Recommendation]:
    """The recommendations that come to it, in letters dated by that day, newest letter first."""
    found = Recommendation.objects.visible_to(user).filter(benchmarks=benchmark, letter__dated__lte=as_of.day)
    found = found.select_related("letter__ahead_of").prefetch_related(listed_parties("letter__parties"))
    return found.order_by("-letter__dated", "-letter", "order", "pk")


def status_events(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> list[StatusEvent]:
    """Lines effective by the day, newest first, as they are known now."""
    lines = StatusEvent.objects.visible_to(user).filter(benchmark=benchmark, effective_on__lte=as_of.day)
    return list(
        lines.select_related(
            "reason", "criterion", "addressee", "decided_by", "voids", "voided_by__decided_by"
        ).newest_first()
    )


def updates_of(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> list[ProgressUpdate]:
    """What this person may see of what was logged for days up to that one, newest first.

    A draft may have no day yet, then it comes first, or one that is still to be put right. `typed` is what
    stands in the form of an own one.
    """
    found = ProgressUpdate.objects.visible_to(user).filter(
        Q(happened_on__lte=as_of.day) | Q(state=ProgressUpdate.State.DRAFT), benchmark=benchmark
    )
    found = found.select_related("author", "reviewer", "addressee", "agenda_item__event")
    forms = WorkingCopy.objects.filter(update=OuterRef("pk"), update__author=user.pk or 0, is_aside=False)
    found = found.annotate(typed=Subquery(forms.values_list(KT("words__narrative__0"))[:1]))
    return list(found.order_by(F("happened_on").desc(nulls_first=True), "-pk"))


def add_evidence(updates: Sequence[ProgressUpdate], user: AnyUser) -> None:
    """Load what this person may see of the evidence of these updates."""
    evidence = Evidence.objects.visible_to(user).select_related("letter").order_by("place", "pk")
    prefetch_related_objects(updates, Prefetch("evidence", queryset=evidence))


def beside_the_lines(
    updates: Sequence[ProgressUpdate], events: Iterable[StatusEvent], as_of: AsOf
) -> logged.Logged:
    """What was logged and made no line; of another day than today only what was approved."""
    told = logged.known_of(updates, as_of.known) if as_of.is_chosen else updates
    return logged.sorted_out(told, (event.update_id for event in events))


def persons(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> list[PersonOfConcern]:
    """Persons it is about and their situations, with the letters of up to that day that name them."""
    mentions = PersonMention.objects.visible_to(user).filter(
        Q(letter__dated__lte=as_of.day) | Q(letter__isnull=True)
    )
    named = mentions.select_related("letter", "agenda_item__event").order_by("letter__dated", "pk")
    found: Iterable[Any] = (
        PersonOfConcern.objects.visible_to(user)
        .filter(benchmarks=benchmark)
        .with_situation(as_of.day, as_of.known)
        .prefetch_related(Prefetch("mentions", queryset=named))
        .order_by("name", "pk")
    )
    return [each for each in found if not as_of.is_past or each.mentions.all() or each.situation_as_of]


def agenda_items(benchmark: Benchmark, user: AnyUser) -> list[AgendaItem]:
    items = AgendaItem.objects.visible_to(user).filter(benchmark=benchmark).select_related("event__series")
    return list(items.order_by(F("event__starts_on").asc(nulls_last=True), "pk"))


def relatives(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> Relatives:
    """Its lineage both ways and its neighbours, each of these with what stood on the day."""
    successions = list(_successions(benchmark, user, as_of))
    ends = {pk for each in successions for pk in (each.from_benchmark_id, each.to_benchmark_id)}
    others: list[Any] = list(_others(benchmark, ends - {benchmark.pk}, user, as_of))
    in_line = {other.pk: other for other in others if not other.shared}
    found = Relatives(see_also=sorted((each for each in others if each.shared), key=_nearest))
    for each in successions:
        if each.to_benchmark_id in in_line:
            each.to_benchmark = in_line[each.to_benchmark_id]
            found.successors.append(each)
        elif each.from_benchmark_id in in_line:
            each.from_benchmark = in_line[each.from_benchmark_id]
            found.predecessors.append(each)
    return found


def _successions(benchmark: Benchmark, user: AnyUser, as_of: AsOf) -> QuerySet[Succession]:
    """Those in which it is the old one or the new one, newest first."""
    lines = Succession.objects.visible_to(user).filter(effective_on__lte=as_of.day)
    if as_of.known:
        lines = lines.filter(recorded_at__lte=as_of.known)
    lines = lines.filter(Q(from_benchmark=benchmark) | Q(to_benchmark=benchmark))
    return lines.select_related("reason").order_by("-effective_on", "-change_id", "-pk")


def _others(
    benchmark: Benchmark, in_line: Collection[int], user: AnyUser, as_of: AsOf
) -> QuerySet[Benchmark, Any]:
    """Those of its lineage, which share no theme here (`shared` is 0), and its neighbours, which do."""
    seen = Benchmark.objects.visible_to(user)
    lineage = seen.filter(pk__in=in_line).annotate(shared=Value(0)).as_of(as_of.day, as_of.known)
    neighbours = seen.see_also(benchmark).as_of(as_of.day, as_of.known)[:SEE_ALSO]
    return lineage.union(neighbours, all=True)


def _nearest(other: Any) -> tuple[int, str, int]:
    return -other.shared, other.code, other.pk


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
