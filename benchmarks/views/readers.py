"""Who may open a page at all."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.permissions import may_read


class ForReaders(View):
    """A page for everyone with a role. To anybody else it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read(request.user):
            raise Http404(_("Only people with a role read this page."))
        return super().dispatch(request, *args, **kwargs)
