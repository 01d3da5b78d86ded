"""The composition's one task: the heartbeat which proves that beat and worker run."""

from typing import Any

from celery import shared_task
from celery.signals import after_task_publish, beat_init
from django.conf import settings

from tracker import health

HEARTBEAT = "tracker.heartbeat"


@shared_task(name=HEARTBEAT)
def heartbeat() -> None:
    """Tell that a worker takes tasks and finishes them."""
    health.note(health.WORKER)


@after_task_publish.connect(sender=HEARTBEAT)
def note_beat(**kwargs: Any) -> None:
    """Tell that beat runs: nothing else publishes the heartbeat, and this is called where it is published."""
    health.note(health.BEAT)


@beat_init.connect
def tick_at_once(**kwargs: Any) -> None:
    """Publish the first heartbeat when beat starts; its own first comes a whole period later."""
    heartbeat.apply_async(expires=settings.HEARTBEAT_SECONDS)
