"""Logging progress: what happened and when; everything else if there is anything to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks.dates import Precision
from benchmarks.forms import occasion
from benchmarks.forms.days import PartialDate, PartialDateField, as_typed
from benchmarks.forms.evidence import EvidenceRows, Letters
from benchmarks.forms.occasion import OccasionField, Occasions
from benchmarks.forms.prose import ProseField
from benchmarks.models import (
    AgendaItem,
    Audience,
    Benchmark,
    Event,
    Organisation,
    Position,
    ProgressUpdate,
    Rating,
    Recommendation,
    StatusEvent,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from benchmarks.models import Evidence

Words = Mapping[str, list[str]]

RATINGS = [("", _("No, the rating stays as it is"))] + [
    (value, label) for value, label in Rating.choices if value != Rating.UNASSESSED
]
POSITIONS = [("", _("Says nothing about a position")), *Position.choices]
AUDIENCES = [
    (Audience.PUBLIC.value, _("Everyone: it may be published with the benchmark")),
    (Audience.INTERNAL.value, _("Colleagues: everyone who has a role here")),
    (Audience.RESTRICTED.value, _("Only you and the readers you name")),
]
NARRATIVE = {"rows": 6, "class": "form-control reading", "dir": "auto", "data-grow": True}


class Offer:
    """What can be chosen on one benchmark by one person, asked once for all forms of a page."""

    def __init__(self, benchmark: Benchmark, author: User) -> None:
        self.occasions, self.letters = Occasions(benchmark, author), Letters(benchmark, author)
        people = User.objects.filter(is_active=True).exclude(role="").exclude(pk=author.pk)
        self.rows: dict[str, QuerySet[Any]] = {
            "addressee": benchmark.addressees.order_by("name", "pk"),
            "readers": people.order_by("name", "pk"),
        }

    def choices(self, name: str, empty: StrOrPromise | None) -> list[tuple[str, StrOrPromise]]:
        """Each row's key with its label, below `empty` where nothing may be chosen."""
        chosen: list[tuple[str, StrOrPromise]] = [(str(row.pk), str(row)) for row in self.rows[name]]
        return chosen if empty is None else [("", empty), *chosen]


class LogForm(forms.Form):
    """One update as its author fills it in. With `as_typed` it shows the words and finds no fault yet."""

    happened_on = PartialDateField(
        label=_("When"),
        may_be_future=False,
        error_messages={"required": _("Say when it happened.")},
        widget=forms.TextInput(attrs={"class": "form-control", "placeholder": "2026-11-03"}),
    )
    happened_early = forms.BooleanField(label=_("Yes, it happened before the first letter"), required=False)
    narrative = ProseField(
        label=_("What happened"),
        max_length=ProgressUpdate.LONGEST_NARRATIVE,
        error_messages={"required": _("Say what happened.")},
        widget=forms.Textarea(attrs=NARRATIVE),
    )
    proposed_rating = forms.ChoiceField(
        label=_("Does this change the rating?"), choices=RATINGS, required=False, widget=forms.RadioSelect
    )
    reason = ProseField(
        label=_("Why this rating"),
        required=False,
        max_length=ProgressUpdate.LONGEST_REASON,
        help_text=_("Judged by the criterion. A reviewer reads it, and words the public reason."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control", "dir": "auto", "data-grow": True}),
    )
    proposed_position = forms.ChoiceField(
        label=_("What an addressee says it will do"),
        choices=POSITIONS,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    addressee = forms.ModelChoiceField(
        label=_("Whose position"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("choose"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    agenda_item = OccasionField(label=_("At an event"))
    audience = forms.ChoiceField(
        label=_("Who may see it"),
        choices=AUDIENCES,
        widget=forms.RadioSelect,
        initial=Audience.INTERNAL,
    )
    readers = forms.ModelMultipleChoiceField(
        label=_("Readers"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Beside you. Nobody else sees that it exists, administrators included."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        words: Words,
        *,
        benchmark: Benchmark,
        author: User,
        update: ProgressUpdate | None = None,
        as_typed: bool = False,
        offer: Offer | None = None,
    ) -> None:
        data = query_of(words)
        super().__init__(data)
        self.benchmark, self.update, self.as_typed = benchmark, update, as_typed
        kind = update.kind if update else StatusEvent.Kind.ASSESSMENT
        self.kind = StatusEvent.Kind(kind)
        if self.kind == StatusEvent.Kind.WITHDRAWAL:
            for name in ("proposed_rating", "reason", "proposed_position", "addressee", "agenda_item"):
                del self.fields[name]
        offer = offer or Offer(benchmark, author)
        self._offer(offer)
        self.evidence = EvidenceRows(data, letters=offer.letters, update=update, as_typed=as_typed)

    def _offer(self, offer: Offer) -> None:
        for name, rows in offer.rows.items():
            if name in self.fields:
                field: Any = self.fields[name]
                field.queryset = rows
                field.choices = partial(offer.choices, name, getattr(field, "empty_label", None))
        if "agenda_item" in self.fields:
            at: Any = self.fields["agenda_item"]
            at.offer(offer.occasions, self.data.get("agenda_item", ""))

    def full_clean(self) -> None:
        if self.as_typed:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def is_valid(self) -> bool:
        # Both, so that every fault is told at once.
        return all([super().is_valid(), self.evidence.is_valid()])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._check_day(given)
        if given.get("proposed_rating") and not given.get("reason", "").strip():
            self.add_error(
                "reason", _("A rating needs its reason: say by which fact the criterion is judged.")
            )
        if given.get("proposed_position") and not given.get("addressee"):
            self.add_error("addressee", _("Say whose position it is."))
        if given.get("addressee") and not given.get("proposed_position"):
            given["addressee"] = None
        if given.get("audience") == Audience.RESTRICTED:
            self._check_restricted(given)
        if self.kind == StatusEvent.Kind.CORRECTION and not (
            given.get("proposed_rating") or given.get("proposed_position")
        ):
            self.add_error("proposed_rating", _("Say what should stand instead."))
        return given

    def _check_day(self, given: dict[str, Any]) -> None:
        if self.is_before_letters(given.get("happened_on")) and not given.get("happened_early"):
            self.add_error("happened_early", self.early_warning)

    def _check_restricted(self, given: dict[str, Any]) -> None:
        if given.get("proposed_rating"):
            message = _("A restricted update proposes no rating: the public line would betray it.")
            self.add_error("proposed_rating", message)
        if given.get("proposed_position"):
            message = _("A restricted update proposes no position: the public line would betray it.")
            self.add_error("proposed_position", message)

    @property
    def first_letter(self) -> PartialDate | None:
        """When the first letter had to do with this benchmark."""
        if not hasattr(self, "_first_letter"):
            asks = Recommendation.objects.filter(benchmarks=self.benchmark).order_by("letter__dated", "pk")
            first = asks.values_list("letter__dated", "letter__dated_precision").first()
            self._first_letter = PartialDate(first[0], Precision(first[1])) if first else None
        return self._first_letter

    def is_before_letters(self, happened: Any) -> bool:
        first = self.first_letter
        return isinstance(happened, PartialDate) and first is not None and happened.day < first.day

    @property
    def early_warning(self) -> str:
        first = self.first_letter
        written = first.written if first else ""
        return _("That is before the first letter, of %(day)s. Is the date right?") % {"day": written}

    @property
    def warns_early(self) -> bool:
        """True where the date as typed lies before the first letter, whatever else is wrong."""
        try:
            happened = self.fields["happened_on"].clean(self["happened_on"].value())
        except ValidationError:
            return False
        return self.is_before_letters(happened)

    def settled(self) -> dict[str, Any]:
        """The update's fields as they were filled in; for a sound form."""
        given = self.cleaned_data
        happened: PartialDate = given["happened_on"]
        fields = {
            "happened_on": happened.day,
            "happened_on_precision": happened.precision,
            "narrative": given["narrative"],
            "audience": given["audience"],
        }
        for name in ("proposed_rating", "proposed_position"):
            fields[name] = given.get(name) or None
        fields["reason"] = given.get("reason", "") if fields["proposed_rating"] else ""
        fields["addressee"] = given.get("addressee")
        at = given.get("agenda_item")
        fields["agenda_item"] = at if isinstance(at, AgendaItem) else None
        fields["event"] = at if isinstance(at, Event) else None
        return fields

    def pieces(self) -> list[Evidence]:
        """The evidence as it is to be; what the update is restricted to, its evidence is too."""
        return self.evidence.pieces(self.cleaned_data["audience"])


def query_of(words: Words) -> QueryDict:
    """Words as a form takes them."""
    query = QueryDict(mutable=True)
    for name, values in words.items():
        query.setlist(name, list(values))
    return query


def words_of(update: ProgressUpdate, pieces: Iterable[Evidence]) -> dict[str, list[str]]:
    """The words with which this form would show the update as it is."""
    words = {
        "happened_on": [as_typed(update.happened_on, update.happened_on_precision)],
        "narrative": [update.narrative],
        "proposed_rating": [update.proposed_rating or ""],
        "reason": [update.reason],
        "proposed_position": [update.proposed_position or ""],
        "addressee": [str(update.addressee_id or "")],
        "agenda_item": [occasion.chosen_for(update)],
        "audience": [update.audience],
        "readers": [str(pk) for pk in update.readers.values_list("pk", flat=True)],
    }
    return words | EvidenceRows.words_of(pieces)
