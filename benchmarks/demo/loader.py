"""Puts the demonstration data into the tracker, through the functions that staff's own work goes through.

What is there already, by slug, code, number or pair, is left as it is. So a second run changes nothing, and
a data file that grew adds only what is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction

from accounts.permissions import NotAllowed
from benchmarks import events, letters, lifecycle, organisations, people, workflow
from benchmarks.dates import Precision
from benchmarks.demo import data
from benchmarks.demo.data import DemoDataError, When
from benchmarks.models import (
    AgendaItem,
    Audience,
    Benchmark,
    Event,
    EventSeries,
    Evidence,
    Letter,
    LetterParty,
    LetterReference,
    Organisation,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProgressUpdate,
    Rating,
    Recommendation,
    StatusEvent,
    Theme,
)

if TYPE_CHECKING:
    from accounts.models import User

UNKNOWN_DATE = (None, Precision.DAY)

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def load(demo: data.Demo, users: dict[str, User], *, today: date) -> Counter[str]:
    """Add what is not there yet, all of it or nothing; return how many of what were added.

    `users` are the demonstration accounts by first name: ada keeps the lists, alice enters letters and logs
    updates, rosa approves. `today` is what the coming summit's date is counted from. Every change is quiet.
    Raises DemoDataError, which names the file and the entry that the domain refuses.
    """
    # All of it is one transaction, which holds the chain from its first change on: so it takes its turn with
    # the benchmarks before, as every approval does.
    list(Benchmark.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return Loader(users, today).load(demo)


@contextmanager
def naming(entry: data.Entry) -> Iterator[None]:
    """Say of which entry the domain says that something is wrong with it."""
    try:
        yield
    except ValidationError as error:
        raise DemoDataError(f"{entry.where}: {' '.join(error.messages)}") from error
    except (DatabaseError, NotAllowed, ValueError) as error:
        raise DemoDataError(f"{entry.where}: {error}") from error


class Loader:
    """One load: what it has met or made so far, by the names that the data uses."""

    def __init__(self, users: dict[str, User], today: date) -> None:
        self.users, self.today = users, today
        self.ada, self.alice, self.rosa = users["ada"], users["alice"], users["rosa"]
        self.added: Counter[str] = Counter()
        self.organisations: dict[str, Organisation] = {}
        self.themes: dict[str, Theme] = {}
        self.series: dict[str, EventSeries] = {}
        self.events: dict[str, Event] = {}
        self.benchmarks: dict[str, Benchmark] = {}
        self.letters: dict[str, Letter] = {}
        self.persons: dict[str, PersonOfConcern] = {}

    def load(self, demo: data.Demo) -> Counter[str]:
        """Load everything, each thing after those that it names."""
        for organisation in demo.organisations:
            self.organisations[organisation.slug] = self.organisation(organisation)
        for theme in demo.themes:
            self.themes[theme.slug] = self.theme(theme)
        for series in demo.series:
            self.series[series.slug] = self.a_series(series)
        for event in demo.events:
            self.events[event.slug] = self.event(event)
        dated = {letter.slug: letter.dated for letter in demo.letters}
        for benchmark in demo.benchmarks:
            self.benchmarks[benchmark.code] = self.benchmark(benchmark, asked_on=dated[benchmark.since].day)
        for person in demo.persons:
            self.persons[person.slug] = self.person(person)
        for letter in demo.letters:
            self.letters[letter.slug] = self.letter(letter)
        for letter in demo.letters:
            self.contents(letter)
        for event in demo.events:
            self.agenda(event)
        return self.added

    def once(self, entry: data.Entry, existing: models.QuerySet[M], add: Callable[[], M]) -> M:
        """The row that is there, or the one which `add` makes."""
        found = existing.first()
        if found is not None:
            return found
        with naming(entry):
            made = add()
        self.added[str(made._meta.verbose_name_plural)] += 1
        return made

    def organisation(self, entry: data.Organisation) -> Organisation:
        new = Organisation(
            slug=entry.slug,
            name=entry.name,
            short_name=entry.short_name,
            kind=entry.kind,
            country=entry.country,
        )
        existing = Organisation.objects.filter(slug=entry.slug)
        return self.once(entry, existing, lambda: organisations.add(new, by=self.ada, quiet=True))

    def theme(self, entry: data.Theme) -> Theme:
        new = Theme(slug=entry.slug, name=entry.name, description=entry.description)
        existing = Theme.objects.filter(slug=entry.slug)
        return self.once(entry, existing, lambda: lifecycle.add_theme(new, by=self.ada, quiet=True))

    def a_series(self, entry: data.Series) -> EventSeries:
        new = EventSeries(slug=entry.slug, name=entry.name, level=entry.level)
        existing = EventSeries.objects.filter(slug=entry.slug)
        return self.once(entry, existing, lambda: events.add_series(new, by=self.ada, quiet=True))

    def event(self, entry: data.Event) -> Event:
        starts_on, precision = entry.on or UNKNOWN_DATE
        if entry.weeks_after_loading is not None:
            starts_on = self.today + timedelta(weeks=entry.weeks_after_loading)
        new = Event(
            slug=entry.slug,
            series=self.series[entry.series],
            ordinal=entry.ordinal,
            title=entry.title,
            starts_on=starts_on,
            starts_on_precision=precision,
            ends_on=entry.until.day if entry.until else None,
            place=entry.place,
            certainty=entry.certainty,
            state=entry.state,
        )
        existing = Event.objects.filter(slug=entry.slug)
        return self.once(entry, existing, lambda: events.add(new, by=self.ada, quiet=True))

    def agenda(self, entry: data.Event) -> None:
        event = self.events[entry.slug]
        for item in entry.agenda:
            self.agenda_item(event, item)

    def agenda_item(self, event: Event, entry: data.AgendaItem) -> AgendaItem:
        benchmark = self.benchmarks[entry.benchmark]
        return self.once(
            entry,
            AgendaItem.objects.filter(event=event, benchmark=benchmark),
            lambda: events.put_on_agenda(
                event, benchmark, ask=entry.ask, priority=entry.priority, by=self.alice, quiet=True
            ),
        )

    def benchmark(self, entry: data.Benchmark, *, asked_on: date) -> Benchmark:
        if entry.owner not in self.users:
            raise DemoDataError(f"{entry.where}: there is no account “{entry.owner}”.")
        new = Benchmark(
            code=entry.code,
            slug=entry.slug,
            title=entry.title,
            description=entry.description,
            measure=entry.measure,
            owner=self.users[entry.owner],
            review_interval_days=entry.review_interval_days,
            lifecycle=Benchmark.Lifecycle.ACTIVE,
        )
        return self.once(
            entry,
            Benchmark.objects.filter(code=entry.code),
            lambda: lifecycle.define(
                new,
                criterion=entry.criterion,
                effective_on=asked_on,
                themes=named(self.themes, entry.themes),
                addressees=named(self.organisations, entry.addressees),
                by=self.alice,
                quiet=True,
            ),
        )

    def person(self, entry: data.Person) -> PersonOfConcern:
        new = PersonOfConcern(slug=entry.slug, name=entry.name, description=entry.description)
        linked = named(self.benchmarks, entry.benchmarks)
        existing = PersonOfConcern.objects.filter(slug=entry.slug)
        return self.once(
            entry, existing, lambda: people.add(new, benchmarks=linked, by=self.alice, quiet=True)
        )

    def letter(self, entry: data.Letter) -> Letter:
        new = Letter(
            slug=entry.slug,
            title=entry.title,
            kind=entry.kind,
            reference=entry.reference,
            dated=entry.dated.day,
            dated_precision=entry.dated.precision,
            language=entry.language,
            text=entry.text.strip(),
            text_kind=entry.text_kind,
            ahead_of=self.events[entry.ahead_of] if entry.ahead_of else None,
        )
        parties = self.parties(entry.parties)
        existing = Letter.objects.filter(slug=entry.slug)
        return self.once(
            entry, existing, lambda: letters.add(new, parties=parties, by=self.alice, quiet=True)
        )

    def parties(self, entries: Iterable[data.Party]) -> list[LetterParty]:
        """The parties of a letter, unsaved, numbered within each role as the data has them."""
        places: Counter[str] = Counter()
        parties = []
        for entry in entries:
            places[entry.role] += 1
            parties.append(
                LetterParty(
                    role=entry.role,
                    order=places[entry.role],
                    organisation=self.organisations[entry.organisation] if entry.organisation else None,
                    person_name=entry.person_name,
                    office=entry.office,
                    on_behalf_of=entry.on_behalf_of,
                )
            )
        return parties

    def contents(self, entry: data.Letter) -> None:
        """What a letter refers to, asks, says of people, and proves of benchmarks."""
        letter = self.letters[entry.slug]
        for reference in entry.references:
            self.reference(letter, reference)
        asks: dict[str, Recommendation] = {}
        for order, ask in enumerate(entry.recommendations, 1):
            asks[ask.number] = self.recommendation(letter, ask, order, asks.get(ask.parent))
        for mention in entry.mentions:
            self.mention(letter, mention)
        for situation in entry.situations:
            self.situation(letter, situation)
        for assessment in entry.assessments:
            self.assessment(letter, assessment)

    def reference(self, letter: Letter, entry: data.Reference) -> LetterReference:
        target, kind = self.letters[entry.to], entry.kind
        existing = LetterReference.objects.filter(from_letter=letter, to_letter=target, kind=kind)
        return self.once(
            entry,
            existing,
            lambda: letters.refer(letter, target, kind=LetterReference.Kind(kind), by=self.alice, quiet=True),
        )

    def recommendation(
        self, letter: Letter, entry: data.Recommendation, order: int, parent: Recommendation | None
    ) -> Recommendation:
        new = Recommendation(
            letter=letter,
            parent=parent,
            number=entry.number,
            order=order,
            locator=entry.locator,
            mode=entry.mode,
            text=entry.text,
            rationale=entry.rationale,
        )
        return self.once(
            entry,
            Recommendation.objects.filter(letter=letter, number=entry.number),
            lambda: letters.add_recommendation(
                new,
                benchmarks=named(self.benchmarks, entry.benchmarks),
                actors=named(self.organisations, entry.actors),
                by=self.alice,
                quiet=True,
            ),
        )

    def mention(self, letter: Letter, entry: data.Mention) -> PersonMention:
        person = self.persons[entry.person]
        return self.once(
            entry,
            PersonMention.objects.filter(person=person, letter=letter),
            lambda: people.mention(
                person,
                letter=letter,
                description=entry.description,
                health_concern=entry.health_concern,
                by=self.alice,
                quiet=True,
            ),
        )

    def situation(self, letter: Letter, entry: data.Situation) -> PersonSituation:
        """A letter states a situation as of its own date, and no later."""
        person = self.persons[entry.person]
        return self.once(
            entry,
            PersonSituation.objects.filter(person=person, letter=letter, corrects=None),
            lambda: people.record_situation(
                person,
                situation=PersonSituation.Situation(entry.situation),
                stated_as_of=letter.dated,
                stated_as_of_precision=letter.dated_precision,
                note=entry.note,
                letter=letter,
                by=self.alice,
                quiet=True,
            ),
        )

    def assessment(self, letter: Letter, entry: data.Assessment) -> ProgressUpdate:
        """What a letter proves of a benchmark on its own date: Alice logs it, Rosa approves it."""
        benchmark = self.benchmarks[entry.benchmark]
        existing = ProgressUpdate.objects.filter(
            benchmark=benchmark,
            author=self.alice,
            kind=StatusEvent.Kind.ASSESSMENT,
            evidence__letter=letter,
        )
        return self.once(entry, existing, lambda: self.assess(benchmark, letter, entry))

    def assess(self, benchmark: Benchmark, letter: Letter, entry: data.Assessment) -> ProgressUpdate:
        when = When(letter.dated, Precision(letter.dated_precision))
        update = ProgressUpdate(
            benchmark=benchmark,
            author=self.alice,
            happened_on=when.day,
            happened_on_precision=when.precision,
            narrative=entry.narrative,
            proposed_rating=Rating(entry.rating),
            audience=Audience.PUBLIC,
        )
        source = Evidence(
            kind=Evidence.Kind.LETTER,
            title=letter.title,
            letter=letter,
            locator=entry.locator,
            published_on=when.day,
            published_on_precision=when.precision,
            audience=Audience.PUBLIC,
        )
        update = workflow.submit(
            workflow.draft(update, evidence=[source], quiet=True), by=self.alice, quiet=True
        )
        workflow.approve(update, self.rosa, entry.reason, quiet=True)
        return update


def named(known: dict[str, M], names: Iterable[str]) -> list[M]:
    return [known[name] for name in names]
