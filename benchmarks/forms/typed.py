"""What was typed into the form of an update, before anybody asks whether it is sound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from benchmarks.forms.evidence import EvidenceForm
    from benchmarks.forms.log import LogForm

Words = dict[str, list[str]]
# What the page sends besides: it belongs to the window, and not to the update.
OF_THE_WINDOW = {
    "csrfmiddlewaretoken",
    "window",
    "version",
    "author",
    "copy",
    "action",
    "drop",
    "next",
    "files",
}


class Difference(NamedTuple):
    """One field in which two texts differ, as a reader would name it and read it."""

    label: str
    here: str
    there: str


def typed_words(sent: QueryDict) -> Words:
    """The words of a form by field, without NUL, which the database cannot hold."""
    return {
        name: [str(value).replace("\x00", "") for value in values]
        for name, values in sent.lists()
        if name not in OF_THE_WINDOW
    }


def differences(here: LogForm, there: LogForm) -> list[Difference]:
    """The fields in which two forms of one update differ, and then the rows of evidence."""
    found = [
        Difference(str(here.fields[name].label), said(here, name), said(there, name)) for name in here.fields
    ]
    rows = [[row_said(row) for row in form.evidence] for form in (here, there)]
    for number in range(max(map(len, rows))):
        one, other = (each[number] if number < len(each) else "" for each in rows)
        found.append(Difference(_("Evidence %(n)d") % {"n": number + 1}, one, other))
    return [each for each in found if each.here.strip() != each.there.strip()]


def said(form: Any, name: str) -> str:
    """A field's value as one reads it: of a choice its label."""
    value = form[name].value()
    choices = getattr(form.fields[name], "choices", None)
    if choices is not None:
        chosen = {str(each) for each in (value if isinstance(value, list) else [value or ""])}
        return ", ".join(label for key, label in flat(choices) if key in chosen and key)
    if isinstance(value, bool):
        return _("yes") if value else ""
    return str(value or "")


def flat(choices: Iterable[Any]) -> list[tuple[str, str]]:
    """Choices and their labels, those in groups among the others."""
    found: list[tuple[str, str]] = []
    for key, label in choices:
        found += flat(label) if isinstance(label, list) else [(str(key), str(label))]
    return found


def row_said(row: EvidenceForm) -> str:
    if row.data.get(row.add_prefix("DELETE")):
        return _("removed")
    shown = ("title", "url", "letter", "locator", "publisher", "published_on", "archived_url")
    return ", ".join(filter(None, (said_in_row(row, name) for name in shown)))


def said_in_row(row: EvidenceForm, name: str) -> str:
    typed = row.data.get(row.add_prefix(name), "")
    if name == "letter":
        return next((label for key, label in row.letters.choices(typed) if key == typed and key), "")
    return str(typed)
