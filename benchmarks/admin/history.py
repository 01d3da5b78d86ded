"""History, to be looked at. It is written by decisions on other pages, and never changed."""

from __future__ import annotations

from typing import Any, TypeVar

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from benchmarks.admin.base import LookedAt, column, visible, who
from benchmarks.models import (
    AppendOnly,
    Change,
    CriterionVersion,
    EventChange,
    PersonSituation,
    ProtectedText,
    StatusEvent,
    Succession,
)

A = TypeVar("A", bound=AppendOnly)


class LineAdmin(LookedAt[A]):
    """Lines of history, each made by one change."""

    def changes_of(self, thing: A) -> QuerySet[Change]:
        return Change.objects.filter(pk=thing.change_id)


@admin.register(Change)
class ChangeAdmin(LookedAt[Change]):
    fields = ("no", "at", "kind", "thing", "actor_shown", "audience", "quiet", "rows", "prev_hash", "hash")
    list_display = ("no", "at", "kind", "thing", "actor_shown", "audience")
    list_display_links = ("no", "kind")
    list_filter = ("kind", "audience", "quiet")
    list_select_related = ("actor",)
    search_fields = ("=no", "actor__name", "hash")
    search_help_text = _("A number, the name of who did it, or a hash.")
    date_hierarchy = "at"

    actor_shown = column("actor", _("by"), order="actor__name")

    @admin.display(description=_("thing"), ordering="object_type")
    def thing(self, change: Change) -> str:
        """The thing that changed, as a link; a name would cost a query a line."""
        opts = apps.get_model(change.object_type)._meta
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[change.object_id])
        return format_html('<a href="{}">{} {}</a>', address, opts.verbose_name, change.object_id)

    def changes_of(self, thing: Change) -> QuerySet[Change]:
        return Change.objects.filter(pk=thing.pk)


@admin.register(StatusEvent)
class StatusEventAdmin(LineAdmin[StatusEvent]):
    fields = (
        "benchmark",
        "kind",
        "voids",
        "rating",
        ("position", "addressee"),
        "written",
        "reason_shown",
        "criterion",
        "update",
        "decided_by_shown",
        "audience",
        "quiet",
        "change",
        "recorded_at",
    )
    list_display = ("benchmark", "written", "kind", "rating", "position", "decided_by_shown", "recorded_at")
    list_filter = ("kind", "rating", "position", "audience")
    list_select_related = ("benchmark", "decided_by")
    # Reasons are searched among the protected texts, where those that are withheld are left out.
    search_fields = ("benchmark__code", "benchmark__title")
    date_hierarchy = "effective_on"

    written = column("effective_on_written", _("effective on"), order="effective_on")
    reason_shown = column("reason_told", _("reason"))
    decided_by_shown = column("decided_by", _("decided by"), order="decided_by__name")

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StatusEvent | None:
        line = super().get_object(request, *args, **kwargs)
        if line is not None:
            is_told = StatusEvent.objects.telling(who(request)).filter(pk=line.pk).exists()
            withheld = _("withheld, as the update it came of is hidden")
            line.reason_told = line.reason if is_told else withheld  # type: ignore[attr-defined]
        return line


@admin.register(CriterionVersion)
class CriterionVersionAdmin(LineAdmin[CriterionVersion]):
    fields = ("benchmark", "number", "text_shown", "effective_on", "reason_shown", "change", "recorded_at")
    list_display = ("benchmark", "number", "text_shown", "effective_on", "recorded_at")
    list_select_related = ("benchmark", "text")
    search_fields = ("benchmark__code", "benchmark__title", "text__text")
    date_hierarchy = "effective_on"

    text_shown = column("text", _("criterion"))
    reason_shown = column("reason", _("reason"))


@admin.register(Succession)
class SuccessionAdmin(LineAdmin[Succession]):
    fields = ("from_benchmark", "kind", "to_benchmark", "effective_on", "reason_shown", "change")
    list_display = ("from_benchmark", "kind", "to_benchmark", "effective_on")
    list_filter = ("kind",)
    list_select_related = ("from_benchmark", "to_benchmark")
    search_fields = ("from_benchmark__code", "to_benchmark__code", "reason__text")
    date_hierarchy = "effective_on"

    reason_shown = column("reason", _("reason"))


@admin.register(EventChange)
class EventChangeAdmin(LineAdmin[EventChange]):
    fields = ("event", "what_shown", "reason_shown", "change", "recorded_at")
    list_display = ("event", "what_shown", "reason_shown", "recorded_at")
    list_select_related = ("event", "reason")
    search_fields = ("event__title", "reason__text")
    date_hierarchy = "recorded_at"

    reason_shown = column("reason", _("reason"))

    @admin.display(description=_("what changed"))
    def what_shown(self, change: EventChange) -> str:
        return "; ".join(f"{name}: {old or '–'} → {new or '–'}" for name, (old, new) in change.what.items())


@admin.register(PersonSituation)
class PersonSituationAdmin(LineAdmin[PersonSituation]):
    fields = (
        "person",
        "situation",
        "written",
        ("since", "since_precision"),
        "note_shown",
        "letter",
        "source_shown",
        "recorded_by_shown",
        "corrects",
        "change",
        "recorded_at",
    )
    list_display = ("person", "situation", "written", "letter", "recorded_by_shown", "recorded_at")
    list_filter = ("situation",)
    list_select_related = ("person", "letter", "recorded_by")
    search_fields = ("person__name", "note__text", "letter__title")
    date_hierarchy = "stated_as_of"

    written = column("stated_as_of_written", _("stated as of"), order="stated_as_of")
    note_shown = column("note", _("note"))
    source_shown = column("source_url", _("address of the source"))
    recorded_by_shown = column("recorded_by", _("recorded by"), order="recorded_by__name")


PROTECTED_BY: tuple[type[AppendOnly], ...] = (
    CriterionVersion,
    EventChange,
    PersonSituation,
    StatusEvent,
    Succession,
)


@admin.register(ProtectedText)
class ProtectedTextAdmin(LookedAt[ProtectedText]):
    """Texts of lines that this person may see. The salt is nobody's to look at."""

    fields = ("text", "erased_at")
    list_display = ("pk", "__str__", "erased_at")
    list_display_links = ("pk", "__str__")
    list_filter = (("erased_at", admin.EmptyFieldListFilter),)
    search_fields = ("text",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProtectedText]:
        shown = Q()
        for model in PROTECTED_BY:
            lines: QuerySet[Any] = visible(model, who(request)).order_by()
            if model is StatusEvent:
                lines = StatusEvent.objects.telling(who(request)).order_by()
            for name in model.protected:
                shown |= Q(pk__in=lines.filter(**{f"{name}__isnull": False}).values(name))
        return super().get_queryset(request).filter(shown)
