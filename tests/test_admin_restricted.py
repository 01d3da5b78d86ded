"""What is restricted is in no list, count, choice, suggestion or history of the administration."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from accounts.models import User
from tests.access import administered
from tests.administration import DOMAIN, address, make_one_of_each, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.promise("A2")]


@pytest.fixture
def counts(alice: User, rosa: User, omar: User, ada: User) -> dict[type[models.Model], int]:
    """How many rows there are of each kind before the restricted ones are made."""
    make_one_of_each(1, alice, rosa)
    page = {model: counted(rosa, model) for model in DOMAIN}
    administered.restricted(alice, [])
    administered.restricted(alice, [omar])
    return page


def counted(user: User, model: type[models.Model], query: str = "") -> int:
    found: int = signed_in(user).get(address(model, "changelist") + query).context["cl"].result_count
    return found


def rows_of_their_own(model: type[models.Model]) -> int:
    """How many rows everybody may see, of those made with each restricted person and update."""
    open_to_all = {"benchmark": 1, "letter": 1, "criterionversion": 1, "protectedtext": 1}
    # Of the changes only those about the benchmark and the letter.
    return {**open_to_all, "change": 2}.get(str(model._meta.model_name), 0)


def test_a_list_counts_what_one_may_see_alone(
    counts: dict[type[models.Model], int], rosa: User, omar: User, ada: User
) -> None:
    for model in DOMAIN:
        expected = counts[model] + 2 * rows_of_their_own(model)
        for user in (rosa, ada):
            assert counted(user, model) == expected, (model, user)
            assert counted(user, model, "?q=Hidden") == 0, (model, user)


def test_a_reader_finds_what_is_restricted_to_them_and_no_more(
    counts: dict[type[models.Model], int], omar: User
) -> None:
    hers = {"personofconcern", "personmention", "personsituation", "progressupdate", "evidence", "comment"}
    for model in DOMAIN:
        if model._meta.model_name in hers:
            assert counted(omar, model) == counts[model] + 1, model


@pytest.mark.usefixtures("counts")
def test_no_page_of_the_administration_says_a_word_of_it(rosa: User, ada: User) -> None:
    for user in (rosa, ada):
        client = signed_in(user)
        for model in DOMAIN:
            pages = [client.get(address(model, "changelist")), client.get(address(model, "add"))]
            shown = pages[0].context["cl"].result_list
            for row in shown:
                pages += [client.get(address(model, page, row.pk)) for page in ("change", "history")]
            for page in pages:
                assert administered.HIDDEN not in page.content.decode(), (user, page.request["PATH_INFO"])


def suggested() -> list[dict[str, str]]:
    """Every field of the administration that suggests rows as one types."""
    return [
        {
            "app_label": model._meta.app_label,
            "model_name": str(model._meta.model_name),
            "field_name": name,
        }
        for model, pages in admin.site._registry.items()
        for name in pages.autocomplete_fields
    ]


@pytest.mark.usefixtures("counts")
def test_no_field_suggests_it(rosa: User, ada: User) -> None:
    fields = suggested()
    assert len(fields) > 5
    for user, asked in ((user, asked) for user in (rosa, ada) for asked in fields):
        answer: Any = signed_in(user).get(reverse("admin:autocomplete"), {**asked, "term": "Hidden"})
        assert answer.status_code == 403 or answer.json()["results"] == [], (user, asked)
