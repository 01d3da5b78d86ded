"""Lay out letters, benchmarks and persons over the years, and write them in the order of their moments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from operator import itemgetter

from accounts.models import User
from benchmarks.models import Benchmark, Change, Letter, PersonOfConcern
from perf import world
from perf.letters import LetterStory, PersonStory
from perf.stories import BenchmarkStory, Step
from perf.writer import Writer, fold

NEW_IN_A_LETTER = 5
STEPS_AT_ONCE = 4000


class NotGenerated(RuntimeError):
    """The database holds something this package did not write."""


def fill(many: int, *, seed: int = 1) -> list[int]:
    """Add this many benchmarks with all that belongs to them, and return their keys.

    Raises NotGenerated, having written nothing, where the database holds anything else.
    """
    refuse_anything_else()
    writer = Writer()
    shared = world.found()
    if shared is None:
        with writer.pipeline():
            shared = world.make(writer)
    layout = Layout(shared, writer, seed)
    steps = iter(sorted(layout.steps(many), key=itemgetter(0)))
    while some := list(islice(steps, STEPS_AT_ONCE)):
        with writer.pipeline():
            for _, take in some:
                take()
    keys = [benchmark.pk for benchmark in layout.benchmarks]
    fold(keys)
    return keys


def refuse_anything_else() -> None:
    """Raise NotGenerated unless the database is empty or holds generated data alone."""
    accounts = User.objects.exclude(email__endswith=f"@{world.DOMAIN}")
    changes = Change.objects.exclude(actor__in=User.objects.filter(email__endswith=f"@{world.DOMAIN}"))
    if accounts.exists() or changes.exists():
        raise NotGenerated(
            "This database holds other things than generated ones, and was left as it is. Name an empty one."
        )


class Layout:
    """Who asks for what, and when. Numbers go on from those an earlier run gave."""

    def __init__(self, shared: world.World, writer: Writer, seed: int) -> None:
        self.shared, self.writer, self.seed = shared, writer, seed
        self.first, self.first_letter = Benchmark.objects.count() + 1, Letter.objects.count() + 1
        self.first_person = PersonOfConcern.objects.count() + 1
        self.benchmarks: list[Benchmark] = []

    def chance(self, *what: object) -> random.Random:
        """A source of chance for each story, so that one story's length changes no other."""
        return random.Random(repr((self.seed, *what)))

    def steps(self, many: int) -> Iterator[Step]:
        earlier: Letter | None = None
        count = -(-many // NEW_IN_A_LETTER)
        days = (world.LAST_DAY - world.FIRST_DAY).days - 120
        for index in range(count):
            dated = world.FIRST_DAY + timedelta(days=index * days // count)
            new = range(index * NEW_IN_A_LETTER, min(many, (index + 1) * NEW_IN_A_LETTER))
            number = self.first_letter + index
            chance = self.chance("letter", number)
            stories = [
                BenchmarkStory(
                    self.shared, self.writer, self.chance("benchmark", self.first + n), self.first + n, dated
                )
                for n in new
            ]
            again = chance.sample(self.benchmarks, min(len(self.benchmarks), chance.randint(3, 8)))
            letter = LetterStory(self.shared, self.writer, chance, number, dated, stories, again, earlier)
            yield from letter.steps()
            for story in stories:
                yield from story.steps()
            yield from self.person(index, letter)
            self.benchmarks += [story.benchmark for story in stories]
            earlier = letter.letter

    def person(self, index: int, letter: LetterStory) -> Iterator[Step]:
        """One person in two letters."""
        if index % 2 == 0:
            number = self.first_person + index // 2
            yield from PersonStory(self.writer, self.chance("person", number), number, letter).steps()
