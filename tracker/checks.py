"""System checks which refuse a configuration that would be unsafe."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


@register()
def check_environment(**kwargs: Any) -> Iterable[CheckMessage]:
    """Refuse an unknown deployment, and one whose safety rests on a default."""
    if settings.ENVIRONMENT not in {"production", "local", "test"}:
        yield Error("TRACKER_ENV is one of: production, local, test.", id="tracker.E001")
    if settings.PRODUCTION and not settings.SECRET_KEY_IS_GIVEN:
        yield Error("Production needs SECRET_KEY.", id="tracker.E002")
    if settings.PRODUCTION and not settings.ALLOWED_HOSTS:
        yield Error("Production needs ALLOWED_HOSTS.", id="tracker.E003")
    if settings.PRODUCTION and settings.DEBUG:
        yield Error("Production runs without TRACKER_DEBUG.", id="tracker.E004")


@register()
def check_transport(**kwargs: Any) -> Iterable[CheckMessage]:
    """Plain HTTP is for a loopback address only."""
    if (
        not settings.HTTPS
        and not LOOPBACK.issuperset(settings.ALLOWED_HOSTS)
        and settings.ENVIRONMENT != "test"
    ):
        yield Error(
            "Without TRACKER_HTTPS only a loopback address may be served.",
            hint="Set TRACKER_HTTPS=1, or ALLOWED_HOSTS to 127.0.0.1 and localhost.",
            id="tracker.E005",
        )


@register()
def check_queue_and_cache(**kwargs: Any) -> Iterable[CheckMessage]:
    """Broker and cache in one Redis database would lose tasks whenever the cache is cleared."""
    if settings.REDIS_URL == settings.REDIS_CACHE_URL:
        yield Error("REDIS_URL and REDIS_CACHE_URL name the same database.", id="tracker.E006")
