"""Administration of event series, events and agendas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks import amendments, events
from benchmarks.admin.base import Kept, SoundForm, changed, column
from benchmarks.models import AgendaItem, Event, EventSeries


@admin.register(EventSeries)
class EventSeriesAdmin(Kept[EventSeries]):
    form = SoundForm[EventSeries]
    fields = ("name", "slug", "level")
    prepopulated_fields = {"slug": ("name",)}
    list_display = ("name", "level", "events")
    search_fields = ("name",)

    events = column("n", _("events"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[EventSeries]:
        return super().get_queryset(request).annotate(n=Count("events"))

    def add(self, thing: EventSeries, given: dict[str, Any], parts: list[Any], by: User) -> None:
        events.add_series(thing, by=by)


class EventForm(SoundForm[Event]):
    reason = forms.CharField(
        label=_("Why it moves"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where date, place, certainty or state change; kept in the event's history."),
    )

    def moves(self) -> dict[str, Any]:
        """What moves the event, with the new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in events.MOVABLE}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        moved = events.MOVABLE.intersection(self.changed_data)
        if self.instance.pk and moved and not given.get("reason", "").strip():
            raise forms.ValidationError({"reason": _("Say why the event moves.")})
        return given


@admin.register(Event)
class EventAdmin(Kept[Event]):
    form = EventForm
    readonly_fields = ("revision",)
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("series",)
    list_display = ("title", "series", "written", "place", "certainty", "state")
    list_filter = ("state", "certainty", "series")
    list_select_related = ("series",)
    search_fields = ("title", "place", "series__name")
    date_hierarchy = "starts_on"

    written = column("starts_on_written", _("starts on"), order="starts_on")

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        when = [
            ("starts_on", "starts_on_precision"),
            "ends_on",
            ("starts_at", "time_zone"),
            "place",
            ("certainty", "state"),
        ]
        if obj and self.has_change_permission(request, obj):
            when.append("reason")
        if obj:
            when.append("revision")
        return (
            (None, {"fields": ["title", "slug", ("series", "ordinal"), "url"]}),
            (_("When and where"), {"fields": when}),
        )

    def add(self, thing: Event, given: dict[str, Any], parts: list[Any], by: User) -> None:
        events.add(thing, by=by)

    def amend(self, form: EventForm, parts: list[Any], by: User) -> None:
        fields, _links = changed(form, but=events.MOVABLE)
        moves = form.moves()
        amendments.amend(form.instance, fields=fields, by=by)
        if moves:
            events.move(form.instance, by=by, reason=form.cleaned_data["reason"], **moves)


@admin.register(AgendaItem)
class AgendaItemAdmin(Kept[AgendaItem]):
    form = SoundForm[AgendaItem]
    fields = ("event", "benchmark", "ask", "priority")
    autocomplete_fields = ("event", "benchmark")
    list_display = ("benchmark", "event", "priority", "ask")
    list_filter = ("priority", "event__state")
    list_select_related = ("event", "benchmark")
    search_fields = ("event__title", "benchmark__code", "benchmark__title", "ask")

    def add(self, thing: AgendaItem, given: dict[str, Any], parts: list[Any], by: User) -> None:
        item = events.put_on_agenda(
            thing.event, thing.benchmark, ask=thing.ask, priority=thing.priority, by=by
        )
        thing.pk = item.pk
