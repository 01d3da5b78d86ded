"""Administration of organisations and themes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks import lifecycle, organisations
from benchmarks.admin.base import Kept, SoundForm, column
from benchmarks.models import Organisation, Theme


@admin.register(Organisation)
class OrganisationAdmin(Kept[Organisation]):
    form = SoundForm[Organisation]
    fields = ("name", "short_name", "slug", "kind", "country")
    prepopulated_fields = {"slug": ("name",)}
    list_display = ("name", "short_name", "kind", "country")
    list_filter = ("kind",)
    search_fields = ("name", "short_name")

    def add(self, thing: Organisation, given: dict[str, Any], parts: list[Any], by: User) -> None:
        organisations.add(thing, by=by)


@admin.register(Theme)
class ThemeAdmin(Kept[Theme]):
    form = SoundForm[Theme]
    fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    list_display = ("name", "followed", "description")
    search_fields = ("name", "description")

    followed = column("n", _("benchmarks"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        return super().get_queryset(request).annotate(n=Count("benchmarks"))

    def add(self, thing: Theme, given: dict[str, Any], parts: list[Any], by: User) -> None:
        lifecycle.add_theme(thing, by=by)
