"""The administration's frame: its name, who gets in, and what it leaves out of Django's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])

# The first looks things up past `visible_to`, and tells the address of what one may not see.
LEFT_OUT = {"view_on_site", "password_change_done"}


class Administration(admin.AdminSite):
    """Reviewers look around here and administrators work here. To anybody else it does not exist."""

    site_title = site_header = _("Benchmark tracker administration")
    index_title = _("What is kept here")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [each for each in super().get_urls() if getattr(each, "name", None) not in LEFT_OUT]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def for_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return cast("View", for_staff)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one page for signing in, which knows rate limits."""
        index = reverse("admin:index", current_app=self.name)
        if not request.user.is_authenticated:
            query = {REDIRECT_FIELD_NAME: request.GET.get(REDIRECT_FIELD_NAME, index)}
            return redirect(reverse("account_login", query=query))
        if not self.has_permission(request):
            raise Http404
        return redirect(index)

    def password_change(  # type: ignore[override]  # Django answers with a page of its own
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the page where everybody changes their password."""
        return redirect("account_change_password")


class AdministrationConfig(AdminConfig):
    default = False
    default_site = "tracker.administration.Administration"

    def ready(self) -> None:
        super().ready()
        from allauth.account.models import EmailAddress
        from django.contrib.auth.models import Group

        # Roles stand in for groups, and an account has the one address that its own page shows.
        admin.site.unregister([Group, EmailAddress])
