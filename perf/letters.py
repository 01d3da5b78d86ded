"""The stories of letters, of what they ask, and of the persons they name."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from accounts.models import User
from benchmarks.models import (
    Benchmark,
    Change,
    Letter,
    LetterParty,
    LetterReference,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    Recommendation,
)
from perf import vocabulary
from perf.stories import BenchmarkStory, Step, text
from perf.world import World, moment
from perf.writer import Writer

Situation = PersonSituation.Situation
SITUATIONS = [Situation.DETAINED, Situation.IMPRISONED, Situation.ENFORCED_DISAPPEARANCE, Situation.FREE]


@dataclass
class LetterStory:
    """One letter: it asks for some benchmarks for the first time, and for some once more."""

    world: World
    writer: Writer
    chance: random.Random
    number: int
    dated: date
    new: Sequence[BenchmarkStory]
    again: Sequence[Benchmark]
    earlier: Letter | None
    letter: Letter = field(init=False)

    def __post_init__(self) -> None:
        self.by: User = self.chance.choice(self.world.authors)
        self.letter = Letter(
            title=f"Letter {self.number} on {self.chance.choice(vocabulary.MATTERS)}",
            slug=f"gen-letter-{self.number:04}",
            kind=self.chance.choice(("open_letter", "joint_letter", "advisory", "submission")),
            dated=self.dated,
            text_kind=Letter.TextKind.SUMMARY,
            text=" ".join(self.chance.choices(vocabulary.HAPPENED, k=12)),
            ahead_of=next(
                (one for one in self.world.events if (one.starts_on or date.min) > self.dated), None
            ),
        )

    def steps(self) -> Iterator[Step]:
        taken_in = moment(self.dated, hour=20)
        yield taken_in, partial(self.add, taken_in)
        linked = moment(self.dated, hour=40)
        yield linked, partial(self.ask, linked)

    def add(self, at: datetime) -> None:
        self.writer.add(self.letter)
        senders = self.chance.sample(self.world.signatories, self.chance.randint(1, 12))
        for order, each in enumerate(self.chance.sample(self.world.addressees, 3), 1):
            self._party(each.pk, LetterParty.Role.ADDRESSEE, order)
        for order, each in enumerate(senders):
            role = LetterParty.Role.SIGNATORY if order else LetterParty.Role.AUTHOR
            self._party(each.pk, role, order or 1)
        self.writer.record(Change.Kind.LETTER_ADDED, self.letter, by=self.by, at=at)
        if self.earlier:
            kind = self.chance.choice(LetterReference.Kind.values)
            self.writer.add(LetterReference(from_letter=self.letter, to_letter=self.earlier, kind=kind))
            self.writer.record(Change.Kind.LETTER_REFERRED, self.letter, by=self.by, at=at)

    def _party(self, organisation: int, role: LetterParty.Role, order: int) -> None:
        party = LetterParty(letter=self.letter, organisation_id=organisation, role=role, order=order)
        self.writer.add(party)

    def ask(self, at: datetime) -> None:
        """Add the asks and link them."""
        for order, benchmark in enumerate([*(story.benchmark for story in self.new), *self.again], 1):
            self._recommendation(order, benchmark, at)

    def _recommendation(self, order: int, benchmark: Benchmark, at: datetime) -> None:
        absent = self.chance.random() < 0.05
        recommendation = Recommendation(
            letter=self.letter,
            number=str(order),
            order=order,
            text=benchmark.title,
            mode=Recommendation.Mode.NOTES_ABSENCE if absent else Recommendation.Mode.ASKS,
        )
        self.writer.add(recommendation)
        through = Recommendation.benchmarks.through
        self.writer.link(through, recommendation_id=recommendation.pk, benchmark_id=benchmark.pk)
        self.writer.record(Change.Kind.RECOMMENDATION_ADDED, recommendation, by=self.by, at=at)


@dataclass
class PersonStory:
    """A person whom one letter names, and what it states of their situation; sometimes more is heard."""

    writer: Writer
    chance: random.Random
    number: int
    named_in: LetterStory

    def steps(self) -> Iterator[Step]:
        named = moment(self.named_in.dated, hour=42)
        yield named, partial(self.add, named)
        if self.chance.random() < 0.3:
            heard = named + timedelta(days=self.chance.randint(30, 300))
            yield heard, partial(self.hear, heard)

    def add(self, at: datetime) -> None:
        letter, by = self.named_in.letter, self.named_in.by
        name = f"{self.chance.choice(vocabulary.GIVEN_NAMES)} {self.chance.choice(vocabulary.FAMILY_NAMES)}"
        self.person = PersonOfConcern(
            name=f"{name} {self.number}", slug=f"gen-person-{self.number:05}", added_by=by
        )
        self.writer.add(self.person)
        for story in self.chance.sample(self.named_in.new, min(2, len(self.named_in.new))):
            keys = {"personofconcern_id": self.person.pk, "benchmark_id": story.benchmark.pk}
            self.writer.link(PersonOfConcern.benchmarks.through, **keys)
        self.writer.record(Change.Kind.PERSON_ADDED, self.person, by=by, at=at)
        self.writer.add(PersonMention(person=self.person, letter=letter, description="a teacher"))
        self.writer.record(Change.Kind.PERSON_MENTIONED, self.person, by=by, at=at)
        self._situation(self.chance.choice(SITUATIONS[:3]), letter.dated, at)

    def hear(self, at: datetime) -> None:
        self._situation(self.chance.choice(SITUATIONS), at.date(), at)

    def _situation(self, situation: Situation, day: date, at: datetime) -> None:
        line = PersonSituation(
            person=self.person,
            situation=situation,
            stated_as_of=day,
            note=text("The source says so.", self.chance),
            letter=self.named_in.letter,
            recorded_by=self.named_in.by,
        )
        self.writer.record(
            Change.Kind.SITUATION_RECORDED, self.person, by=self.named_in.by, at=at, rows=[line]
        )
