"""The evidence of an update: any number of links, files and places in letters, a row each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from benchmarks.dates import Precision
from benchmarks.forms.days import PartialDate, PartialDateField, as_typed
from benchmarks.models import Audience, Evidence, Letter

if TYPE_CHECKING:
    from accounts.models import User
    from benchmarks.models import Benchmark, ProgressUpdate

Kind = Evidence.Kind
PREFIX = "evidence"
MOST = 100
MOST_LETTERS = 100
FIELD = {"class": "form-control form-control-sm"}
CONTENT = ("id", "title", "url", "archived_url", "letter", "locator", "publisher", "published_on")


class EvidenceForm(forms.Form):
    """One row. A row in which nothing was filled in is no evidence, and no fault either."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    url = forms.URLField(
        label=_("Address"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={**FIELD, "placeholder": "https://", "autocomplete": "off"}),
    )
    letter = forms.CharField(
        label=_("Letter"), required=False, widget=forms.Select(attrs={"class": "form-select form-select-sm"})
    )
    locator = forms.CharField(
        label=_("Where in it"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**FIELD, "placeholder": _("third recommendation")}),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={**FIELD, "dir": "auto"}),
    )
    publisher = forms.CharField(
        label=_("Publisher"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**FIELD, "dir": "auto"}),
    )
    published_on = PartialDateField(
        label=_("Published on"),
        required=False,
        help_text="",
        may_be_future=False,
        widget=forms.TextInput(attrs={**FIELD, "placeholder": "2026-11-03"}),
    )
    archived_url = forms.URLField(
        label=_("Archived copy"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={**FIELD, "placeholder": "https://", "autocomplete": "off"}),
    )
    is_restricted = forms.BooleanField(
        label=_("Only for me and the readers"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self,
        *args: Any,
        held: dict[int, Evidence],
        letters: Letters,
        as_typed: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held, self.letters, self.as_typed = held, letters, as_typed
        widget: Any = self.fields["letter"].widget
        widget.choices = letters.choices(self.data.get(self.add_prefix("letter"), ""))

    def full_clean(self) -> None:
        if self.as_typed:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def has_changed(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in CONTENT)

    @property
    def kind_typed(self) -> str:
        """Which kind of row it is, whatever else is in it."""
        typed = self.data.get(self.add_prefix("kind"), "")
        return typed if typed in Kind.values else Kind.LINK.value

    @property
    def piece(self) -> Evidence | None:
        """The evidence that this row is about, where it is kept already."""
        typed = str(self.data.get(self.add_prefix("id"), ""))
        return self.held.get(int(typed)) if typed.isdecimal() else None

    def clean_letter(self) -> Letter | None:
        typed = self.cleaned_data["letter"]
        letter = self.letters.get(typed)
        if typed and letter is None:
            raise forms.ValidationError(_("Choose one of the letters."))
        return letter

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("kind")
        if given.get("id") and (self.piece is None or self.piece.kind != kind):
            raise forms.ValidationError(_("This piece of evidence is not there any more."))
        if kind == Kind.LINK and not given.get("url") and "url" not in self.errors:
            self.add_error("url", _("A link needs its address."))
        if kind == Kind.LETTER and not given.get("letter") and "letter" not in self.errors:
            self.add_error("letter", _("Say which letter."))
        if kind == Kind.FILE and self.piece is None:
            raise forms.ValidationError(_("The file did not arrive. Choose it again."))
        return given

    def as_piece(self, audience: str) -> Evidence:
        """The evidence, unsaved or changed, of an update for this audience."""
        given = self.cleaned_data
        piece = self.piece or Evidence(kind=given["kind"])
        piece.publisher, piece.title = given["publisher"], given["title"] or self._title(given)
        day: PartialDate | None = given["published_on"]
        piece.published_on = day.day if day else None
        piece.published_on_precision = day.precision if day else Precision.DAY
        if piece.kind == Kind.LINK:
            piece.url, piece.archived_url = given["url"], given["archived_url"]
        if piece.kind == Kind.LETTER:
            piece.letter, piece.locator = given["letter"], given["locator"] or str(_("the whole letter"))
        piece.audience = Audience.RESTRICTED if given["is_restricted"] else Audience(audience)
        return piece

    def _title(self, given: dict[str, Any]) -> str:
        """What to call a piece whose author gave it no title."""
        if given["kind"] == Kind.LETTER:
            return str(given["letter"])[:300]
        if given["kind"] == Kind.FILE and self.piece:
            return self.piece.file_name or self.piece.title
        return str(given["publisher"] or urlsplit(given["url"]).hostname or given["url"])[:300]


class EvidenceRows:
    """All rows of one form. Kept pieces which no row speaks of are left alone; a ticked row is removed."""

    def __init__(
        self,
        data: QueryDict,
        *,
        letters: Letters,
        update: ProgressUpdate | None,
        as_typed: bool,
    ) -> None:
        held = {piece.pk: piece for piece in update.evidence.all()} if update else {}
        self.letters = letters
        factory = forms.formset_factory(
            EvidenceForm, extra=0, can_delete=True, max_num=MOST, absolute_max=MOST, validate_max=True
        )
        self.formset = factory(
            with_rows_of(data, held),
            prefix=PREFIX,
            form_kwargs={"held": held, "letters": self.letters, "as_typed": as_typed},
        )
        self.as_typed = as_typed

    def __iter__(self) -> Any:
        return iter(self.formset.forms)

    @property
    def total(self) -> int:
        return len(self.formset.forms)

    @property
    def management(self) -> Any:
        return self.formset.management_form

    @property
    def empty_rows(self) -> dict[str, Any]:
        """A blank row of each kind that can be added to the page, with __prefix__ for its number."""
        return {kind.value: self.blank(kind) for kind in (Kind.LINK, Kind.LETTER)}

    def blank(self, kind: Kind) -> Any:
        data = QueryDict(mutable=True)
        data[f"{PREFIX}-__prefix__-kind"] = kind.value
        return EvidenceForm(data, prefix=f"{PREFIX}-__prefix__", held={}, letters=self.letters, as_typed=True)

    def is_valid(self) -> bool:
        return bool(self.formset.is_valid())

    @property
    def errors(self) -> ErrorList:
        found: ErrorList = self.formset.non_form_errors()
        return found

    @property
    def gone(self) -> list[int]:
        """The keys of kept pieces that are to be removed."""
        return [form.piece.pk for form in self.formset.deleted_forms if form.piece]

    def pieces(self, audience: str) -> list[Evidence]:
        kept = [form for form in self.formset.forms if form not in self.formset.deleted_forms]
        pieces = [form.as_piece(audience) for form in kept if form.has_changed()]
        for place, piece in enumerate(pieces):
            piece.place = place
        return pieces

    @staticmethod
    def words_of(pieces: Iterable[Evidence]) -> dict[str, list[str]]:
        """The words with which the rows would show these pieces."""
        words: dict[str, list[str]] = {}
        for number, piece in enumerate(pieces):
            # Ticked where the whole update is restricted, too: opening that opens no evidence by itself.
            is_restricted = piece.audience == Audience.RESTRICTED
            words |= row_words(number, piece, is_restricted=is_restricted)
        return words | counted(len({name.split("-")[1] for name in words}))


def row_words(number: int, piece: Evidence, *, is_restricted: bool = False) -> dict[str, list[str]]:
    published = as_typed(piece.published_on, piece.published_on_precision)
    said = {
        "id": piece.pk,
        "kind": piece.kind,
        "url": piece.url,
        "letter": piece.letter_id,
        "locator": piece.locator,
        "title": piece.title,
        "publisher": piece.publisher,
        "published_on": published,
        "archived_url": piece.archived_url,
        "is_restricted": "on" if is_restricted else "",
    }
    return {f"{PREFIX}-{number}-{name}": [str(value)] for name, value in said.items() if value}


def counted(total: int) -> dict[str, list[str]]:
    return {f"{PREFIX}-TOTAL_FORMS": [str(total)], f"{PREFIX}-INITIAL_FORMS": ["0"]}


def rows_in(data: QueryDict) -> int:
    """How many rows the words speak of; never more than a form may have."""
    typed = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    return min(int(typed), MOST) if typed.isdecimal() and len(typed) < 6 else 0


def with_rows_of(data: QueryDict, held: dict[int, Evidence]) -> QueryDict:
    """The words, with a row for each kept piece that they do not speak of: one uploaded a moment ago, say."""
    data, total = data.copy(), rows_in(data)
    spoken = {data.get(f"{PREFIX}-{number}-id", "") for number in range(total)}
    for piece in held.values():
        if str(piece.pk) not in spoken and total < MOST:
            for name, values in row_words(total, piece).items():
                data.setlist(name, values)
            total += 1
    for name, values in counted(total).items():
        data.setlist(name, values)
    return data


def without_blank_rows(words: dict[str, list[str]]) -> dict[str, list[str]]:
    """The words without rows in which nothing was typed, in their order; one of them if no other is left."""
    data = QueryDict(mutable=True)
    for name, values in words.items():
        data.setlist(name, values)
    rows = [f"{PREFIX}-{number}-" for number in range(rows_in(data))]
    filled = [row for row in rows if any(data.get(row + name, "").strip() for name in CONTENT)]
    kept = {name: values for name, values in words.items() if not name.startswith(f"{PREFIX}-")}
    for number, row in enumerate(filled):
        said = {name: values for name, values in words.items() if name.startswith(row)}
        kept |= {f"{PREFIX}-{number}-{name.removeprefix(row)}": values for name, values in said.items()}
    kept |= counted(len(filled))
    return kept if filled else with_blank_row(kept, Kind.LINK)


def with_blank_row(words: dict[str, list[str]], kind: Kind) -> dict[str, list[str]]:
    """The words, with one row more."""
    data = QueryDict(mutable=True)
    for name, values in words.items():
        data.setlist(name, values)
    total = rows_in(data)
    return words | {f"{PREFIX}-{total}-kind": [kind.value]} | counted(total + 1)


class Letters:
    """Offers letters that ask for the benchmark, then the newest ones; any other letter is accepted."""

    def __init__(self, benchmark: Benchmark, author: User) -> None:
        self.seen = Letter.objects.visible_to(author)
        self.benchmark = benchmark
        self.known: dict[str, Letter] = {}

    @cached_property
    def offered(self) -> list[tuple[str, str]]:
        asking = self.seen.filter(recommendations__benchmarks=self.benchmark).distinct()
        newest = self.seen.order_by("-dated", "pk")
        found = [*asking.order_by("-dated", "pk")[:MOST_LETTERS], *newest[:MOST_LETTERS]]
        labels = {str(letter.pk): f"{letter.dated_written}: {letter.title}" for letter in found}
        return [("", str(_("choose a letter"))), *labels.items()]

    def choices(self, typed: str) -> list[tuple[str, str]]:
        """Those offered, and the one that was chosen, whichever it is."""
        if not typed or typed in dict(self.offered):
            return self.offered
        letter = self.get(typed)
        return [*self.offered, (typed, letter.title)] if letter else self.offered

    def get(self, typed: str) -> Letter | None:
        if typed not in self.known:
            found = self.seen.filter(pk=typed).first() if typed.isdecimal() and len(typed) < 18 else None
            if found is None:
                return None
            self.known[typed] = found
        return self.known[typed]
