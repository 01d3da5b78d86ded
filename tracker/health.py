"""Health pages, for whoever watches the deployment. They show no secret and need no sign-in."""

import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

BEAT, WORKER = "heartbeat:beat", "heartbeat:worker"
# Two ticks may fail before it counts as late.
LATE_AFTER = 3 * settings.HEARTBEAT_SECONDS

Report = dict[str, object]


def note(process: str) -> None:
    """Keep the moment at which this process was last seen at work."""
    cache.set(process, time.time(), timeout=24 * 3600)


def database() -> Report:
    """Ask the database a question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def broker() -> Report:
    """Ask the broker for a sign of life."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5) as client:
        return {"ok": bool(client.ping())}


def heartbeat(process: str) -> Report:
    """Tell how many seconds ago a process was seen; `ok` is false when it is late or was never seen."""
    seen: float | None = cache.get(process)
    if seen is None:
        return {"ok": False, "age": None}
    age = round(time.time() - seen, 1)
    return {"ok": age <= LATE_AFTER, "age": age}


def asked(question: Callable[[], Report]) -> Report:
    """Answer for a part which cannot: the kind of error only, for its text may hold an address or a name."""
    try:
        return question()
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the page has to answer
        return {"ok": False, "error": type(error).__name__}


@login_not_required
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Answer as long as the web process can."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Report database, broker, beat and worker; 503 when one is missing or late."""
    parts = {
        "database": asked(database),
        "broker": asked(broker),
        "beat": asked(lambda: heartbeat(BEAT)),
        "worker": asked(lambda: heartbeat(WORKER)),
    }
    well = all(part["ok"] for part in parts.values())
    return JsonResponse({"status": "ok" if well else "failing", **parts}, status=200 if well else 503)
