"""`make_*`: things for tests, made through the functions the product makes them with."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from accounts.models import Role, User
from benchmarks import events, letters, lifecycle, organisations, people, workflow
from benchmarks.models import (
    Benchmark,
    Event,
    EventSeries,
    Evidence,
    Letter,
    Organisation,
    PersonOfConcern,
    ProgressUpdate,
    Recommendation,
    StatusEvent,
)

PASSWORD = "four plain words here"
FIRST_DAY = date(1999, 2, 1)
_numbers = count(1)


def make_user(name: str, role: Role | None) -> User:
    """A person whose password is PASSWORD."""
    return User.objects.create_user(
        f"{name}@example.org", PASSWORD, name=name.capitalize(), role=role.value if role else ""
    )


def make_organisation(by: User, **fields: Any) -> Organisation:
    number = next(_numbers)
    given = {"name": f"Organisation {number}", "slug": f"organisation-{number}", "kind": "civil_society"}
    return organisations.add(Organisation(**given | fields), by=by)


def make_benchmark(
    by: User, *, criterion: str = "It is done.", effective_on: date = FIRST_DAY, **fields: Any
) -> Benchmark:
    """An active benchmark; `themes` and `addressees` are passed on."""
    number = next(_numbers)
    linked = {name: fields.pop(name) for name in ("themes", "addressees") if name in fields}
    given = {
        "code": f"TST-{number}",
        "slug": f"tst-{number}",
        "title": f"Benchmark {number}",
        "measure": Benchmark.Measure.PROCESS,
        "lifecycle": Benchmark.Lifecycle.ACTIVE,
    }
    benchmark = Benchmark(**given | fields)
    return lifecycle.define(benchmark, criterion=criterion, effective_on=effective_on, by=by, **linked)


def make_letter(by: User, *, parties: Any = (), **fields: Any) -> Letter:
    number = next(_numbers)
    given = {
        "title": f"Letter {number}",
        "slug": f"letter-{number}",
        "kind": Letter.Kind.OPEN_LETTER,
        "dated": FIRST_DAY,
    }
    return letters.add(Letter(**given | fields), by=by, parties=parties)


def make_recommendation(by: User, letter: Letter, benchmark: Benchmark, **fields: Any) -> Recommendation:
    given = {"number": str(next(_numbers)), "text": "Do it.", "letter": letter}
    return letters.add_recommendation(Recommendation(**given | fields), by=by, benchmarks=[benchmark])


def make_event(by: User, **fields: Any) -> Event:
    number = next(_numbers)
    series = fields.pop("series", None) or events.add_series(
        EventSeries(name=f"Series {number}", slug=f"series-{number}"), by=by
    )
    given = {"title": f"Event {number}", "slug": f"event-{number}", "series": series}
    return events.add(Event(**given | fields), by=by)


def make_person(by: User, **fields: Any) -> PersonOfConcern:
    number = next(_numbers)
    linked = {name: fields.pop(name) for name in ("benchmarks", "readers") if name in fields}
    given = {"name": f"Person {number}", "slug": f"person-{number}"}
    return people.add(PersonOfConcern(**given | fields), by=by, **linked)


def make_update(author: User, benchmark: Benchmark, **fields: Any) -> ProgressUpdate:
    """A submitted update; `evidence` and `readers` are passed on."""
    linked = {name: fields.pop(name) for name in ("evidence", "readers") if name in fields}
    given = {"happened_on": FIRST_DAY, "narrative": "Something happened.", "author": author}
    update = workflow.draft(ProgressUpdate(benchmark=benchmark, **given | fields), **linked)
    return workflow.submit(update, by=author)


def make_link(**fields: Any) -> Evidence:
    """Unsaved evidence, to be passed to make_update."""
    given = {"kind": Evidence.Kind.LINK, "title": "A statement", "url": "https://example.org/statement"}
    return Evidence(**given | fields)


def make_line(
    benchmark: Benchmark,
    author: User,
    reviewer: User,
    rating: str | None = "no_progress",
    *,
    on: date = FIRST_DAY,
    reason: str = "Because.",
    **fields: Any,
) -> StatusEvent:
    """One line of status history: logged by one person and approved by another."""
    update = make_update(author, benchmark, happened_on=on, proposed_rating=rating, **fields)
    line = workflow.approve(update, reviewer, reason)
    assert line is not None
    return line
