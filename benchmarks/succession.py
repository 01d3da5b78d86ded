"""Benchmarks end: they are retired and taken up again, or split, merged and replaced by others.

What people were in the middle of is not lost with them: updates that wait go back to their authors, who are
told why, and what stands on coming agendas is carried over. Ratings are not inherited.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.permissions import NotAllowed, may_administer
from benchmarks import history, workflow
from benchmarks.models import (
    AgendaItem,
    Benchmark,
    Change,
    Comment,
    Event,
    Mention,
    PersonMention,
    ProgressUpdate,
    ProtectedText,
    Succession,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

State = ProgressUpdate.State
DRAFT, ACTIVE, RETIRED = Benchmark.Lifecycle.DRAFT, Benchmark.Lifecycle.ACTIVE, Benchmark.Lifecycle.RETIRED


@dataclass(frozen=True)
class Carried:
    """What becomes of one item on a coming agenda: who stands there from now on, and whether it stays too."""

    item: AgendaItem
    to: tuple[Benchmark, ...]
    stays: bool

    @property
    def event(self) -> Event:
        return self.item.event


@dataclass(frozen=True)
class End:
    """What the end of one benchmark means for what people are in the middle of."""

    benchmark: Benchmark
    waiting: int  # updates that go back to their authors
    unfinished: int  # drafts and what was sent back; they stay with their authors
    agenda: tuple[Carried, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Which benchmarks others take the place of, from which day on, and why."""

    kind: Succession.Kind
    old: Sequence[Benchmark]
    new: Sequence[Benchmark]
    effective_on: date
    reason: str
    retires: bool = True

    def check(self) -> None:
        """Raise ValidationError where this makes no sense."""
        errors: dict[str, list[str]] = defaultdict(list)
        for name, said in self._errors():
            errors[name].append(said)
        if errors:
            raise ValidationError(dict(errors))

    def _errors(self) -> Iterable[tuple[str, str]]:
        """What is wrong, each with the field where it is."""
        old, new = {each.pk for each in self.old}, {each.pk for each in self.new}
        if self.kind == Succession.Kind.SPLIT and len(new) < 2:
            yield "successors", _("A split has two successors or more.")
        elif self.kind != Succession.Kind.SPLIT and len(new) != 1:
            yield "successors", _("Name one benchmark that takes its place.")
        if self.kind != Succession.Kind.MERGE and len(old) != 1:
            yield "others", _("Only a merge takes others with it.")
        if old & new:
            yield "successors", _("A benchmark does not take its own place.")
        if ended := [each.code for each in self.new if each.lifecycle == RETIRED]:
            yield "successors", _("Retired: %(codes)s. Take it up again first.") % {"codes": ", ".join(ended)}
        if drafts := [each.code for each in self.old if each.lifecycle == DRAFT]:
            yield (
                "others",
                _("Still a draft: %(codes)s. Nothing takes its place yet.") % {"codes": ", ".join(drafts)},
            )
        if not self.reason.strip():
            yield "reason", _("Say why the benchmark is succeeded.")
        if self.effective_on > timezone.localdate():
            yield "effective_on", _("What is still to come is not written down as history.")
        yield from self._lineage_errors(old, new)

    def _lineage_errors(self, old: set[int], new: set[int]) -> Iterable[tuple[str, str]]:
        known = Succession.objects.filter(from_benchmark__in=old, to_benchmark__in=new)
        for line in known.select_related("from_benchmark", "to_benchmark")[:1]:
            codes = {"old": line.from_benchmark.code, "new": line.to_benchmark.code}
            yield "successors", _("%(new)s took the place of %(old)s before.") % codes
        if _descendants(new) & old:
            yield "successors", _("It would come to take its own place: look at their lineage.")

    @property
    def note(self) -> str:
        """What the authors of open updates read."""
        heading = {
            Succession.Kind.SPLIT: _("This benchmark was split into %(codes)s:"),
            Succession.Kind.MERGE: _("This benchmark was merged into %(codes)s:"),
            Succession.Kind.REPLACE: _("This benchmark was replaced by %(codes)s:"),
        }[self.kind]
        codes = get_text_list([each.code for each in self.new], _("and"))
        return f"{heading % {'codes': codes}} {self.reason.strip()}"


@dataclass(frozen=True)
class Outlook:
    """What a plan would do if it were carried out now."""

    plan: Plan
    ends: list[End] = field(default_factory=list)

    @property
    def seal(self) -> str:
        """Stands for all that this says, so that nobody confirms what they have not read."""
        plan = self.plan
        said = [plan.kind, *(each.pk for each in (*plan.old, *plan.new)), plan.effective_on, plan.reason]
        said += [plan.retires]
        for end in self.ends:
            said += [end.benchmark.pk, end.waiting, end.unfinished]
            said += [(one.item.pk, [each.pk for each in one.to], one.stays) for one in end.agenda]
        return hashlib.sha256(repr([str(each) for each in said]).encode()).hexdigest()


def _descendants(benchmarks: set[int]) -> set[int]:
    """Everything that came of these, over any number of steps."""
    found: set[int] = set()
    while benchmarks:
        after = Succession.objects.filter(from_benchmark__in=benchmarks).values_list(
            "to_benchmark", flat=True
        )
        benchmarks = set(after) - found
        found |= benchmarks
    return found


# Ahead ------------------------------


def outlook(plan: Plan, *, by: User) -> Outlook:
    """What would become of open updates that this person may see, and of coming agenda items."""
    by_benchmark = _open_counts(plan.old, by)
    agenda = _carried(plan)
    return Outlook(plan, [End(each, *by_benchmark[each.pk], tuple(agenda[each.pk])) for each in plan.old])


def retirement(benchmark: Benchmark, *, by: User) -> End:
    """What retiring would mean for open updates that this person may see; on agendas it stays."""
    waiting, unfinished = _open_counts([benchmark], by)[benchmark.pk]
    coming = (Carried(item, (), stays=True) for item in _coming([benchmark]))
    return End(benchmark, waiting, unfinished, tuple(coming))


def _open_counts(benchmarks: Sequence[Benchmark], by: User) -> dict[int, tuple[int, int]]:
    seen = ProgressUpdate.objects.visible_to(by).values("pk")
    states = _open(benchmarks).filter(pk__in=seen).values_list("benchmark", "state")
    counts = {each.pk: [0, 0] for each in benchmarks}
    for pk, state in states:
        counts[pk][state != State.SUBMITTED] += 1
    return {pk: (waiting, unfinished) for pk, (waiting, unfinished) in counts.items()}


def _open(benchmarks: Iterable[Benchmark]) -> QuerySet[ProgressUpdate]:
    open_states = (State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED)
    found = ProgressUpdate.objects.filter(benchmark__in=benchmarks, state__in=open_states)
    return found.filter(discarded_at__isnull=True).order_by("pk")


def _coming(benchmarks: Iterable[Benchmark]) -> list[AgendaItem]:
    """Their items on agendas of events still ahead, the next event first."""
    items = AgendaItem.objects.filter(benchmark__in=benchmarks).select_related("event", "benchmark")
    ahead = items.filter(event__state__in=[Event.State.PLANNED, Event.State.POSTPONED])
    today = timezone.localdate()
    found = [item for item in ahead.order_by("priority", "pk") if item.event.is_coming_on(today)]
    return sorted(found, key=lambda item: (item.event.starts_on or date.max, item.event_id))


def _carried(plan: Plan) -> dict[int, list[Carried]]:
    """By benchmark: to whom its coming agenda items pass. Nobody is put on an agenda twice."""
    items = _coming(plan.old)
    events = {item.event_id for item in items}
    on_agenda = set(
        AgendaItem.objects.filter(event__in=events, benchmark__in=plan.new).values_list("event", "benchmark")
    )
    in_use = _in_use(items)
    carried = defaultdict(list)
    for item in items:
        to = tuple(each for each in plan.new if (item.event_id, each.pk) not in on_agenda)
        on_agenda |= {(item.event_id, each.pk) for each in to}
        stays = not plan.retires or item.pk in in_use
        carried[item.benchmark_id].append(Carried(item, to, stays))
    return carried


def _in_use(items: Sequence[AgendaItem]) -> set[int]:
    """Those of these items that an update or a mention of a person hangs on."""
    updates = (
        ProgressUpdate.objects.filter(agenda_item__in=items).order_by().values_list("agenda_item", flat=True)
    )
    mentions = PersonMention.objects.filter(agenda_item__in=items).order_by()
    return {pk for pk in [*updates, *mentions.values_list("agenda_item", flat=True)] if pk}


# Done ------------------------------


@transaction.atomic
def retire(benchmark: Benchmark, *, reason: str, by: User) -> None:
    """End a benchmark that nothing takes the place of. What is published stays so.

    Raises NotAllowed for all but administrators, ValidationError without a reason or where it is not active.
    """
    (standing,) = _held([benchmark], by)
    if standing.lifecycle != ACTIVE:
        raise ValidationError(_("Only what is active is retired."))
    if not reason.strip():
        raise ValidationError(_("Say why it is retired: others will ask."))
    note = _("This benchmark was retired: %(reason)s") % {"reason": reason.strip()}
    _give_back([standing], note, by)
    _retire(standing, reason, by)
    benchmark.refresh_from_db()


@transaction.atomic
def take_up_again(benchmark: Benchmark, *, by: User) -> None:
    """Make a retired benchmark active again. Raises NotAllowed, or ValidationError where it is not."""
    (standing,) = _held([benchmark], by)
    if standing.lifecycle != RETIRED:
        raise ValidationError(_("It is not retired."))
    standing.lifecycle, standing.retirement_reason = ACTIVE, ""
    standing.save(update_fields=["lifecycle", "retirement_reason"])
    history.record(Change.Kind.BENCHMARK_REINSTATED, standing, by=by)
    benchmark.refresh_from_db()


@transaction.atomic
def carry_out(plan: Plan, *, seal: str, by: User) -> None:
    """Do what a plan says, all of it or nothing. `seal` is that of the outlook its author has read.

    Raises NotAllowed for all but administrators, ValidationError where the plan makes no sense, and Outdated
    where the outlook is another by now.
    """
    now = _locked(plan, by)
    now.check()
    ahead = outlook(now, by=by)
    if ahead.seal != seal:
        raise Outdated(ahead)
    passed = _carry_over(now, ahead, by)
    _give_back(now.old, now.note, by)
    for kind, item in passed:
        history.record(kind, item, by=by)
    for old in now.old:
        _succeed(old, now, by)


def _succeed(old: Benchmark, plan: Plan, by: User) -> None:
    rows = [
        Succession(
            from_benchmark=old,
            to_benchmark=new,
            kind=plan.kind,
            effective_on=plan.effective_on,
            reason=ProtectedText.of(plan.reason),
        )
        for new in plan.new
    ]
    history.record(Change.Kind.BENCHMARK_SUCCEEDED, old, by=by, rows=rows)
    if plan.retires and old.lifecycle == ACTIVE:
        _retire(old, plan.note, by)


class Outdated(Exception):
    """What would happen is no longer what was shown; `outlook` says what it is now."""

    def __init__(self, ahead: Outlook) -> None:
        self.outlook = ahead
        super().__init__(_("Something changed meanwhile."))


def _locked(plan: Plan, by: User) -> Plan:
    """The plan with its benchmarks as they stand, and with their coming agenda items locked."""
    held = {each.pk: each for each in _held([*plan.old, *plan.new], by)}
    old, new = [held[each.pk] for each in plan.old], [held[each.pk] for each in plan.new]
    items = AgendaItem.objects.filter(benchmark__in=old).order_by("pk")
    # FOR UPDATE: nobody logs an outcome on an item while it is decided whether it may go.
    list(items.select_for_update().values_list("pk", flat=True))
    return Plan(plan.kind, old, new, plan.effective_on, plan.reason, plan.retires)


def _held(benchmarks: Sequence[Benchmark], by: User) -> list[Benchmark]:
    """These benchmarks as they stand, locked in the order of their keys, for an administrator."""
    if not may_administer(by):
        raise NotAllowed(_("Administrators say what ends, and what takes its place."))
    locked = Benchmark.objects.select_for_update(no_key=True).order_by("pk")
    return list(locked.filter(pk__in={each.pk for each in benchmarks}))


def _retire(standing: Benchmark, reason: str, by: User) -> None:
    standing.lifecycle, standing.retirement_reason = RETIRED, reason.strip()
    standing.save(update_fields=["lifecycle", "retirement_reason"])
    history.record(Change.Kind.BENCHMARK_RETIRED, standing, by=by)


def _give_back(benchmarks: Iterable[Benchmark], note: str, by: User) -> None:
    """Send what waits back to its authors, and tell those who are still writing."""
    for update in _open(benchmarks).select_related("author").select_for_update(of=("self",), no_key=True):
        if update.state == State.SUBMITTED:
            _return(update, note, by)
        else:
            _tell(update, note, by)


def _return(update: ProgressUpdate, note: str, by: User) -> None:
    if update.author_id == by.pk:
        # Nobody decides on their own, not even that it goes back: it is a draft again.
        update.state = State.DRAFT
        update.save(update_fields=["state"])
        workflow.record(Change.Kind.UPDATE_REOPENED, update, by=by)
        return
    update.mark(State.CHANGES_REQUESTED, by=by, note=note)
    Comment.objects.create(update=update, author=by, text=note, decision=State.CHANGES_REQUESTED)
    workflow.record(Change.Kind.UPDATE_RETURNED, update, by=by)


def _tell(update: ProgressUpdate, note: str, by: User) -> None:
    said = Comment.objects.create(update=update, author=by, text=note)
    if update.author_id != by.pk:
        Mention.objects.create(comment=said, user=update.author)
    workflow.record(Change.Kind.COMMENT_ADDED, update, by=by)


def _carry_over(plan: Plan, ahead: Outlook, by: User) -> list[tuple[Change.Kind, AgendaItem]]:
    """Put the successors on coming agendas, with the same ask and priority; return what is to be recorded.

    An item that nothing hangs on passes to the first of them, so that its place in the agenda is kept. It is
    recorded only later, for whoever holds the chain may wait for nobody who puts something on an agenda.
    """
    passed: list[tuple[Change.Kind, AgendaItem]] = []
    try:
        with transaction.atomic():
            for end in ahead.ends:
                for one in end.agenda:
                    passed += _passed_on(one)
    except IntegrityError as error:  # somebody put a successor on one of these agendas meanwhile
        raise Outdated(outlook(plan, by=by)) from error
    return passed


def _passed_on(one: Carried) -> Iterable[tuple[Change.Kind, AgendaItem]]:
    item, to = one.item, list(one.to)
    if not one.stays and to:
        item.benchmark = to.pop(0)
        item.save(update_fields=["benchmark"])
        yield Change.Kind.AGENDA_ITEM_AMENDED, item
    elif not one.stays:
        item.delete()  # all successors stand there; that it went is part of the succession
    for benchmark in to:
        added = AgendaItem(event=item.event, benchmark=benchmark, ask=item.ask, priority=item.priority)
        added.save(force_insert=True)
        yield Change.Kind.AGENDA_ITEM_ADDED, added
