"""At which event something happened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from benchmarks.models import AgendaItem, Event

if TYPE_CHECKING:
    from accounts.models import User
    from benchmarks.models import Benchmark, ProgressUpdate

    Occasion = AgendaItem | Event

BACK, AHEAD = timedelta(days=2 * 365), timedelta(days=365)
MOST = 200
OF_AN_EVENT = "event-"


class Occasions:
    """What a person may say of one benchmark: the items on agendas, and events of these years; asked once."""

    def __init__(self, benchmark: Benchmark, author: User) -> None:
        self.items = AgendaItem.objects.visible_to(author).filter(benchmark=benchmark).select_related("event")
        self.events = Event.objects.visible_to(author)

    @cached_property
    def on_agenda(self) -> dict[str, Occasion]:
        return {str(item.pk): item for item in self.items.order_by("-event__starts_on", "pk")}

    @cached_property
    def near(self) -> dict[str, Occasion]:
        today = timezone.localdate()
        near = self.events.filter(starts_on__gte=today - BACK, starts_on__lte=today + AHEAD)
        return {OF_AN_EVENT + str(each.pk): each for each in near.order_by("-starts_on", "pk")[:MOST]}

    def beside(self, chosen: str) -> dict[str, Occasion]:
        """Events on whose agenda it is not, and whichever was chosen before."""
        there = {item.event_id for item in self.on_agenda.values() if isinstance(item, AgendaItem)}
        found = {key: each for key, each in self.near.items() if each.pk not in there or key == chosen}
        key = chosen.removeprefix(OF_AN_EVENT)
        if chosen not in found and chosen.startswith(OF_AN_EVENT) and key.isdecimal() and len(key) < 18:
            found |= {OF_AN_EVENT + str(each.pk): each for each in self.events.filter(pk=key)}
        return found


class OccasionField(forms.Field):
    """An item on the agenda of an event; or an event on whose agenda the benchmark is not."""

    widget = forms.Select(attrs={"class": "form-select"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.known: dict[str, Occasion] = {}

    def offer(self, occasions: Occasions, chosen: str) -> None:
        on_agenda, beside = occasions.on_agenda, occasions.beside(chosen)
        self.known = on_agenda | beside
        self.choices = [
            ("", _("at none")),
            *group(_("With this benchmark on the agenda"), on_agenda),
            *group(_("Other events"), beside),
        ]
        widget: Any = self.widget
        widget.choices = self.choices

    def to_python(self, value: Any) -> Occasion | None:
        if not value:
            return None
        if str(value) not in self.known:
            raise ValidationError(_("Choose one of the events."))
        return self.known[str(value)]


def group(title: Any, occasions: dict[str, Any]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """A group of choices; none where it would be empty."""
    return [(title, [(key, label(each)) for key, each in occasions.items()])] if occasions else []


def label(occasion: Occasion) -> str:
    event = occasion.event if isinstance(occasion, AgendaItem) else occasion
    return f"{event.title}, {event.starts_on_written}" if event.starts_on else event.title


def of(benchmark: Benchmark, author: User, slug: str) -> str:
    """The choice that stands for an event named in an address; empty where there is none."""
    event = Event.objects.visible_to(author).filter(slug=slug.replace("\0", "")).first()
    if event is None:
        return ""
    item = benchmark.agenda_items.filter(event=event).values_list("pk", flat=True).first()
    return str(item or f"{OF_AN_EVENT}{event.pk}")


def chosen_for(update: ProgressUpdate) -> str:
    """The choice that stands for what an update says."""
    return f"{OF_AN_EVENT}{update.event_id}" if update.event_id else str(update.agenda_item_id or "")
