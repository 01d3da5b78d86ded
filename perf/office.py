"""What an office has in hand: agendas, and the work of its last weeks.

Both are as large in every database. What people have open, and what they press for at one meeting, is
bounded by people and by meetings, not by how much was written over the years.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from accounts.models import Role
from benchmarks.models import AgendaItem, Benchmark, Change, Event, ProgressUpdate, WorkingCopy
from perf.stories import BenchmarkStory, Entry, Step
from perf.world import FIRST_DAY, World, moment
from perf.writer import Writer

State = ProgressUpdate.State
# Updates by where they stand, and how many days ago they were begun, at most.
IN_HAND = {
    State.SUBMITTED: (40, 20),
    State.DRAFT: (30, 25),
    State.CHANGES_REQUESTED: (12, 20),
    State.APPROVED: (60, 32),
    State.REJECTED: (4, 32),
}
REMARKS, HIDDEN = 15, 3  # of what waits
NEXT_AGENDA, LATER_AGENDA, USUAL_AGENDA = 40, 15, (12, 28)
PREPARED = timedelta(days=30)  # before the event


@dataclass
class Office:
    world: World
    writer: Writer
    chance: random.Random
    stories: Sequence[BenchmarkStory]  # in the order in which they begin

    def steps(self) -> Iterator[Step]:
        yield from self._agendas()
        live = [story for story in self.stories if story.lifecycle == Benchmark.Lifecycle.ACTIVE]
        for state, (many, days) in IN_HAND.items():
            for number in range(many if live else 0):
                story = self.chance.choice(live)
                yield from self._in_hand(story, state, number, days)

    def _agendas(self) -> Iterator[Step]:
        """What is pressed for at each event, out of what had been asked for by then."""
        begun = [story.since for story in self.stories]
        for event in self.world.events:
            starts = event.starts_on or FIRST_DAY
            prepared = min(starts - PREPARED, self.world.last_day)
            known = [
                story
                for story in self.stories[: bisect_left(begun, prepared - timedelta(days=3))]
                if story.until >= prepared and story.lifecycle != Benchmark.Lifecycle.DRAFT
            ]
            many = min(self._length(event), len(known) // 3)
            at = moment(prepared)
            for story in self.chance.sample(known, many):
                yield at, partial(self._item, event, story, at)

    def _length(self, event: Event) -> int:
        if event.state != Event.State.PLANNED:
            return self.chance.randint(*USUAL_AGENDA)
        return NEXT_AGENDA if event == self.world.coming[0] else LATER_AGENDA

    def _item(self, event: Event, story: BenchmarkStory, at: datetime) -> None:
        priority = self.chance.choice((1, 2, 2, 3))
        item = AgendaItem(
            event=event, benchmark=story.benchmark, ask=story.benchmark.title, priority=priority
        )
        self.writer.add(item)
        by = self.chance.choice(self.world.authors)
        self.writer.record(Change.Kind.AGENDA_ITEM_ADDED, item, by=by, at=at)

    def _in_hand(self, story: BenchmarkStory, state: State, number: int, days: int) -> Iterator[Step]:
        """One update of the last weeks, of everybody in turn. What is decided by now began days before."""
        soonest = 1 if state in {State.SUBMITTED, State.DRAFT} else 4
        ago = timedelta(days=self.chance.randint(soonest, days), hours=-self.chance.randint(0, 12))
        entry = story.assessment(moment(self.world.today, 8) - ago, state)
        entry.state, entry.remark = state, ""
        entry.author = self.world.authors[number % len(self.world.authors)]
        entry.reviewer = self.world.reviewer_for(entry.author, self.chance)
        if state == State.SUBMITTED:
            entry.is_hidden = number < HIDDEN
            if HIDDEN <= number < HIDDEN + REMARKS:
                entry.remark = "Can you look at this one?"
                entry.asked = self.chance.choice(self.world.people[Role.CONTRIBUTOR])
        yield from story.steps_of(entry)
        if state == State.DRAFT:
            yield entry.drafted, partial(self._typed, entry)

    def _typed(self, entry: Entry) -> None:
        """The form of a draft as it was left."""
        assert entry.update is not None
        words = {
            "happened_on": [f"{entry.happened_on:%Y-%m-%d}"],
            "narrative": [entry.update.narrative],
            "proposed_rating": [entry.rating or ""],
            "audience": [entry.audience],
            "evidence-TOTAL_FORMS": ["1"],
            "evidence-0-kind": ["link"],
        }
        copy = WorkingCopy(
            update=entry.update, window=f"{entry.update.pk:036}", words=words, saved_at=entry.drafted
        )
        self.writer.add(copy)
