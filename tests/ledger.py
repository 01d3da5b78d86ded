"""A small history with a line of every kind, and other people's hands on its tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import psycopg
from django.core.management import call_command
from django.db import connection
from environ import Env
from psycopg import sql

from accounts.models import Role, User
from benchmarks import events, lifecycle, people, workflow
from benchmarks.models import (
    Benchmark,
    EventChange,
    Organisation,
    PersonSituation,
    StatusEvent,
    Succession,
)
from benchmarks.privileges import unchangeable_tables
from tests.make import make_benchmark, make_event, make_line, make_organisation, make_person, make_user

CORRECTION, WITHDRAWAL = StatusEvent.Kind.CORRECTION, StatusEvent.Kind.WITHDRAWAL
SOURCE = "https://example.org/source"


@dataclass
class Ledger:
    """What `make_ledger` made; `line` stands, `corrected` and `withdrawn` do not."""

    alice: User
    rosa: User
    omar: User
    council: Organisation
    benchmark: Benchmark
    other: Benchmark
    line: StatusEvent
    corrected: StatusEvent
    correction: StatusEvent
    withdrawn: StatusEvent
    withdrawal: StatusEvent
    elsewhere: StatusEvent
    succession: Succession
    situation: PersonSituation
    event_change: EventChange


def make_ledger() -> Ledger:
    """At least one row in every append-only table, made through the domain functions."""
    alice, rosa, omar = (
        make_user("alice", Role.CONTRIBUTOR),
        make_user("rosa", Role.REVIEWER),
        make_user("omar", Role.REVIEWER),
    )
    council = make_organisation(alice)
    benchmark, other = make_benchmark(alice), make_benchmark(alice)
    lifecycle.revise_criterion(
        benchmark, text="It is done twice.", effective_on=date(2005, 1, 1), reason="Once is chance.", by=rosa
    )
    corrected = make_line(benchmark, alice, rosa, "met", on=date(2010, 1, 1))
    withdrawn = make_line(benchmark, alice, omar, "regression", on=date(2012, 1, 1))
    return Ledger(
        alice=alice,
        rosa=rosa,
        omar=omar,
        council=council,
        benchmark=benchmark,
        other=other,
        corrected=corrected,
        withdrawn=withdrawn,
        correction=correct(corrected, alice, rosa, proposed_rating="initial"),
        withdrawal=withdraw(withdrawn, alice, rosa),
        line=make_line(
            benchmark,
            alice,
            rosa,
            "substantial",
            on=date(2015, 1, 1),
            proposed_position="accepted",
            addressee=council,
        ),
        elsewhere=make_line(other, alice, rosa, "no_progress", on=date(2016, 1, 1)),
        succession=lifecycle.succeed(
            benchmark,
            other,
            kind=Succession.Kind.REPLACE,
            effective_on=date(2017, 1, 1),
            reason="It says it better.",
            by=rosa,
        ),
        situation=_make_situation(alice),
        event_change=_make_event_change(alice),
    )


def correct(line: StatusEvent, author: User, reviewer: User, **proposed: Any) -> StatusEvent:
    """The correction that now stands instead of the line."""
    update = workflow.propose_correction(line, by=author, narrative="It was wrong.", **proposed)
    made = workflow.approve(update, reviewer, "It was wrong indeed.")
    assert made is not None
    return made


def withdraw(line: StatusEvent, author: User, reviewer: User) -> StatusEvent:
    """The withdrawal that voids the line."""
    update = workflow.propose_withdrawal(line, by=author, reason="It never happened.")
    made = workflow.approve(update, reviewer, "It never happened indeed.")
    assert made is not None
    return made


def _make_situation(by: User) -> PersonSituation:
    return people.record_situation(
        make_person(by),
        situation=PersonSituation.Situation.DETAINED,
        stated_as_of=date(2018, 1, 1),
        note="Stated at a press briefing.",
        source_url=SOURCE,
        by=by,
    )


def _make_event_change(by: User) -> EventChange:
    event = make_event(by, starts_on=date(2019, 1, 1))
    return events.move(event, by=by, reason="The host asked for it.", starts_on=date(2019, 2, 1))


@contextmanager
def committed(blocker: Any) -> Iterator[Ledger]:
    """Keep a ledger for other connections to see, and empty the database afterwards."""
    with blocker.unblock():
        try:
            yield make_ledger()
        finally:
            call_command("flush", verbosity=0, interactive=False)


def runtime_url() -> str:
    """The address of the test's database for the runtime role, as DATABASE_URL has it."""
    role = Env.db_url_config(os.environ["TRACKER_TEST_RUNTIME_URL"])
    credentials = f"{role['USER']}:{quote(role['PASSWORD'], safe='')}"
    settings = connection.settings_dict
    where = f"host={quote(settings['HOST'], safe='')}&port={settings['PORT'] or 5432}"
    return f"postgresql://{credentials}@/{settings['NAME']}?{where}"


def contents(reader: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Every row of the history, and of the benchmarks that follow from it, as text."""
    tables = [*unchangeable_tables(), "benchmarks_benchmark"]
    with reader.transaction():
        return {table: _rows(reader, table) for table in tables}


def _rows(reader: psycopg.Connection[Any], table: str) -> list[str]:
    query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))
    return [text for (text,) in reader.execute(query)]


@contextmanager
def django_as_owner() -> Iterator[None]:
    """Let Django's own connection be the owner's for a while."""
    owner = Env.db_url_config(os.environ["DATABASE_URL"])
    settings = connection.settings_dict
    kept = {name: settings[name] for name in ("USER", "PASSWORD")}
    connection.close()
    settings.update({name: owner[name] for name in kept})
    try:
        yield
    finally:
        connection.close()
        settings.update(kept)
