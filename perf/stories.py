"""The stories of letters, benchmarks and persons: steps at their moments, told later in one order.

A story is laid out before anything is written, so that backdated entries, corrections and withdrawals fall
between the entries of other benchmarks, as they do where many people work.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from accounts.models import Role, User
from benchmarks.dates import Precision, first_of_period
from benchmarks.models import (
    Audience,
    Benchmark,
    Change,
    Comment,
    CriterionVersion,
    Evidence,
    Mention,
    Organisation,
    Position,
    ProgressUpdate,
    ProtectedText,
    Rating,
    StatusEvent,
)
from perf import vocabulary
from perf.world import FIRST_DAY, World, moment
from perf.writer import Writer

Step = tuple[datetime, Callable[[], None]]
State = ProgressUpdate.State
Lifecycle = Benchmark.Lifecycle
Kind = Change.Kind

RATINGS = [Rating.NO_PROGRESS, Rating.INITIAL, Rating.SUBSTANTIAL, Rating.MET, Rating.REGRESSION]
POSITIONS = [Position.NOTED, Position.ACCEPTED_IN_PART, Position.ACCEPTED, Position.REJECTED]
# Weights of the five ratings, of the four positions, and of the three precisions of a date.
LIKELY_RATINGS, LIKELY_POSITIONS, LIKELY_PRECISIONS = (50, 25, 12, 5, 8), (5, 3, 2, 2), (90, 8, 2)


NOTE = "The source says so."
LONG = 215  # entries of the longest histories, all of them lines


@dataclass(slots=True)
class Entry:
    """One update to be, with what becomes of it."""

    author: User
    reviewer: User
    drafted: datetime
    happened_on: date
    precision: str
    state: ProgressUpdate.State
    audience: Audience
    rating: Rating | None
    position: Position | None
    addressee: Organisation | None
    voids: Entry | None = None
    kind: StatusEvent.Kind = StatusEvent.Kind.ASSESSMENT
    remark: str = ""
    asked: User | None = None
    is_hidden: bool = False
    update: ProgressUpdate | None = None
    line: int | None = None  # its key

    @property
    def submitted(self) -> datetime:
        return self.drafted + timedelta(hours=5)

    @property
    def remarked(self) -> datetime:
        return self.drafted + timedelta(hours=20)

    @property
    def decided(self) -> datetime:
        return self.drafted + timedelta(days=3)

    @property
    def is_line(self) -> bool:
        says = self.rating or self.position or self.voids
        return bool(says) and self.state == State.APPROVED


# What ends the way of an update, for those that are not under way.
ENDS = {
    State.APPROVED: Kind.UPDATE_APPROVED,
    State.REJECTED: Kind.UPDATE_REJECTED,
    State.WITHDRAWN: Kind.UPDATE_WITHDRAWN,
    State.CHANGES_REQUESTED: Kind.UPDATE_RETURNED,
}


def text(words: str, chance: random.Random) -> ProtectedText:
    """Protected text whose salt is as repeatable as all else here."""
    return ProtectedText(salt=chance.randbytes(32).hex(), text=words)


def how_many(chance: random.Random) -> int:
    """Updates of one benchmark: none for one in eight, mostly a handful, above sixty for a few."""
    if chance.random() < 0.125:
        return 0
    if chance.random() < 0.01:
        return chance.randint(60, 140)
    return 1 + min(int(chance.expovariate(1 / 3.5)), 40)


@dataclass
class BenchmarkStory:
    """One benchmark from the letter that first asks for it to the present."""

    world: World
    writer: Writer
    chance: random.Random
    number: int
    since: date
    is_long: bool = False
    benchmark: Benchmark = field(init=False)
    criteria: list[CriterionVersion] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.until = self.world.last_day
        self.lifecycle = self._lifecycle()
        self.benchmark = Benchmark(
            code=f"GEN-{self.number:05}",
            slug=f"gen-{self.number:05}",
            title=" ".join(
                self.chance.choice(words)
                for words in (vocabulary.DOINGS, vocabulary.MATTERS, vocabulary.WHENCE)
            ),
            description="Generated, to see how the tracker takes a large number.",
            measure=self.chance.choice(Benchmark.Measure.values),
            review_interval_days=self.chance.choice((90, 180, 365, 730)),
            retirement_reason="It came to nothing." if self.lifecycle == Lifecycle.RETIRED else "",
        )
        if self.chance.random() < 0.4:
            self.benchmark.due_on = self.since + timedelta(days=self.chance.randint(200, 9000))
        self.addressees = self.chance.sample(self.world.addressees, self.chance.choice((1, 1, 1, 2, 3)))
        self.author = self.chance.choice(self.world.authors)
        self.owner = self.chance.choices((self.author, self.world.left, None), (98, 1, 1))[0]

    def _lifecycle(self) -> Lifecycle:
        """One in fourteen was retired by now, one in a hundred never got past a draft."""
        days = (self.world.last_day - self.since).days
        lifecycle = self.chance.choices(Lifecycle.values, (1, 92, 7))[0]
        if self.is_long or (lifecycle == Lifecycle.RETIRED and days < 1000):
            return Lifecycle.ACTIVE
        if lifecycle == Lifecycle.RETIRED:
            self.until -= timedelta(days=self.chance.randint(0, days - 900))
        return Lifecycle(lifecycle)

    def steps(self) -> Iterator[Step]:
        defined = moment(self.since, hour=30)
        yield defined, partial(self.define, defined)
        if self.lifecycle == Lifecycle.DRAFT:
            return
        if self.chance.random() < 0.2:
            revised = defined + timedelta(days=self.chance.randint(200, 900))
            if revised.date() < self.until:
                yield revised, partial(self.revise, revised)
        for entry in self.entries():
            yield from self.steps_of(entry)
        if self.lifecycle == Lifecycle.RETIRED:
            retired = moment(self.until + timedelta(days=10))
            yield retired, partial(self.retire, retired)

    def steps_of(self, entry: Entry) -> Iterator[Step]:
        yield entry.drafted, partial(self.draft, entry)
        if entry.state == State.DRAFT:
            return
        yield entry.submitted, partial(self._record, Kind.UPDATE_SUBMITTED, entry, entry.submitted)
        if entry.remark and entry.state in {State.SUBMITTED, State.APPROVED}:
            yield entry.remarked, partial(self.remark, entry)
        if entry.is_hidden:
            yield entry.remarked, partial(self._record, Kind.UPDATE_HIDDEN, entry, entry.remarked)
        if entry.state in ENDS:
            yield entry.decided, partial(self.end, entry)

    def define(self, at: datetime) -> None:
        self.benchmark.owner, self.benchmark.created_at = self.owner, at
        self.writer.add(self.benchmark)
        key = self.benchmark.pk
        for theme in self.chance.sample(self.world.themes, self.chance.choice((1, 1, 2))):
            self.writer.link(Benchmark.themes.through, benchmark_id=key, theme_id=theme.pk)
        for each in self.addressees:
            self.writer.link(Benchmark.addressees.through, benchmark_id=key, organisation_id=each.pk)
        self._version(Kind.BENCHMARK_DEFINED, at, "It is done and can be seen to be done.", "")

    def revise(self, at: datetime) -> None:
        words = "It is done, can be seen to be done, and lasts for a year."
        self._version(Kind.CRITERION_REVISED, at, words, "The first wording left open until when.")

    def retire(self, at: datetime) -> None:
        by = self.world.people[Role.ADMINISTRATOR][0]
        self.writer.record(Kind.BENCHMARK_RETIRED, self.benchmark, by=by, at=at)

    def _version(self, kind: Change.Kind, at: datetime, words: str, reason: str) -> None:
        version = CriterionVersion(
            benchmark=self.benchmark,
            number=len(self.criteria) + 1,
            text=text(words, self.chance),
            effective_on=self.since if not self.criteria else at.date(),
            reason=text(reason, self.chance) if reason else None,
        )
        self.writer.record(kind, self.benchmark, by=self.author, at=at, rows=[version])
        self.criteria.append(version)

    def entries(self) -> Iterator[Entry]:
        """What is logged, in the order in which it is logged; corrections after what they correct."""
        span = (self.until - self.since).days - 20
        if span <= 10:
            return
        many = LONG if self.is_long else how_many(self.chance)
        for days in sorted(self.chance.randint(5, span) for _ in range(many)):
            entry = self.assessment(moment(self.since + timedelta(days=days), 24 * self.chance.random()))
            while entry.drafted.date() < self.until:
                yield entry
                if not entry.is_line or self.chance.random() > 0.08:
                    break
                entry = self._challenge(entry)
                if entry.kind == StatusEvent.Kind.WITHDRAWAL:
                    if entry.drafted.date() < self.until:
                        yield entry
                    break

    def assessment(self, drafted: datetime, state: State | None = None) -> Entry:
        """One in seven is logged long after it happened, one in twenty is restricted."""
        author = self.chance.choice(self.world.authors)
        precision = self.chance.choices(Precision.values, LIKELY_PRECISIONS)[0]
        ago = self.chance.randint(300, 4000) if self.chance.random() < 0.15 else self.chance.randint(0, 30)
        happened = max(FIRST_DAY, drafted.date() - timedelta(days=ago))
        audience = self.chance.choices(Audience.values, (50, 45, 0 if self.is_long else 5))[0]
        rating, addressee = self._proposal() if audience != Audience.RESTRICTED else (None, None)
        ends = self.chance.choices(("approved", "rejected", "withdrawn"), (93, 4, 3))[0]
        reviewer = self.world.reviewer_for(author, self.chance)
        return Entry(
            author=author,
            reviewer=reviewer,
            drafted=drafted,
            happened_on=max(FIRST_DAY.replace(month=1, day=1), first_of_period(happened, precision)),
            precision=precision,
            state=State.APPROVED if self.is_long else state or State(ends),
            audience=Audience(audience),
            rating=rating,
            position=self.chance.choices(POSITIONS, LIKELY_POSITIONS)[0] if addressee else None,
            addressee=addressee,
            remark="Where is that written?" if self.chance.random() < 0.05 else "",
            asked=author,
        )

    def _proposal(self) -> tuple[Rating | None, Organisation | None]:
        """A rating for most entries, a position of one addressee for some, and neither for a few."""
        is_rated = self.is_long or self.chance.random() < 0.8
        rating = self.chance.choices(RATINGS, LIKELY_RATINGS)[0] if is_rated else None
        return rating, self.chance.choice(self.addressees) if self.chance.random() < 0.25 else None

    def _challenge(self, entry: Entry) -> Entry:
        """Two in three lines that are challenged are corrected, the others are withdrawn."""
        author = self.chance.choice(self.world.authors)
        withdrawn = self.chance.random() < 0.33
        return Entry(
            author=author,
            reviewer=self.world.reviewer_for(author, self.chance),
            drafted=entry.decided + timedelta(days=self.chance.randint(1, 400)),
            happened_on=entry.happened_on,
            precision=entry.precision,
            state=State.APPROVED,
            audience=entry.audience,
            rating=None if withdrawn else self.chance.choices(RATINGS, LIKELY_RATINGS)[0],
            position=None,
            addressee=None,
            voids=entry,
            kind=StatusEvent.Kind.WITHDRAWAL if withdrawn else StatusEvent.Kind.CORRECTION,
        )

    def draft(self, entry: Entry) -> None:
        """Add the update with its evidence, as it will be once all is decided."""
        entry.update = update = self._update(entry)
        self.writer.add(update)
        if entry.audience == Audience.RESTRICTED:
            readers = ProgressUpdate.readers.through
            self.writer.link(readers, progressupdate_id=update.pk, user_id=entry.reviewer.pk)
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            self.writer.add(self._evidence(update))
        self._record(Kind.UPDATE_DRAFTED, entry, entry.drafted)

    def remark(self, entry: Entry) -> None:
        """The reviewer asks somebody something, who reads it where it was approved since."""
        said = self._comment(entry, f"@{entry.asked} {entry.remark}", entry.remarked)
        if entry.asked:
            seen = entry.decided if entry.state in ENDS else None
            self.writer.add(Mention(comment=said, user=entry.asked, seen_at=seen))
        self._record(Kind.COMMENT_ADDED, entry, entry.remarked, by=entry.reviewer)

    def end(self, entry: Entry) -> None:
        """It is decided on, or its author takes it back."""
        if entry.state in {State.REJECTED, State.CHANGES_REQUESTED}:
            self._comment(entry, NOTE, entry.decided, decision=entry.state)
        rows = [self._line(entry)] if entry.is_line else []
        by = entry.author if entry.state == State.WITHDRAWN else entry.reviewer
        self._record(ENDS[entry.state], entry, entry.decided, by=by, rows=rows)
        entry.line = rows[0].pk if rows else None
        entry.update = None  # there are many, and nothing more is asked of this one

    def _comment(self, entry: Entry, words: str, at: datetime, decision: str = "") -> Comment:
        said = Comment(
            update=entry.update, author=entry.reviewer, text=words, decision=decision, created_at=at
        )
        self.writer.add(said)
        return said

    def _record(
        self,
        kind: Change.Kind,
        entry: Entry,
        at: datetime,
        *,
        by: User | None = None,
        rows: Sequence[StatusEvent] = (),
    ) -> None:
        assert entry.update is not None
        audience = Audience.RESTRICTED if kind == Kind.UPDATE_HIDDEN else entry.audience
        self.writer.record(kind, entry.update, by=by or entry.author, at=at, rows=rows, audience=audience)

    def _update(self, entry: Entry) -> ProgressUpdate:
        update = ProgressUpdate(
            benchmark_id=self.benchmark.pk,
            author_id=entry.author.pk,
            kind=entry.kind,
            voids_id=entry.voids.line if entry.voids else None,
            happened_on=entry.happened_on,
            happened_on_precision=entry.precision,
            narrative=" ".join(self.chance.sample(vocabulary.HAPPENED, self.chance.randint(1, 4))),
            proposed_rating=entry.rating,
            reason="Judged by the criterion." if entry.rating else "",
            proposed_position=entry.position,
            addressee_id=entry.addressee.pk if entry.addressee else None,
            criterion_id=self.criteria[-1].pk,
            audience=entry.audience,
            state=entry.state,
            created_at=entry.drafted,
        )
        if entry.state != State.DRAFT:
            update.submitted_at, update.submission = entry.submitted, 1
        if entry.state in ENDS and entry.state != State.WITHDRAWN:
            update.reviewer_id, update.decided_at = entry.reviewer.pk, entry.decided
            update.review_note = "" if entry.is_line else NOTE
        if entry.is_hidden:
            update.hidden_by_id, update.hidden_at = entry.reviewer.pk, entry.remarked
        return update

    def _evidence(self, update: ProgressUpdate) -> Evidence:
        publisher = self.chance.choice(vocabulary.PUBLISHERS)
        return Evidence(
            update_id=update.pk,
            kind=Evidence.Kind.LINK,
            title=f"{publisher}, {update.happened_on:%B %Y}",
            url=f"https://example.org/{self.number}/{self.chance.randrange(10**9)}",
            publisher=publisher,
            published_on=update.happened_on,
            published_on_precision=update.happened_on_precision,
            audience=update.audience,
        )

    def _line(self, entry: Entry) -> StatusEvent:
        update = entry.update
        assert update is not None
        assert update.criterion_id is not None
        return StatusEvent(
            benchmark_id=self.benchmark.pk,
            kind=entry.kind,
            voids_id=update.voids_id,
            rating=entry.rating,
            position=entry.position,
            addressee_id=update.addressee_id,
            effective_on=entry.happened_on,
            effective_on_precision=entry.precision,
            reason=text(NOTE, self.chance),
            audience=entry.audience,
            update_id=update.pk,
            criterion_id=update.criterion_id,
            decided_by_id=entry.reviewer.pk,
            quiet=True,
        )
