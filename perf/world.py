"""What there is before anybody asks anything: people with accounts, organisations, themes and events."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.text import slugify

from accounts.models import Role, User
from benchmarks.models import Change, Event, EventSeries, Organisation, Theme
from perf import vocabulary
from perf.writer import Writer

DOMAIN = "generated.invalid"
FIRST_DAY = date(1999, 2, 1)
LAST_DAY = date(2025, 12, 31)
STAFF = {
    Role.CONTRIBUTOR: 6,
    Role.REVIEWER: 3,
    Role.ADMINISTRATOR: 1,
    Role.VIEWER: 1,
}


def moment(day: date, hour: float = 9) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)


@dataclass
class World:
    """The things that benchmarks of every size of database share."""

    people: dict[Role, list[User]]
    addressees: list[Organisation]
    signatories: list[Organisation]
    themes: list[Theme]
    events: list[Event]

    @property
    def authors(self) -> list[User]:
        return self.people[Role.CONTRIBUTOR] + self.people[Role.REVIEWER]

    def reviewer_for(self, author: User, chance: random.Random) -> User:
        return chance.choice([one for one in self.people[Role.REVIEWER] if one.pk != author.pk])


def found() -> World | None:
    """The world an earlier run made; None where there is none."""
    if not User.objects.exists():
        return None
    people = {role: list(User.objects.filter(role=role).order_by("pk")) for role in STAFF}
    organisations = Organisation.objects.order_by("pk")
    return World(
        people,
        list(organisations.exclude(kind="civil_society")),
        list(organisations.filter(kind="civil_society")),
        list(Theme.objects.order_by("pk")),
        list(Event.objects.order_by("starts_on", "pk")),
    )


def make(writer: Writer) -> World:
    people = {role: [make_user(writer, role, n) for n in range(1, many + 1)] for role, many in STAFF.items()}
    administrator = people[Role.ADMINISTRATOR][0]
    return World(
        people,
        [make_organisation(writer, *each, administrator) for each in vocabulary.ADDRESSEES],
        [make_organisation(writer, *each, administrator) for each in vocabulary.SIGNATORIES],
        [make_theme(writer, name, administrator) for name in vocabulary.THEMES],
        make_events(writer, administrator),
    )


def make_user(writer: Writer, role: Role, number: int) -> User:
    """An account that nobody can sign in to."""
    user = User(email=f"{role}-{number}@{DOMAIN}", name=f"{role.label} {number}", role=role)
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


def make_events(writer: Writer, by: User) -> list[Event]:
    """A summit and a round of the dialogue in each year."""
    events = []
    for name, month in (("Summit", 6), ("Dialogue", 11)):
        series = EventSeries(name=f"{name} series", slug=slugify(name))
        writer.add(series)
        writer.record(Change.Kind.SERIES_ADDED, series, by=by, at=moment(FIRST_DAY))
        for ordinal, year in enumerate(range(FIRST_DAY.year, LAST_DAY.year + 1), 1):
            event = Event(
                series=series,
                ordinal=ordinal,
                title=f"{name} of {year}",
                slug=f"{slugify(name)}-{year}",
                starts_on=date(year, month, 5 + ordinal % 20),
                certainty=Event.Certainty.CONFIRMED,
                state=Event.State.HELD,
            )
            writer.add(event)
            writer.record(Change.Kind.EVENT_ADDED, event, by=by, at=moment(FIRST_DAY))
            events.append(event)
    return sorted(events, key=lambda event: (event.starts_on or FIRST_DAY, event.pk))
