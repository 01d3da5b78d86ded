"""Administration of persons of concern. A restricted person is here for who added them and for readers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks import people
from benchmarks.admin.base import Kept, SoundForm
from benchmarks.models import PersonMention, PersonOfConcern, PersonSituation


@admin.register(PersonOfConcern)
class PersonAdmin(Kept[PersonOfConcern]):
    form = SoundForm[PersonOfConcern]
    fieldsets = (
        (
            None,
            {"fields": ("name", ("native_name", "native_language"), "also_known_as", "description")},
        ),
        (_("Benchmarks and dates"), {"fields": ("benchmarks", ("born_on", "born_on_precision"))}),
        (None, {"fields": ("next_known_date",)}),
        (_("Who may see them"), {"fields": ("audience", "readers")}),
    )
    autocomplete_fields = ("benchmarks", "readers")
    list_display = ("name", "native_name", "situation", "audience", "next_known_date")
    list_filter = ("audience",)
    search_fields = ("name", "native_name", "also_known_as", "description")

    @admin.display(description=_("situation"))
    def situation(self, person: Any) -> Any:
        return PersonSituation.Situation(person.situation).label

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonOfConcern]:
        seen: Any = super().get_queryset(request)
        told: QuerySet[PersonOfConcern] = seen.with_situation()
        return told

    def add(self, thing: PersonOfConcern, given: dict[str, Any], parts: list[Any], by: User) -> None:
        people.add(thing, by=by, benchmarks=given["benchmarks"], readers=given["readers"])


class MentionForm(SoundForm[PersonMention]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "letter" in self.fields:
            self.fields["letter"].required = True

    def check_rules(self) -> None:
        if PersonMention.objects.filter(
            person=self.instance.person, letter=self.instance.letter, agenda_item=None
        ).exists():
            raise forms.ValidationError(_("That this letter names this person is kept already."))


@admin.register(PersonMention)
class PersonMentionAdmin(Kept[PersonMention]):
    form = MentionForm
    autocomplete_fields = ("person", "letter")
    list_display = ("person", "letter", "agenda_item", "description", "health_concern")
    list_filter = ("health_concern",)
    list_select_related = ("person", "letter", "agenda_item__event", "agenda_item__benchmark")
    search_fields = ("person__name", "letter__title", "description")

    def has_change_permission(self, request: HttpRequest, obj: PersonMention | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: PersonMention | None = None) -> Any:
        where = ("letter", "agenda_item") if obj else ("letter",)
        return ("person", *where, "description", "health_concern")

    def add(self, thing: PersonMention, given: dict[str, Any], parts: list[Any], by: User) -> None:
        kept = people.mention(
            given["person"],
            letter=given["letter"],
            description=thing.description,
            health_concern=thing.health_concern,
            by=by,
        )
        thing.pk = kept.pk

    def told_of(self, thing: PersonMention) -> models.Model:
        return thing.person
