"""What the desk says to one person: what there is to do before the next event, and what changed.

How many queries that takes does not depend on what the database holds. Each list has few rows; how many it
has in all is counted apart from them, for all lists at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import (
    CharField,
    Count,
    Exists,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.permissions import may_contribute, may_review
from benchmarks.listed import FEW, Listed
from benchmarks.models import (
    Benchmark,
    Freshness,
    Mention,
    Position,
    ProgressUpdate,
    Rating,
    StatusEvent,
    WorkingCopy,
)
from benchmarks.readiness import NextEvent, next_event

if TYPE_CHECKING:
    from datetime import date

    from benchmarks.models.benchmark import BenchmarkQuerySet

M = TypeVar("M", bound=Model)
State = ProgressUpdate.State
MOST_COUNTED = 500
MANY = 100  # as many as a list shows that is asked for by itself
FEW_IN_REVIEW, LINES = 3, 8
NEVER_ASSESSED = 2  # places kept for them among what is stale
RECENT = timedelta(days=30)
# The lists that have no page of their own: the desk shows them longer where its address asks for one.
LENGTHENED = frozenset({"agenda", "returned", "drafts", "waiting", "decided", "mentions", "lines"})


@dataclass(frozen=True)
class Writing:
    """An update that its author still writes, as they left it. Needs its working copies."""

    update: ProgressUpdate

    @property
    def copy(self) -> WorkingCopy | None:
        """What was typed last; None where nothing was since it was sent back."""
        return next((each for each in self.update.working_copies.all() if not each.is_aside), None)

    @property
    def has_conflict(self) -> bool:
        """True if another window holds other words, put aside until its author chooses."""
        return any(each.is_aside for each in self.update.working_copies.all())

    @property
    def saved_at(self) -> datetime:
        return self.copy.saved_at if self.copy else self.update.created_at

    @property
    def told(self) -> str:
        """What happened, as it was typed so far, on one line."""
        typed = self.copy.words.get("narrative", []) if self.copy else [self.update.narrative]
        return " ".join(" ".join(typed).split())


@dataclass(frozen=True)
class Own:
    """What a contributor has under way."""

    returned: Listed[Writing]
    drafts: Listed[Writing]
    waiting: Listed[ProgressUpdate]
    decided: Listed[ProgressUpdate]
    mentions: Listed[Mention]
    has_logged: bool

    def __bool__(self) -> bool:
        return any((self.returned, self.drafts, self.waiting, self.decided, self.mentions))


@dataclass(frozen=True)
class ToReview:
    """What waits for a reviewer, without what they wrote themselves; the longest waiting first."""

    waiting: Listed[ProgressUpdate]  # its count is MOST_COUNTED + 1 where there are more
    hidden: int  # a second person is to look at their hiding, and needs not read them

    @property
    def counted(self) -> int:
        return min(self.waiting.count, MOST_COUNTED)

    @property
    def is_longer(self) -> bool:
        """True if the queue goes on where counting ended."""
        return self.waiting.count > MOST_COUNTED


@dataclass(frozen=True)
class Behind:
    """Active benchmarks that are stale or were never assessed."""

    rows: list[Benchmark]
    stale: int
    never_assessed: int

    @property
    def count(self) -> int:
        return self.stale + self.never_assessed


@dataclass(frozen=True)
class ToAssess:
    """What nobody looks after any more: one's own first, what others own, and what has no owner."""

    mine: Behind
    others: Behind
    unowned: Listed[Benchmark]
    left: int  # of those: how many are owned by somebody whose account was switched off

    @property
    def nobodys(self) -> int:
        return self.unowned.count - self.left


@dataclass(frozen=True)
class Standing:
    """All active benchmarks, counted along two of the axes, which are never merged."""

    ratings: list[tuple[str, int]]
    freshness: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(number for _rating, number in self.ratings)

    @property
    def stale(self) -> int:
        return dict(self.freshness)[Freshness.STALE]

    @property
    def never_assessed(self) -> int:
        return dict(self.freshness)[Freshness.NEVER_ASSESSED]


@dataclass(frozen=True)
class Desk:
    today: date
    event: NextEvent | None
    own: Own | None
    to_review: ToReview | None
    to_assess: ToAssess | None
    lines: list[StatusEvent]
    standing: Standing


def desk_of(user: User, *, lengthened: str = "") -> Desk:
    """Everything for this person, who has a role. `lengthened` is one of LENGTHENED, or empty."""
    now, today = timezone.now(), timezone.localdate()
    most = defaultdict(lambda: FEW, {"lines": LINES} | ({lengthened: MANY} if lengthened else {}))
    numbers = tallies(user, today, now)
    standing = standing_of(user, today)
    contributes = may_contribute(user)
    return Desk(
        today=today,
        event=next_event(user, today, most=most["agenda"]),
        own=own(user, now, numbers, most) if contributes else None,
        to_review=to_review(user, numbers) if may_review(user) else None,
        to_assess=to_assess(user, today, numbers, standing, most) if contributes else None,
        lines=list(status_lines(user, most["lines"])),
        standing=standing,
    )


# How many ------------------------------


class Tally(Subquery):
    """How many rows a queryset has, as one column of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def tallies(user: User, today: date, now: datetime) -> dict[str, Any]:
    """The lengths of this person's lists, in one query."""
    if not may_contribute(user):
        return {}
    lists: dict[str, QuerySet[Any]] = own_lists(user, now) | benchmark_lists(user, today)
    lists["mentions"] = Mention.objects.unseen_by(user)
    if may_review(user):
        lists |= {"to_review": reviewable(user), "hidden": confirmable(user)}
    lists = {name: rows.order_by().values("pk") for name, rows in lists.items()}
    if "to_review" in lists:
        # One counts no further than helps: of a longer queue the desk says that it is longer.
        lists["to_review"] = lists["to_review"][: MOST_COUNTED + 1]
    counted: dict[str, Any] = {f"in_{name}": Tally(rows) for name, rows in lists.items()}
    counted["has_logged"] = Exists(ProgressUpdate.objects.own(user))
    found = User.objects.order_by().annotate(**counted).values(*counted).get(pk=user.pk)
    return {name.removeprefix("in_"): number for name, number in found.items()}


def in_one_query(lists: Mapping[str, QuerySet[M]], most: Mapping[str, int]) -> dict[str, list[M]]:
    """The first rows of each list, in its order; what stands in several lists comes several times."""
    parts = [
        rows.annotate(of_list=Value(name, output_field=CharField()))[: most[name]]
        for name, rows in lists.items()
    ]
    found: dict[str, list[M]] = defaultdict(list)
    row: Any
    # The database goes through one part after the other, and keeps the order of each.
    for row in parts[0].union(*parts[1:], all=True):
        found[row.of_list].append(row)
    return found


def standing_of(user: User, today: date) -> Standing:
    """Of the active benchmarks how many have which rating and freshness: read once, from an index."""
    old = (Freshness.DUE, Freshness.STALE)  # what else there is follows from them and from the ratings
    numbers = {each.value: Count("fresh_until", filter=each.condition(today)) for each in old}
    rows: Any = active(user).order_by().values("rating").annotate(n=Count("*"), **numbers)
    ratings: Counter[str] = Counter()
    freshness: Counter[str] = Counter()
    for row in rows:
        ratings[row["rating"]] = row["n"]
        freshness.update({each.value: row[each.value] for each in old})
    never = ratings[Rating.UNASSESSED]
    freshness[Freshness.NEVER_ASSESSED] = never
    freshness[Freshness.CURRENT] = ratings.total() - never - freshness["due"] - freshness["stale"]
    assessed = [each.value for each in Rating if each != Rating.UNASSESSED]
    return Standing(
        [(rating, ratings[rating]) for rating in (*assessed, Rating.UNASSESSED.value)],
        [(each.value, freshness[each]) for each in Freshness],
    )


# Benchmarks that nobody looks after ------------------------------


def active(user: User) -> BenchmarkQuerySet:
    return Benchmark.objects.visible_to(user).filter(lifecycle=Benchmark.Lifecycle.ACTIVE)


def benchmark_lists(user: User, today: date) -> dict[str, QuerySet[Benchmark]]:
    """Lists of which the desk shows the first few; what has been stale longest comes first."""
    seen = active(user).order_by("fresh_until", "code", "pk")
    mine, stale, never = Q(owner=user.pk), seen.stale(today), seen.never_assessed()
    return {
        "my_stale": stale.filter(mine),
        "my_never": never.filter(mine),
        "nobodys": seen.filter(owner__isnull=True),
        # By owner first: then the database looks at what few people own, and not at everything.
        "left": seen.filter(owner__is_active=False).order_by("owner", "fresh_until", "code", "pk"),
    }


def to_assess(
    user: User, today: date, numbers: dict[str, Any], standing: Standing, most: Mapping[str, int]
) -> ToAssess:
    lists = benchmark_lists(user, today)
    seen = active(user).order_by("fresh_until", "code", "pk").exclude(owner=user.pk)
    lists |= {"others_stale": seen.stale(today), "others_never": seen.never_assessed()}
    found = in_one_query({name: rows.select_related("owner") for name, rows in lists.items()}, most)
    stale = standing.stale - numbers["my_stale"]
    never = standing.never_assessed - numbers["my_never"]
    return ToAssess(
        Behind(mixed(found["my_stale"], found["my_never"]), numbers["my_stale"], numbers["my_never"]),
        Behind(mixed(found["others_stale"], found["others_never"]), stale, never),
        Listed((found["left"] + found["nobodys"])[:FEW], numbers["left"] + numbers["nobodys"]),
        numbers["left"],
    )


def mixed(stale: list[Benchmark], never: list[Benchmark]) -> list[Benchmark]:
    """A few of both: what is stale longest first, and always some of what was never assessed."""
    kept = never[: max(NEVER_ASSESSED, FEW - len(stale))]
    return stale[: FEW - len(kept)] + kept


# What one has under way ------------------------------


def own_lists(user: User, now: datetime) -> dict[str, QuerySet[ProgressUpdate]]:
    """Own updates by what is to be done with them: newest first, but of those that wait the oldest."""
    mine = ProgressUpdate.objects.own(user)
    decided = mine.filter(state__in=[State.APPROVED, State.REJECTED], decided_at__gte=now - RECENT)
    return {
        "returned": mine.filter(state=State.CHANGES_REQUESTED).order_by("-decided_at", "-pk"),
        "drafts": mine.filter(state=State.DRAFT).order_by("-pk"),
        "waiting": mine.filter(state=State.SUBMITTED).order_by("submitted_at", "pk"),
        "decided": decided.order_by("-decided_at", "-pk"),
    }


def own(user: User, now: datetime, numbers: dict[str, Any], most: Mapping[str, int]) -> Own:
    lists = {
        name: rows.select_related("benchmark", "reviewer") for name, rows in own_lists(user, now).items()
    }
    found = in_one_query(lists, most)
    prefetch_related_objects([*found["returned"], *found["drafts"]], "working_copies")
    asked = Mention.objects.unseen_by(user).select_related("comment__author", "comment__update__benchmark")
    drafts = sorted(map(Writing, found["drafts"]), key=lambda each: each.saved_at, reverse=True)
    return Own(
        returned=Listed([Writing(each) for each in found["returned"]], numbers["returned"]),
        drafts=Listed(drafts, numbers["drafts"]),
        waiting=Listed(found["waiting"], numbers["waiting"]),
        decided=Listed(found["decided"], numbers["decided"]),
        mentions=Listed(list(asked[: most["mentions"]]), numbers["mentions"]),
        has_logged=numbers["has_logged"],
    )


# What others wait for ------------------------------


def reviewable(user: User) -> QuerySet[ProgressUpdate]:
    """What this reviewer may decide on, what has waited longest first."""
    return ProgressUpdate.objects.visible_to(user).exclude(author=user.pk).waiting()


def confirmable(user: User) -> QuerySet[ProgressUpdate]:
    """Hidden updates of which this reviewer may confirm that they stay so, without reading them."""
    return ProgressUpdate.objects.hidden().filter(discarded_at__isnull=True).exclude(hidden_by=user.pk)


def to_review(user: User, numbers: dict[str, Any]) -> ToReview:
    rows = reviewable(user).select_related("benchmark", "author")[:FEW_IN_REVIEW]
    return ToReview(Listed(list(rows), numbers["to_review"]), numbers["hidden"])


# What changed ------------------------------


def status_lines(user: User, most: int) -> QuerySet[StatusEvent]:
    """Lines of status history in the order in which they were recorded, the newest first.

    Annotated: `rating_before` and `position_before`, what stood on the same axis before the line; `is_void`
    where a later line took it back; `sees_update`, without which its reason is kept from this person too.
    """
    before = StatusEvent.objects.standing().filter(
        Q(effective_on__lt=OuterRef("effective_on"))
        | Q(effective_on=OuterRef("effective_on"), change_id__lt=OuterRef("change_id")),
        benchmark=OuterRef("benchmark"),
    )
    rated = before.filter(rating__isnull=False).newest_first().values("rating")
    stated = before.filter(position__isnull=False, addressee=OuterRef("addressee")).newest_first()
    updates = ProgressUpdate.objects.visible_to(user).filter(pk=OuterRef("update"))
    # The keys of a few lines first: of all lines one would work out at once what is wanted of those alone.
    newest = StatusEvent.objects.visible_to(user).order_by("-change_id", "-pk").values("pk")[:most]
    return (
        StatusEvent.objects.filter(pk__in=newest)
        .select_related("benchmark", "reason", "addressee", "decided_by", "voids")
        .annotate(
            rating_before=Coalesce(Subquery(rated[:1]), Value(Rating.UNASSESSED.value)),
            position_before=Coalesce(
                Subquery(stated.values("position")[:1]), Value(Position.NOT_STATED.value)
            ),
            is_void=Exists(StatusEvent.objects.filter(voids=OuterRef("pk"))),
            sees_update=Exists(updates),
        )
        .order_by("-change_id", "-pk")
    )
