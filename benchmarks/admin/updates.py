"""Updates and evidence, to be looked at: they are logged and reviewed on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from benchmarks.admin.base import LookedAt, column
from benchmarks.models import Evidence, ProgressUpdate


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(LookedAt[ProgressUpdate]):
    fieldsets = (
        (None, {"fields": ("benchmark", "agenda_item", "written", "narrative", "author_shown")}),
        (_("What it proposes"), {"fields": ("kind", "voids")}),
        (None, {"fields": ("proposed_rating", "proposed_position", "addressee", "criterion")}),
        (_("What came of it"), {"fields": ("raised_in_public", "raised_in_private", "answer")}),
        (_("Review"), {"fields": ("state", "submitted_at", "reviewer_shown", "decided_at", "review_note")}),
        (_("Who may see it"), {"fields": ("audience", "readers")}),
    )
    list_display = ("benchmark", "written", "kind", "proposed_rating", "state", "author_shown", "audience")
    list_filter = ("state", "kind", "audience", "proposed_rating")
    list_select_related = ("benchmark", "author")
    search_fields = ("benchmark__code", "benchmark__title", "narrative", "author__name")
    date_hierarchy = "happened_on"

    written = column("happened_on_written", _("happened on"), order="happened_on")
    author_shown = column("author", _("author"), order="author__name")
    reviewer_shown = column("reviewer", _("reviewer"))


@admin.register(Evidence)
class EvidenceAdmin(LookedAt[Evidence]):
    fields = (
        "update",
        "kind",
        "title",
        "url",
        "archived_url",
        ("letter", "locator"),
        ("publisher", "published"),
        ("file_name", "size", "sha256"),
        "audience",
    )
    list_display = ("title", "kind", "publisher", "published", "update", "audience")
    list_filter = ("kind", "audience")
    list_select_related = ("update__benchmark",)
    search_fields = ("title", "publisher", "url", "letter__title", "update__benchmark__code")

    published = column("published_on_written", _("published on"), order="published_on")

    @admin.display(description=_("file"))
    def file_name(self, evidence: Evidence) -> Any:
        """The name alone: files are handed out elsewhere, once somebody checked who asks."""
        return evidence.file.name or None

    def told_of(self, thing: Evidence) -> models.Model:
        return thing.update
