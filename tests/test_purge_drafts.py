"""Drafts that were thrown away are removed for good: by a command, and daily by the queue."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from benchmarks import drafts, workflow
from benchmarks.models import ProgressUpdate
from benchmarks.tasks import purge_drafts
from tests.make import FIRST_DAY, make_benchmark
from tracker.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def _drafts(alice: User) -> None:
    """One thrown away long ago, one yesterday, one still there."""
    old, young, _open = (drafts.begin(make_benchmark(alice), by=alice) for _ in range(3))
    for draft, days in ((old, 31), (young, 1)):
        with time_machine.travel(timezone.now() - timedelta(days=days), tick=False):
            drafts.discard(draft, by=alice)


@pytest.mark.usefixtures("_drafts")
def test_the_command_says_how_many_it_removed() -> None:
    for said in ("Removed 1 draft.", "Removed 0 drafts."):
        out = io.StringIO()
        call_command("purge_drafts", stdout=out)
        assert out.getvalue().strip() == said
    assert ProgressUpdate.objects.count() == 2


@pytest.mark.usefixtures("_drafts")
def test_the_task_does_the_same_as_the_command() -> None:
    purge_drafts()
    assert ProgressUpdate.objects.count() == 2


def put_aside(author: User, rosa: User, end: str) -> ProgressUpdate:
    """An update with words of another window beside it, of which this became."""
    update = workflow.draft(
        ProgressUpdate(
            benchmark=make_benchmark(author), author=author, narrative="So.", happened_on=FIRST_DAY
        )
    )
    drafts.keep(update, {"narrative": ["Words"]}, by=author, window="a", version=0)
    workflow.submit(update, by=author)
    if end == "withdrawn":
        workflow.withdraw(update, by=author)
    elif end == "approved":
        workflow.approve(update, rosa, "Because.")
    return update


@pytest.mark.parametrize("end", ["withdrawn", "approved", "waiting"])
def test_words_put_aside_go_after_their_days_once_nobody_writes_on(alice: User, rosa: User, end: str) -> None:
    update = put_aside(alice, rosa, end)
    drafts.purge(timezone.now() + timedelta(days=29))
    assert update.working_copies.exists()
    drafts.purge(timezone.now() + timedelta(days=31))
    assert update.working_copies.exists() == (end == "waiting")
    assert ProgressUpdate.objects.filter(pk=update.pk).exists()


def test_the_days_of_a_withdrawn_update_count_from_its_last_withdrawal(alice: User, rosa: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=False):
        update = put_aside(alice, rosa, "withdrawn")
    workflow.reopen(update, by=alice)
    workflow.submit(update, by=alice)
    workflow.withdraw(update, by=alice)
    drafts.purge(timezone.now())
    assert update.working_copies.exists()


def test_the_queue_does_it_every_day_and_piles_nothing_up() -> None:
    app.loader.import_default_modules()
    daily = settings.CELERY_BEAT_SCHEDULE["purge-drafts"]
    assert daily["task"] in app.tasks
    assert daily["schedule"] == daily["options"]["expires"] == 24 * 3600
