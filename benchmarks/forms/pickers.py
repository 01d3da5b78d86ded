"""Lists to choose any number from: boxes with a word beside some, or under headings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks.models import LetterParty, Organisation

ASKED, OTHERS = _("Addressed by letters or benchmarks"), _("Other organisations")


class NotedChoices(forms.CheckboxSelectMultiple):
    """Boxes with a word beside some of them, by their value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "note": self.notes.get(str(value), "")}


class GroupedChoices(forms.CheckboxSelectMultiple):
    """Boxes each of which knows the heading it belongs under, as `data.group`."""

    def optgroups(self, *args: Any, **kwargs: Any) -> list[Any]:
        groups = super().optgroups(*args, **kwargs)
        for heading, options, _place in groups:
            for option in options:
                option["group"] = heading
        return groups


class Grouped(ModelChoiceIterator[Organisation]):
    """Organisations under two headings: those that are asked for something, and the others."""

    def __iter__(self) -> Iterator[Any]:
        for is_asked, rows in groupby(self.queryset, key=lambda row: row.is_asked):  # type: ignore[attr-defined]
            yield ASKED if is_asked else OTHERS, [self.choice(row) for row in rows]


class Addressees(forms.ModelMultipleChoiceField[Organisation]):
    """Whom a benchmark is addressed to. Those who are asked come first, those who only ask after them."""

    widget = GroupedChoices
    iterator = Grouped

    def offer(self, user: User) -> None:
        to = LetterParty.Role.ADDRESSEE
        letters = LetterParty.objects.filter(organisation=OuterRef("pk"), role=to)
        benchmarks = Organisation.benchmarks.through.objects.filter(organisation=OuterRef("pk"))
        seen = Organisation.objects.visible_to(user)
        asked = seen.annotate(is_asked=Q(Exists(letters)) | Q(Exists(benchmarks)))
        self.queryset = asked.order_by("-is_asked", "name", "pk")
