"""Searching and narrowing the lists of the administration, and what an address cannot ask them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import models
from django.test import Client

from accounts.models import User
from benchmarks.models import (
    AgendaItem,
    Benchmark,
    Change,
    CriterionVersion,
    Event,
    Letter,
    LetterParty,
    Organisation,
    PersonMention,
    ProtectedText,
    StatusEvent,
)
from tests.administration import DOMAIN, address, make_one_of_each, signed_in

LISTED: list[type[models.Model]] = [*DOMAIN, User, LogEntry]


@pytest.fixture
def as_ada(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def _two_of_each(alice: User, rosa: User) -> None:
    """Django offers a filter by something linked only where there are two to choose from."""
    make_one_of_each(1, alice, rosa)
    make_one_of_each(2, alice, rosa)


def listed(client: Client, model: type[models.Model], query: str = "") -> Any:
    answer = client.get(address(model, "changelist") + query)
    assert answer.status_code == 200, (model, query)
    return answer.context["cl"]


# What is offered works ------------------------------


@pytest.mark.usefixtures("_two_of_each")
def test_every_choice_of_every_filter_answers(as_ada: Client) -> None:
    for model in LISTED:
        whole = listed(as_ada, model)
        assert len(whole.filter_specs) == len(admin.site.get_model_admin(model).list_filter), model
        for spec in whole.filter_specs:
            choices = list(spec.choices(whole))
            assert len(choices) > 1, (model, spec.title)
            for choice in choices:
                asked = dict(parse_qsl(choice["query_string"].removeprefix("?")))
                assert listed(as_ada, model, choice["query_string"]).params == asked


@pytest.mark.usefixtures("_two_of_each")
def test_lists_are_narrowed_by_the_dates_they_offer(as_ada: Client) -> None:
    dates = {model: admin.site.get_model_admin(model).date_hierarchy for model in LISTED}
    for model, name in dates.items():
        if name is None:
            continue
        of_1999 = model._default_manager.filter(**{f"{name}__year": 1999}).count()
        for query in (f"?{name}__year=1999", f"?{name}__year=1999&{name}__month=2&{name}__day=1"):
            assert listed(as_ada, model, query).result_count == of_1999, (model, query)
    assert dates[CriterionVersion] == "effective_on"
    assert listed(as_ada, CriterionVersion, "?effective_on__year=1999").result_count > 0


@pytest.mark.usefixtures("_two_of_each")
def test_a_filter_narrows_to_what_it_names(as_ada: Client) -> None:
    first = Benchmark.objects.filter(themes__name="Tibet 1").get()
    theme, event = first.themes.get(), Event.objects.earliest("pk")
    for model, query, expected in (
        (Benchmark, f"?themes__id__exact={theme.pk}", {first}),
        (Benchmark, "?themes__isnull=True", set(Benchmark.objects.filter(themes=None))),
        (Benchmark, "?rating__exact=initial", set(Benchmark.objects.filter(rating="initial"))),
        (Benchmark, "?freshness=stale", set(Benchmark.objects.filter(rating="initial"))),
        (Benchmark, "?owner_is=none", set(Benchmark.objects.filter(owner=None))),
        (Event, f"?series__id__exact={event.series_id}", {event}),
        (AgendaItem, "?event__state__exact=held", set()),
        (ProtectedText, "?erased_at__isempty=0", set()),
    ):
        assert set(listed(as_ada, model, query).queryset) == expected, query


@pytest.mark.usefixtures("_two_of_each")
def test_every_list_can_be_searched(as_ada: Client) -> None:
    for model in LISTED:
        assert listed(as_ada, model).search_fields, f"{model.__name__} cannot be searched"
        assert listed(as_ada, model, "?q=zzz+7").result_count == 0
    found = listed(as_ada, Organisation, "?q=council+2")
    assert [each.name for each in found.result_list] == ["Council 2"]


# What is not offered cannot be asked ------------------------------


@pytest.mark.promise("A2")
@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Benchmark, "persons__name__startswith"),
        (Benchmark, "updates__narrative__startswith"),
        (Letter, "mentions__description__startswith"),
        (User, "updates__narrative__startswith"),
        (User, "password__startswith"),
        # Through something that is offered as a filter itself:
        (Benchmark, "themes__benchmarks__persons__name__startswith"),
        (Benchmark, "themes__benchmarks__updates__narrative__contains"),
        (Benchmark, "themes__benchmarks__updates__isnull"),
        (Benchmark, "themes__id__exact__persons"),
        (Benchmark, "themes__name__startswith"),
        (Event, "series__events__agenda__mentions__person__name__startswith"),
        (Event, "series__events__letters__mentions__person__name__startswith"),
        (Event, "series__events__letters__mentions__isnull"),
        (AgendaItem, "event__state__mentions"),
        (AgendaItem, "event__letters__mentions__person__name__startswith"),
        # Of what is offered, but otherwise than it is offered:
        (Benchmark, "owner_is__email"),
        (Benchmark, "freshness__contains"),
        (StatusEvent, "rating__contains"),
        (Change, "kind__regex"),
        (Change, "at__date__gte"),
        (PersonMention, "pk__regex"),
        (LetterParty, "letter__mentions__person__name__startswith"),
        (LogEntry, "user__password__startswith"),
    ],
)
def test_an_address_cannot_ask_what_no_filter_offers(
    as_ada: Client, model: type[models.Model], lookup: str
) -> None:
    assert as_ada.get(address(model, "changelist"), {lookup: "1"}).status_code == 400
