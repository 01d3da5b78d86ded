"""The desk: the first page, for everyone with a role."""

from __future__ import annotations

from typing import Any, cast

from django.views.generic import TemplateView

from accounts.models import User
from benchmarks import desk
from benchmarks.views.readers import ForReaders


class DeskPage(ForReaders, TemplateView):
    """What to do before the next event; `?all=drafts` shows one of its lists longer."""

    template_name = "desk/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("all", "")
        lengthened = asked if asked in desk.LENGTHENED else ""
        user = cast("User", self.request.user)
        return super().get_context_data(
            **kwargs, desk=desk.desk_of(user, lengthened=lengthened), lengthened=lengthened
        )
