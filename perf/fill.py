"""Lay out letters, benchmarks and persons over the years, and write them in the order of their moments."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from operator import itemgetter

from accounts.models import User
from benchmarks.models import Benchmark, Change, Letter, PersonOfConcern
from perf import world
from perf.letters import LetterStory, PersonStory
from perf.office import Office
from perf.stories import BenchmarkStory, Step
from perf.writer import Writer, settle

STEPS_AT_ONCE = 4000
LONG_ONES, ONE_LONG_IN = 5, 100  # so many histories of 200 lines, where there are enough benchmarks


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
        with writer.batch():
            shared = world.make(writer)
    layout = Layout(shared, writer, seed)
    steps = iter(sorted(layout.steps(many), key=itemgetter(0)))
    while some := list(islice(steps, STEPS_AT_ONCE)):
        with writer.batch():
            for _, take in some:
                take()
    lifecycles = {story.benchmark.pk: story.lifecycle for story in layout.stories}
    settle(lifecycles)
    return list(lifecycles)


def letters_for(many: int) -> int:
    """How many letters ask for so many benchmarks: the more there are, the more a letter asks for."""
    return max(1, round(1.4 * math.pow(many, 0.7)))


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
        self.stories: list[BenchmarkStory] = []

    def chance(self, *what: object) -> random.Random:
        """A source of chance for each story, so that one story's length changes no other."""
        return random.Random(repr((self.seed, *what)))

    def steps(self, many: int) -> Iterator[Step]:
        earlier: Letter | None = None
        count = letters_for(many)
        days = (self.shared.last_day - world.FIRST_DAY).days - 120
        ends = [round(many * (index + 1) / count) for index in range(count)]
        for index, end in enumerate(ends):
            dated = world.FIRST_DAY + timedelta(days=index * days // count)
            number = self.first_letter + index
            chance = self.chance("letter", number)
            before = self.stories
            new = [self.story(n, dated, many) for n in range(len(before), end)]
            again = chance.sample(before, min(len(before), chance.randint(0, 2 * len(new))))
            repeated = [story.benchmark for story in again]
            letter = LetterStory(self.shared, self.writer, chance, number, dated, new, repeated, earlier)
            yield from letter.steps()
            for story in new:
                yield from story.steps()
            yield from self.person(index, letter)
            before += new
            earlier = letter.letter
        office = Office(self.shared, self.writer, self.chance("office", self.first), self.stories)
        yield from office.steps()

    def story(self, index: int, since: date, many: int) -> BenchmarkStory:
        """One of the first benchmarks now and then is written about all the time."""
        number = self.first + index
        long_ones = min(LONG_ONES, many // ONE_LONG_IN)
        is_long = index % 10 == 5 and index // 10 < long_ones
        chance = self.chance("benchmark", number)
        return BenchmarkStory(self.shared, self.writer, chance, number, since, is_long)

    def person(self, index: int, letter: LetterStory) -> Iterator[Step]:
        """One person in two letters."""
        if index % 2 == 0:
            number = self.first_person + index // 2
            yield from PersonStory(self.writer, self.chance("person", number), number, letter).steps()
