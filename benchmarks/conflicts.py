"""Two people on one thing: the second is told what the first saved meanwhile, and loses no word.

A form carries short digests of what each field held when it was opened. When it comes back they are compared,
under the lock under which it is saved, with what stands now; where that differs nothing is saved, and both
texts are shown side by side (`partials/conflict.html`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from benchmarks.dates import written
from benchmarks.models import Change

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from accounts.models import User
    from accounts.permissions import AnyUser

Values = Mapping[str, Any]


class Conflict(Exception):
    """Somebody saved these fields after the form was opened; nothing was saved since. `last` says who."""

    def __init__(self, fields: Collection[str], last: Change | None) -> None:
        self.fields = frozenset(fields)
        self.last = last
        super().__init__(", ".join(sorted(self.fields)))


def opened_with(values: Values) -> str:
    """What a form carries to know later what each field held when it was opened."""
    return json.dumps({name: _digest(value) for name, value in values.items()}, separators=(",", ":"))


def changed(opened: str, values: Values) -> set[str]:
    """The fields whose values are not those the form was opened with. What is unreadable knows of none."""
    try:
        known = json.loads(opened)
    except (ValueError, RecursionError):
        known = None
    before = known if isinstance(known, dict) else {}
    return {name for name, value in values.items() if before.get(name) != _digest(value)}


def check(
    opened: str, now: Values, given: Values, *, about: models.Model, kinds: Iterable[Change.Kind]
) -> None:
    """Raise Conflict where somebody saved since the form was opened. Call it with the row of `about` locked.

    `now` is what stands, field by field, `given` what is to be saved: where both say the same there is none,
    so that a form sent twice is no conflict. The changes of these kinds say who saved last.
    """
    fields = {name for name in changed(opened, now) if differs(now[name], given[name])}
    if fields:
        changes = Change.objects.filter(object_type=about._meta.label_lower, object_id=about.pk)
        raise Conflict(fields, changes.filter(kind__in=kinds).select_related("actor").head())


def differs(one: Any, other: Any) -> bool:
    """True if a form would show two values differently. Line ends and the order of choices do not count."""
    return _digest(one) != _digest(other)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(_plain(value)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """One way to write down what a field holds."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, str) or value is None:
        return (value or "").replace("\r\n", "\n").strip()
    if isinstance(value, Iterable):
        return sorted(str(_plain(each)) for each in value)
    return str(value)


@dataclass(frozen=True)
class Row:
    """One field that somebody else saved: what they wrote, and what you did; None if you left it alone."""

    name: str
    label: StrOrPromise
    theirs: str
    yours: str | None


@dataclass(frozen=True)
class Both:
    """What `partials/conflict.html` shows: both texts of each field, and who saved theirs, and when."""

    rows: list[Row]
    by: User | None = None
    at: datetime | None = None
    is_self: bool = False


def both(conflict: Conflict, form: forms.BaseForm, theirs: Values, yours: Values, reader: AnyUser) -> Both:
    """Both texts of the fields in conflict, in the form's order; `yours` holds only what was changed here."""
    rows = [
        Row(
            name=name,
            label=field.label or name,
            theirs=spoken(field, theirs[name]),
            yours=spoken(field, yours[name]) if name in yours else None,
        )
        for name, field in form.fields.items()
        if name in conflict.fields
    ]
    last = conflict.last
    actor = last.actor if last else None
    return Both(rows, actor, last.at if last else None, is_self=actor is not None and actor == reader)


def spoken(field: forms.Field, value: Any) -> str:
    """What a field holds, as one reads it; empty for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return written(value)
    if isinstance(value, models.Model | str) or value is None:
        chosen = str(value or "")
        return str(_choices(field).get(chosen, chosen))
    return ", ".join(str(each) for each in value) if isinstance(value, Iterable) else str(value)


def _choices(field: forms.Field) -> dict[str, StrOrPromise]:
    """The words of a fixed choice by what is stored; those of rows are the rows themselves."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices
        return {str(value): label for value, label in choices}
    return {}
