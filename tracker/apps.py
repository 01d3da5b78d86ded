"""The composition as a Django app: its queue and its checks."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """Make the queue's application the current one in every process, and register the checks."""

    name = "tracker"

    def ready(self) -> None:
        """Load what has to be known before the first task or check."""
        from tracker import celery, checks  # noqa: F401
