"""What a request leaves in the log."""

from __future__ import annotations

from django.http import HttpRequest
from django_structlog import middlewares


class RequestMiddleware(middlewares.RequestMiddleware):
    """Logs which page was asked for, and not what was looked for there: a search may hold somebody's name."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
