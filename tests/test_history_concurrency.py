"""Many processes write at once, some give up, some are killed: one chain without gap or fork is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Role, User
from accounts.permissions import NotAllowed
from benchmarks import history, lifecycle, verify, workflow
from benchmarks.models import Benchmark, Change, CriterionVersion, ProtectedText, StaleReview, StatusEvent
from tests.ledger import runtime_url
from tests.make import make_benchmark, make_line, make_update, make_user
from tests.racing import Work, at_once

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, LINES, MORTAL = 8, 12, 2


class Reader(threading.Thread):
    """Keeps "seen up to no" as a digest does: each look takes what comes after the last number it saw."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: list[int] = []
        self.done = threading.Event()

    def run(self) -> None:
        with psycopg.connect(runtime_url(), autocommit=True) as looking:
            last = False
            while not last:
                last = self.done.is_set()
                self.look(looking)

    def look(self, looking: psycopg.Connection[Any]) -> None:
        upto = self.seen[-1] if self.seen else 0
        news = looking.execute("SELECT no FROM benchmarks_change WHERE no > %s ORDER BY no", [upto])
        self.seen += [no for (no,) in news]
        time.sleep(0.002)


@contextmanager
def reading() -> Iterator[Reader]:
    reader = Reader()
    reader.start()
    try:
        yield reader
    finally:
        reader.done.set()
        reader.join(30)


def start_writer(seed: int, *, dies: bool) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.writers", str(seed), str(LINES), "dies" if dies else "lives"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": runtime_url(), "TRACKER_LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.timeout(900)
@pytest.mark.promise("H1")
@pytest.mark.promise("H2")
def test_eight_processes_write_one_history() -> None:
    people = [make_user(f"reviewer{n}", Role.REVIEWER) for n in range(4)]
    benchmarks = [make_benchmark(people[0]) for _ in range(3)]
    before = Change.objects.count()
    with reading() as reader:
        writers = [start_writer(seed, dies=seed < MORTAL) for seed in range(WRITERS)]
        ended = [writer.communicate(timeout=600) for writer in writers]
    for seed, (writer, (_out, errors)) in enumerate(zip(writers, ended, strict=True)):
        assert writer.returncode == (-signal.SIGKILL if seed < MORTAL else 0), errors
    numbers = list(Change.objects.order_by("no").values_list("no", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert reader.seen == numbers
    assert list(verify.findings()) == []
    approved = Change.objects.filter(kind=Change.Kind.UPDATE_APPROVED).count()
    assert approved == StatusEvent.objects.count() >= (WRITERS - MORTAL) * LINES + MORTAL * (LINES // 2)
    assert len(numbers) > before + 3 * approved
    for benchmark in Benchmark.objects.filter(pk__in=[one.pk for one in benchmarks]).as_of():
        folded = history.folded_fields(benchmark)
        assert {name: getattr(benchmark, name) for name in folded} == folded
        assert benchmark.rating != "unassessed"


@pytest.mark.promise("H3")
def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told(
    alice: User, rosa: User, omar: User
) -> None:
    for _ in range(10):
        update = make_update(alice, make_benchmark(alice), proposed_rating="met")
        given = at_once(*(partial(workflow.approve, update, one, "Because.") for one in (rosa, omar)))
        assert {type(one) for one in given} == {StatusEvent, StaleReview}
        assert StatusEvent.objects.filter(update=update).count() == 1
    assert list(verify.findings()) == []


@pytest.mark.promise("H3")
def test_an_author_who_races_a_reviewer_never_decides(alice: User, rosa: User, omar: User) -> None:
    for _ in range(5):
        update = make_update(rosa, make_benchmark(alice), proposed_rating="met")
        own, other = at_once(*(partial(workflow.approve, update, one, "Because.") for one in (rosa, omar)))
        assert isinstance(own, NotAllowed)
        assert isinstance(other, StatusEvent)


def test_two_corrections_of_one_line_at_once_make_one(alice: User, rosa: User, omar: User) -> None:
    for _ in range(5):
        line = make_line(make_benchmark(alice), alice, rosa, "met")
        corrections = [
            workflow.propose_correction(line, by=alice, narrative="No.", proposed_rating=rating)
            for rating in ("initial", "regression")
        ]
        given = at_once(*(partial(workflow.approve, one, omar, "Indeed.") for one in corrections))
        assert {type(one) for one in given} == {StatusEvent, ValidationError}
        assert StatusEvent.objects.filter(voids=line).count() == 1
    assert list(verify.findings()) == []


def test_approvals_and_revisions_of_the_same_benchmarks_never_lock_each_other_out(
    alice: User, rosa: User, omar: User
) -> None:
    """Everybody locks the benchmark before the chain: otherwise PostgreSQL would end one of two."""
    benchmarks = [make_benchmark(alice), make_benchmark(alice)]
    revised: dict[str, Any] = {
        "text": "Otherwise.",
        "effective_on": date(2020, 1, 1),
        "reason": "Why not.",
        "by": alice,
    }
    for _ in range(8):
        works: list[Work] = []
        for benchmark in benchmarks:
            for reviewer in (rosa, omar):
                update = make_update(alice, benchmark, proposed_rating="initial")
                works.append(partial(workflow.approve, update, reviewer, "Because."))
            works.append(partial(lifecycle.revise_criterion, Benchmark(pk=benchmark.pk), **revised))
        assert [given for given in at_once(*works) if isinstance(given, Exception)] == []
    assert list(verify.findings()) == []


def test_recording_waits_for_a_benchmark_before_it_takes_the_chain(alice: User) -> None:
    """Who held the chain meanwhile would wait for somebody who waits for the chain."""
    benchmark, locked = make_benchmark(alice), threading.Event()

    def lock_then_record() -> Change:
        with transaction.atomic():
            held = Benchmark.objects.select_for_update(no_key=True).get(pk=benchmark.pk)
            locked.set()
            time.sleep(0.7)  # the other is at its first lock by now, and stays there
            return history.record(Change.Kind.BENCHMARK_AMENDED, held, by=alice)

    def record_a_row_of_it() -> Change:
        text, reason = ProtectedText.of("Otherwise."), ProtectedText.of("Why not.")
        fields: dict[str, Any] = {"text": text, "reason": reason, "number": 2}
        version = CriterionVersion(benchmark=benchmark, effective_on=date(2020, 1, 1), **fields)
        assert locked.wait(30)
        with transaction.atomic():
            return history.record(Change.Kind.CRITERION_REVISED, benchmark, by=alice, rows=[version])

    first, second = at_once(lock_then_record, record_a_row_of_it)
    assert isinstance(first, Change), first
    assert isinstance(second, Change), second
    assert second.no == first.no + 1
