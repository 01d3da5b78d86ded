"""Administration of letters, their parties, references and recommendations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks import letters
from benchmarks.admin.base import Kept, LookedAt, SoundForm, column, who
from benchmarks.models import Benchmark, Letter, LetterParty, LetterReference, Recommendation


class PartyInline(admin.TabularInline[LetterParty, Letter]):
    model = LetterParty
    fields = ("role", "order", "organisation", "person_name", "office", "on_behalf_of")
    autocomplete_fields = ("organisation",)
    ordering = ("role", "order", "pk")
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Letter)
class LetterAdmin(Kept[Letter]):
    form = SoundForm[Letter]
    # No file yet: uploads need the checks of content and size that come with evidence.
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "reference", ("dated", "dated_precision"), "ahead_of")}),
        (_("The text"), {"fields": ("text_kind", "text", "language", "url")}),
    )
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("ahead_of",)
    inlines = (PartyInline,)
    list_display = ("title", "kind", "written", "reference", "asks", "followed", "text_kind")
    list_filter = ("kind", "text_kind", "language")
    search_fields = ("title", "reference", "parties__organisation__name", "parties__person_name")
    date_hierarchy = "dated"

    written = column("dated_written", _("dated"), order="dated")
    asks = column("asks", _("asks"))
    followed = column("followed", _("benchmarks"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        letters_seen: Any = super().get_queryset(request)
        counted: QuerySet[Letter] = letters_seen.with_counts(Benchmark.objects.visible_to(who(request)))
        return counted

    def add(self, thing: Letter, given: dict[str, Any], parts: list[Any], by: User) -> None:
        letters.add(thing, parties=parts, by=by)


@admin.register(LetterParty)
class LetterPartyAdmin(LookedAt[LetterParty]):
    """Parties are added and amended on the page of their letter."""

    list_display = ("__str__", "role", "order", "letter")
    list_filter = ("role",)
    list_select_related = ("letter", "organisation")
    search_fields = ("organisation__name", "person_name", "office", "on_behalf_of", "letter__title")

    def told_of(self, thing: LetterParty) -> models.Model:
        return thing.letter


@admin.register(LetterReference)
class LetterReferenceAdmin(Kept[LetterReference]):
    form = SoundForm[LetterReference]
    fields = ("from_letter", "kind", "to_letter")
    autocomplete_fields = ("from_letter", "to_letter")
    list_display = ("from_letter", "kind", "to_letter")
    list_filter = ("kind",)
    list_select_related = ("from_letter", "to_letter")
    search_fields = ("from_letter__title", "to_letter__title", "to_letter__reference")

    def has_change_permission(self, request: HttpRequest, obj: LetterReference | None = None) -> bool:
        return False

    def add(self, thing: LetterReference, given: dict[str, Any], parts: list[Any], by: User) -> None:
        kind = LetterReference.Kind(thing.kind)
        thing.pk = letters.refer(thing.from_letter, thing.to_letter, kind=kind, by=by).pk

    def told_of(self, thing: LetterReference) -> models.Model:
        return thing.from_letter


@admin.register(Recommendation)
class RecommendationAdmin(Kept[Recommendation]):
    form = SoundForm[Recommendation]
    fieldsets = (
        (None, {"fields": ("letter", "parent", ("number", "order"), "locator")}),
        (_("What it says"), {"fields": ("mode", "text", "wording", "rationale", "actors")}),
        (_("What became of it"), {"fields": ("benchmarks",)}),
    )
    autocomplete_fields = ("letter", "parent", "actors", "benchmarks")
    list_display = ("number", "letter", "mode", "text")
    list_display_links = ("number", "text")
    list_filter = ("mode", "wording")
    list_select_related = ("letter",)
    search_fields = ("number", "text", "letter__title")

    def add(self, thing: Recommendation, given: dict[str, Any], parts: list[Any], by: User) -> None:
        letters.add_recommendation(thing, by=by, benchmarks=given["benchmarks"], actors=given["actors"])
