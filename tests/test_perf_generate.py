"""Generated data are as good as logged ones: the history proves it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from benchmarks.models import Benchmark, Change, Event, ProgressUpdate, StatusEvent
from perf import fill
from tests.make import make_benchmark, make_line


def verified() -> str:
    out = StringIO()
    call_command("verify_history", stdout=out)
    return out.getvalue()


@pytest.mark.promise("H2")
@pytest.mark.django_db
def test_what_is_generated_proves_as_what_is_logged() -> None:
    keys = fill.fill(60)
    assert len(keys) == len(set(keys)) == Benchmark.objects.count() == 60
    assert f"{Change.objects.count()} changes, no gap" in verified()
    kinds = set(StatusEvent.objects.values_list("kind", flat=True))
    assert kinds == {"assessment", "correction", "withdrawal"}
    assert set(ProgressUpdate.objects.values_list("state", flat=True)) == set(ProgressUpdate.State.values)
    assert set(Benchmark.objects.values_list("lifecycle", flat=True)) <= set(Benchmark.Lifecycle.values)
    later = StatusEvent.objects.filter(
        benchmark=OuterRef("benchmark"), effective_on__gt=OuterRef("effective_on")
    )
    backdated = StatusEvent.objects.filter(Exists(later.filter(change__lt=OuterRef("change"))))
    assert backdated.count() > 5
    assert Benchmark.objects.exclude(rating="unassessed").count() > 30


@pytest.mark.django_db
def test_the_same_number_gives_the_same_data() -> None:
    def told() -> list[tuple[object, ...]]:
        lines = StatusEvent.objects.order_by("change_id")
        return list(lines.values_list("rating", "effective_on", "recorded_at", "reason__salt"))

    runs = []
    for _ in range(2):
        with transaction.atomic():
            fill.fill(15)
            runs.append(told())
            transaction.set_rollback(True)
    assert runs[0] == runs[1]
    assert runs[0]


@pytest.mark.django_db
def test_an_office_has_as_much_in_hand_however_much_it_has_written() -> None:
    counted = []
    for many in (40, 80):
        with transaction.atomic():
            fill.fill(many)
            states = ProgressUpdate.objects.filter(state__in=["submitted", "draft", "changes_requested"])
            counted.append((states.count(), User.objects.count(), Event.objects.count()))
            transaction.set_rollback(True)
    assert counted[0] == counted[1]
    assert counted[0][0] == 40 + 30 + 12


@pytest.mark.django_db
def test_some_histories_are_long_and_the_next_event_has_an_agenda() -> None:
    fill.fill(120)
    lines = Benchmark.objects.annotate(lines=Count("status_events")).filter(lines__gte=200)
    assert lines.count() == 1
    following = Event.objects.coming(timezone.localdate()).first()
    assert following is not None
    assert following.agenda.count() > 30


@pytest.mark.django_db
def test_a_second_run_adds_to_the_first_and_people_go_on_from_there() -> None:
    fill.fill(5)
    fill.fill(5)
    assert Benchmark.objects.count() == 10
    author, reviewer = User.objects.filter(role="reviewer")[:2]
    line = make_line(Benchmark.objects.order_by("pk")[3], author, reviewer, "met")
    assert line.change_id == Change.objects.count()
    assert "no gap" in verified()


def test_a_database_with_anything_else_is_left_as_it_is(alice: User) -> None:
    make_benchmark(alice)
    head = Change.objects.head()
    with pytest.raises(fill.NotGenerated):
        fill.fill(5)
    assert Benchmark.objects.count() == 1
    assert Change.objects.head() == head
