"""Who may open a page at all."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.permissions import may_read
from benchmarks.models import Benchmark, ProgressUpdate


class ForReaders(View):
    """A page for everyone with a role. To anybody else it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read(request.user):
            raise Http404(_("Only people with a role read this page."))
        return super().dispatch(request, *args, **kwargs)


class Posted(View):
    """Something done by POST. Who comes by GET, after signing in again, is led to the page it belongs to."""

    def get(self, request: HttpRequest, **about: Any) -> HttpResponse:
        return redirect(self.belongs_to())

    def belongs_to(self) -> Benchmark | ProgressUpdate | str:
        """What has that page, or its address. Whoever may not see it gets 404."""
        raise NotImplementedError
