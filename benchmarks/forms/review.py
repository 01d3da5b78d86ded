"""What people say about an update: a decision, a comment, who reads it, and why a line should go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks import discussion
from benchmarks.decisions import Decision
from benchmarks.forms.prose import ProseField
from benchmarks.models import ProgressUpdate


def words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class ReviewForm(forms.Form):
    """A decision and its reason, about the submission that the reviewer read."""

    note = ProseField(max_length=discussion.MOST_CHARACTERS, required=False, widget=words(4))
    submission = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision, widget=forms.HiddenInput)

    def __init__(self, update: ProgressUpdate, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"submission": update.submission}} | kwargs)
        self.update = update
        note = self.fields["note"]
        if update.makes_a_line:
            note.label = _("Public reason")
            note.help_text = _(
                "It goes into the status history. A note to its author, if you do not approve."
            )
        else:
            note.label = _("Note")
            note.help_text = _(
                "Its author reads it. Without it, changes are not requested and nothing is rejected."
            )

    @property
    def typed(self) -> str:
        """The note as it was typed, however little of the form is sound."""
        return str(self.data.get("note", ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        decision = cleaned.get("decision")
        if decision and "note" in cleaned and not cleaned["note"]:
            if decision != Decision.APPROVE:
                self.add_error("note", _("Say why: its author reads it, and cannot guess."))
            elif self.update.makes_a_line:
                self.add_error("note", _("A line of the status history needs a reason."))
        return cleaned


class CommentForm(forms.Form):
    """A comment, and whom it asks for: by @name in its words, or ticked."""

    text = ProseField(
        label=_("Comment"),
        max_length=discussion.MOST_CHARACTERS,
        widget=words(3),
        help_text=_("To ask somebody, write @ and their name: they find it on their desk."),
    )
    asked = forms.TypedMultipleChoiceField(
        label=_("Ask"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, people: Sequence[User], by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        cast("forms.ChoiceField", self.fields["asked"]).choices = [
            (person.pk, str(person)) for person in people if person != by
        ]

    def said(self) -> str:
        """The words, with the names of those who were ticked."""
        asked = [person for person in self.people if person.pk in self.cleaned_data["asked"]]
        return discussion.asking(self.cleaned_data["text"], asked, self.people)


class People(forms.ModelMultipleChoiceField[User]):
    """Ticked by name, with the mail address, since two may have the same name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


class ReadersForm(forms.Form):
    """Who, beside its author, reads what is restricted."""

    readers = People(label=_("Readers"), queryset=User.objects.none(), required=False)

    def __init__(self, update: ProgressUpdate, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"readers": update.readers.all()}} | kwargs)
        people = User.objects.filter(is_active=True).exclude(role="").exclude(pk=update.author_id)
        cast("People", self.fields["readers"]).queryset = people.order_by("name", "pk")


class WithdrawalForm(forms.Form):
    """Why a line of the status history should never have been approved."""

    reason = ProseField(
        label=_("Why it should not stand"),
        max_length=discussion.MOST_CHARACTERS,
        widget=words(4),
        help_text=_("A second person reads it and decides. Until then the line stands."),
    )

    def add_errors(self, error: ValidationError) -> None:
        """Say what the domain refuses, above the form."""
        self.add_error(None, ValidationError(error.messages))
