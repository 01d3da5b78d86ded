"""What the filters of benchmarks offer to choose from: what benchmarks that one may see have to do with.

None of these counts. Each looks at its own rows, of which there are few, and asks of each whether there is
any benchmark; how many benchmarks there are does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from benchmarks.dates import written
from benchmarks.models import AgendaItem, Benchmark, Event, Letter, Organisation, Recommendation, Theme

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from accounts.permissions import AnyUser

Rows = TypeVar("Rows", bound=QuerySet[Any])

NEWEST = 100
LONGEST_SLUG = 120
LONGEST_KEY = 18  # digits of the largest number a key can be


@dataclass(frozen=True)
class Choice:
    """One thing to choose: what stands in the address, what is read, and its key in the database."""

    value: str
    label: StrOrPromise
    key: int | None = None


def with_any(rows: Rows, related: QuerySet[Any]) -> Rows:
    """The rows for each of which there is something related, which names them by `OuterRef("pk")`.

    The first one, in an order that an index has, is looked up for each row. Where most rows have something,
    PostgreSQL makes a join of `Exists` and reads all there is.
    """
    first = Subquery(related.values("pk")[:1])
    return rows.alias(first_related=first).filter(first_related__isnull=False)


def themes(seen: QuerySet[Benchmark], user: AnyUser) -> list[Choice]:
    """Themes of benchmarks that this person may see."""
    rows = with_any(Theme.objects.visible_to(user), seen.order_by("pk").filter(themes=OuterRef("pk")))
    return [Choice(*row) for row in rows.values_list("slug", "name", "pk")]


def addressees(seen: QuerySet[Benchmark], user: AnyUser) -> list[Choice]:
    """Organisations that benchmarks this person may see are addressed to."""
    rows = with_any(
        Organisation.objects.visible_to(user), seen.order_by("pk").filter(addressees=OuterRef("pk"))
    )
    return [Choice(*row) for row in rows.values_list("slug", "name", "pk")]


def owners(seen: QuerySet[Benchmark], user: AnyUser, chosen: str) -> list[Choice]:
    """Oneself, nobody, whoever left, and by name the others who own something; always who is chosen."""
    named = ~Q(pk=user.pk) & Q(is_active=True)
    if chosen.isdecimal() and len(chosen) <= LONGEST_KEY:
        named |= Q(pk=int(chosen))
    theirs = Exists(seen.order_by().filter(owner=OuterRef("pk")))
    people = User.objects.filter(named, theirs).only("name", "email")
    return [
        Choice("me", _("me")),
        Choice("nobody", _("nobody")),
        Choice("left", _("somebody who left")),
        *(Choice(str(each.pk), str(each), each.pk) for each in people),
    ]


def letters(user: AnyUser, chosen: str) -> list[Choice]:
    """The newest letters that ask for something, and the one that is chosen; newest first."""
    asking = Recommendation.objects.filter(letter=OuterRef("pk"), mode=Recommendation.Mode.ASKS)
    rows = with_any(Letter.objects.visible_to(user), asking.order_by())
    fields = ("dated", "pk", "slug", "title", "dated_precision")
    found = rows.order_by("-dated", "-pk").values_list(*fields)[:NEWEST]
    if is_slug(chosen):
        found = found.union(rows.filter(slug=chosen).order_by().values_list(*fields))
    newest_first = sorted(found, reverse=True)
    return [
        Choice(slug, f"{title}, {written(day, precision)}", key)
        for day, key, slug, title, precision in newest_first
    ]


def events(user: AnyUser, chosen: str) -> list[Choice]:
    """The last events with an agenda, those without a date and those to come first; and the one chosen."""
    items = AgendaItem.objects.visible_to(user).filter(event=OuterRef("pk"))
    rows = Event.objects.visible_to(user).filter(Exists(items.order_by()))
    found = rows[:NEWEST]
    if is_slug(chosen):
        found = found.union(rows.filter(slug=chosen).order_by())
    undated = [each for each in found if each.starts_on is None]
    dated = [each for each in found if each.starts_on is not None]
    dated.sort(key=lambda each: (each.starts_on, each.pk), reverse=True)
    return [Choice(each.slug, event_label(each), each.pk) for each in (*undated, *dated)]


def event_label(event: Event) -> str:
    return f"{event.title}, {event.starts_on_written}" if event.starts_on else event.title


def is_slug(text: str) -> bool:
    """True for what may stand in the database as a slug, and can be asked for without harm."""
    try:
        validate_slug(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_SLUG
