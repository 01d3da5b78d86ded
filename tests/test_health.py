"""The health pages tell the truth to anybody, and nothing else."""

import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tracker import health
from tracker.tasks import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_heartbeat_yet() -> None:
    cache.clear()


def see_beat_and_worker(seconds_ago: float = 0) -> None:
    for process in (health.BEAT, health.WORKER):
        cache.set(process, time.time() - seconds_ago)


def test_live_answers_without_sign_in(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}


def test_ready_reports_every_part_with_its_age(client: Client) -> None:
    see_beat_and_worker(seconds_ago=5)
    answer = client.get("/health/ready")
    report = answer.json()
    assert answer.status_code == 200
    assert report["database"] == report["broker"] == {"ok": True}
    assert 5 <= report["beat"]["age"] < 60
    assert 5 <= report["worker"]["age"] < 60


def test_ready_fails_while_nobody_has_seen_the_worker(client: Client) -> None:
    cache.set(health.BEAT, time.time())
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["worker"] == {"ok": False, "age": None}
    assert answer.json()["beat"]["ok"]


def test_ready_fails_once_a_heartbeat_is_late(client: Client) -> None:
    see_beat_and_worker(seconds_ago=health.LATE_AFTER + 1)
    assert client.get("/health/ready").status_code == 503


def test_ready_fails_without_a_broker_and_shows_no_address(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    see_beat_and_worker()
    monkeypatch.setattr(settings, "REDIS_URL", "redis://:secret@127.0.0.1:1/0")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["broker"] == {"ok": False, "error": "ConnectionError"}
    assert b"secret" not in answer.content


def test_health_is_not_kept_by_caches(client: Client) -> None:
    assert "no-store" in client.get("/health/ready")["Cache-Control"]


def test_publishing_the_heartbeat_proves_beat_and_running_it_proves_the_worker() -> None:
    heartbeat.delay()
    assert health.heartbeat(health.BEAT)["ok"]
    assert not health.heartbeat(health.WORKER)["ok"]
    heartbeat()
    assert health.heartbeat(health.WORKER)["ok"]
