"""The stories of letters, benchmarks and persons: steps at their moments, told later in one order.

A story is laid out before anything is written, so that backdated entries, corrections and withdrawals fall
between the entries of other benchmarks, as they do where many people work.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from accounts.models import User
from benchmarks.dates import Precision, first_of_period
from benchmarks.models import (
    Audience,
    Benchmark,
    Change,
    CriterionVersion,
    Evidence,
    Organisation,
    Position,
    ProgressUpdate,
    ProtectedText,
    Rating,
    StatusEvent,
)
from perf import vocabulary
from perf.world import FIRST_DAY, LAST_DAY, World, moment
from perf.writer import Writer

Step = tuple[datetime, Callable[[], None]]

RATINGS = [Rating.NO_PROGRESS, Rating.INITIAL, Rating.SUBSTANTIAL, Rating.MET, Rating.REGRESSION]
POSITIONS = [Position.NOTED, Position.ACCEPTED_IN_PART, Position.ACCEPTED, Position.REJECTED]
# Weights of the five ratings, of the four positions, and of the three precisions of a date.
LIKELY_RATINGS, LIKELY_POSITIONS, LIKELY_PRECISIONS = (50, 25, 12, 5, 8), (5, 3, 2, 2), (90, 8, 2)


@dataclass(slots=True)
class Entry:
    """One update to be, with what its approval makes of it."""

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
    update: ProgressUpdate | None = None
    line: StatusEvent | None = None

    @property
    def submitted(self) -> datetime:
        return self.drafted + timedelta(hours=5)

    @property
    def decided(self) -> datetime:
        return self.drafted + timedelta(days=3)

    @property
    def is_line(self) -> bool:
        says = self.rating or self.position or self.voids
        return bool(says) and self.state == ProgressUpdate.State.APPROVED


def text(words: str, chance: random.Random) -> ProtectedText:
    """Protected text whose salt is as repeatable as all else here."""
    return ProtectedText(salt=chance.randbytes(32).hex(), text=words)


def how_many(chance: random.Random) -> int:
    """Updates of one benchmark: none for one in eight, mostly a handful, above a hundred for a few."""
    if chance.random() < 0.125:
        return 0
    if chance.random() < 0.01:
        return chance.randint(60, 140)
    return 1 + min(int(chance.expovariate(1 / 6)), 40)


@dataclass
class BenchmarkStory:
    """One benchmark from the letter that first asks for it to the present."""

    world: World
    writer: Writer
    chance: random.Random
    number: int
    since: date
    benchmark: Benchmark = field(init=False)
    criteria: list[CriterionVersion] = field(default_factory=list)

    def __post_init__(self) -> None:
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
        )
        self.addressees = self.chance.sample(self.world.addressees, self.chance.choice((1, 1, 1, 2, 3)))
        self.owner = self.chance.choice(self.world.authors)

    def steps(self) -> Iterator[Step]:
        defined = moment(self.since, hour=30)
        yield defined, partial(self.define, defined)
        if self.chance.random() < 0.2:
            revised = defined + timedelta(days=self.chance.randint(200, 900))
            if revised.date() <= LAST_DAY:
                yield revised, partial(self.revise, revised)
        for entry in self.entries():
            yield entry.drafted, partial(self.draft, entry)
            if entry.state != ProgressUpdate.State.DRAFT:
                yield entry.submitted, partial(self.submit, entry)
            if entry.state == ProgressUpdate.State.APPROVED:
                yield entry.decided, partial(self.approve, entry)

    def define(self, at: datetime) -> None:
        self.benchmark.owner, self.benchmark.created_at = self.owner, at
        self.writer.add(self.benchmark)
        key = self.benchmark.pk
        for theme in self.chance.sample(self.world.themes, self.chance.choice((1, 1, 2))):
            self.writer.link(Benchmark.themes.through, benchmark_id=key, theme_id=theme.pk)
        for each in self.addressees:
            self.writer.link(Benchmark.addressees.through, benchmark_id=key, organisation_id=each.pk)
        self._version(Change.Kind.BENCHMARK_DEFINED, at, "It is done and can be seen to be done.", "")

    def revise(self, at: datetime) -> None:
        words = "It is done, can be seen to be done, and lasts for a year."
        self._version(Change.Kind.CRITERION_REVISED, at, words, "The first wording left open until when.")

    def _version(self, kind: Change.Kind, at: datetime, words: str, reason: str) -> None:
        version = CriterionVersion(
            benchmark=self.benchmark,
            number=len(self.criteria) + 1,
            text=text(words, self.chance),
            effective_on=self.since if not self.criteria else at.date(),
            reason=text(reason, self.chance) if reason else None,
        )
        self.writer.record(kind, self.benchmark, by=self.owner, at=at, rows=[version])
        self.criteria.append(version)

    def entries(self) -> Iterator[Entry]:
        """What is logged, in the order in which it is logged; corrections after what they correct."""
        span = (LAST_DAY - self.since).days - 20
        if span <= 10:
            return
        logged = sorted(self.chance.randint(5, span) for _ in range(how_many(self.chance)))
        for days in logged:
            entry = self._assessment(moment(self.since + timedelta(days=days), 24 * self.chance.random()))
            while entry.drafted.date() < LAST_DAY:
                yield entry
                if not entry.is_line or self.chance.random() > 0.08:
                    break
                entry = self._challenge(entry)
                if entry.kind == StatusEvent.Kind.WITHDRAWAL:
                    if entry.drafted.date() < LAST_DAY:
                        yield entry
                    break

    def _assessment(self, drafted: datetime) -> Entry:
        author = self.chance.choice(self.world.authors)
        precision = self.chance.choices(Precision.values, LIKELY_PRECISIONS)[0]
        ago = self.chance.randint(300, 4000) if self.chance.random() < 0.15 else self.chance.randint(0, 30)
        happened = max(FIRST_DAY, drafted.date() - timedelta(days=ago))
        audience = self.chance.choices(
            (Audience.PUBLIC, Audience.INTERNAL, Audience.RESTRICTED), (50, 45, 5)
        )[0]
        rating, addressee = self._proposal() if audience != Audience.RESTRICTED else (None, None)
        state = self.chance.choices(("approved", "submitted", "draft"), (88, 7, 5))[0]
        return Entry(
            author=author,
            reviewer=self.world.reviewer_for(author, self.chance),
            drafted=drafted,
            happened_on=max(FIRST_DAY.replace(month=1, day=1), first_of_period(happened, precision)),
            precision=precision,
            state=ProgressUpdate.State(state),
            audience=audience,
            rating=rating,
            position=self.chance.choices(POSITIONS, LIKELY_POSITIONS)[0] if addressee else None,
            addressee=addressee,
        )

    def _proposal(self) -> tuple[Rating | None, Organisation | None]:
        """A rating for most entries, a position of one addressee for some, and neither for a few."""
        rating = self.chance.choices(RATINGS, LIKELY_RATINGS)[0] if self.chance.random() < 0.8 else None
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
            state=ProgressUpdate.State.APPROVED,
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
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            self.writer.add(self._evidence(update))
        self._record(Change.Kind.UPDATE_DRAFTED, entry, by=entry.author, at=entry.drafted)

    def submit(self, entry: Entry) -> None:
        self._record(Change.Kind.UPDATE_SUBMITTED, entry, by=entry.author, at=entry.submitted)

    def approve(self, entry: Entry) -> None:
        entry.line = self._line(entry) if entry.is_line else None
        self._record(Change.Kind.UPDATE_APPROVED, entry, by=entry.reviewer, at=entry.decided)

    def _record(self, kind: Change.Kind, entry: Entry, *, by: User, at: datetime) -> None:
        assert entry.update is not None
        rows = [entry.line] if entry.line and kind == Change.Kind.UPDATE_APPROVED else []
        self.writer.record(kind, entry.update, by=by, at=at, rows=rows, audience=entry.audience)

    def _update(self, entry: Entry) -> ProgressUpdate:
        update = ProgressUpdate(
            benchmark=self.benchmark,
            author=entry.author,
            kind=entry.kind,
            voids=entry.voids.line if entry.voids else None,
            happened_on=entry.happened_on,
            happened_on_precision=entry.precision,
            narrative=" ".join(self.chance.sample(vocabulary.HAPPENED, self.chance.randint(1, 4))),
            proposed_rating=entry.rating,
            proposed_position=entry.position,
            addressee=entry.addressee,
            criterion=self.criteria[-1],
            audience=entry.audience,
            state=entry.state,
            created_at=entry.drafted,
        )
        if entry.state != ProgressUpdate.State.DRAFT:
            update.submitted_at = entry.submitted
        if entry.state == ProgressUpdate.State.APPROVED:
            update.reviewer, update.decided_at = entry.reviewer, entry.decided
            update.review_note = "The source says so."
        return update

    def _evidence(self, update: ProgressUpdate) -> Evidence:
        publisher = self.chance.choice(vocabulary.PUBLISHERS)
        return Evidence(
            update=update,
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
        return StatusEvent(
            benchmark=self.benchmark,
            kind=entry.kind,
            voids_id=update.voids_id,
            rating=entry.rating,
            position=entry.position,
            addressee=entry.addressee,
            effective_on=entry.happened_on,
            effective_on_precision=entry.precision,
            reason=text("The source says so.", self.chance),
            audience=entry.audience,
            update=update,
            criterion=update.criterion,
            decided_by=entry.reviewer,
            quiet=True,
        )
