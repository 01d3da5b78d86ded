"""What there is before anybody asks anything: people with accounts, organisations, themes and events.

All of it is the same however many benchmarks there are: an office does not grow with what it has written.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Role, User
from benchmarks.models import Change, Event, EventSeries, Organisation, Theme
from perf import vocabulary
from perf.writer import Writer

DOMAIN = "generated.invalid"
FIRST_DAY = date(1999, 2, 1)
STAFF = {
    Role.CONTRIBUTOR: 16,
    Role.REVIEWER: 5,
    Role.ADMINISTRATOR: 2,
    Role.VIEWER: 6,
}
# What the office has in hand is of the last weeks; the stories of benchmarks end before.
LAST_WEEKS = timedelta(days=40)
# Each series, the month in which it meets, and in how many days from now it meets next.
SERIES = (("Summit", 6, 24), ("Dialogue", 11, 150), ("Council session", 3, 210))


def moment(day: date, hour: float = 9) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)


@dataclass
class World:
    """The things that benchmarks of every size of database share, on the day on which they are written."""

    people: dict[Role, list[User]]
    left: User
    addressees: list[Organisation]
    signatories: list[Organisation]
    themes: list[Theme]
    events: list[Event]
    today: date

    @property
    def authors(self) -> list[User]:
        return self.people[Role.CONTRIBUTOR] + self.people[Role.REVIEWER]

    @property
    def last_day(self) -> date:
        return self.today - LAST_WEEKS

    @property
    def coming(self) -> list[Event]:
        """The events that are ahead, the next one first."""
        return [event for event in self.events if event.state == Event.State.PLANNED]

    def reviewer_for(self, author: User, chance: random.Random) -> User:
        return chance.choice([one for one in self.people[Role.REVIEWER] if one.pk != author.pk])


def found() -> World | None:
    """The world an earlier run made; None where there is none."""
    if not User.objects.exists():
        return None
    staff = User.objects.filter(is_active=True).order_by("pk")
    organisations = Organisation.objects.order_by("pk")
    return World(
        {role: list(staff.filter(role=role)) for role in STAFF},
        User.objects.get(is_active=False),
        list(organisations.exclude(kind="civil_society")),
        list(organisations.filter(kind="civil_society")),
        list(Theme.objects.order_by("pk")),
        list(Event.objects.order_by("starts_on", "pk")),
        timezone.localdate(),
    )


def make(writer: Writer) -> World:
    people = {role: [make_user(writer, role, n) for n in range(1, many + 1)] for role, many in STAFF.items()}
    administrator, today = people[Role.ADMINISTRATOR][0], timezone.localdate()
    return World(
        people,
        make_user(writer, Role.CONTRIBUTOR, STAFF[Role.CONTRIBUTOR] + 1, is_active=False),
        [make_organisation(writer, *each, administrator) for each in vocabulary.ADDRESSEES],
        [make_organisation(writer, *each, administrator) for each in vocabulary.SIGNATORIES],
        [make_theme(writer, name, administrator) for name in vocabulary.THEMES],
        make_events(writer, administrator, today),
        today,
    )


def make_user(writer: Writer, role: Role, number: int, *, is_active: bool = True) -> User:
    """An account that nobody can sign in to."""
    name = f"{role.label} {number}"
    user = User(email=f"{role}-{number}@{DOMAIN}", name=name, role=role, is_active=is_active)
    user.set_unusable_password()
    writer.add(user)
    return user


def make_organisation(writer: Writer, name: str, kind: str, by: User) -> Organisation:
    organisation = Organisation(name=name, slug=slugify(name), kind=kind)
    writer.add(organisation)
    writer.record(Change.Kind.ORGANISATION_ADDED, organisation, by=by, at=moment(FIRST_DAY))
    return organisation


def make_theme(writer: Writer, name: str, by: User) -> Theme:
    theme = Theme(name=name, slug=slugify(name))
    writer.add(theme)
    writer.record(Change.Kind.THEME_ADDED, theme, by=by, at=moment(FIRST_DAY))
    return theme


def make_events(writer: Writer, by: User, today: date) -> list[Event]:
    """A meeting of each series in each year until now, and the next one of each."""
    events = []
    for name, month, ahead in SERIES:
        series = EventSeries(name=f"{name} series", slug=slugify(name))
        writer.add(series)
        writer.record(Change.Kind.SERIES_ADDED, series, by=by, at=moment(FIRST_DAY))
        for ordinal, day in enumerate(meetings(month, ahead, today), 1):
            is_ahead = day > today
            event = Event(
                series=series,
                ordinal=ordinal,
                title=f"{name} of {day:%B %Y}",
                slug=f"{slugify(name)}-{day:%Y-%m}",
                starts_on=day,
                certainty=Event.Certainty.CONFIRMED,
                state=Event.State.PLANNED if is_ahead else Event.State.HELD,
            )
            writer.add(event)
            writer.record(Change.Kind.EVENT_ADDED, event, by=by, at=moment(FIRST_DAY))
            events.append(event)
    return sorted(events, key=lambda event: (event.starts_on or FIRST_DAY, event.pk))


def meetings(month: int, ahead: int, today: date) -> Iterator[date]:
    for year in range(FIRST_DAY.year, today.year):
        yield date(year, month, 5 + year % 20)
    yield today + timedelta(days=ahead)
