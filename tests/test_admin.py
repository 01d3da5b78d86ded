"""The administration: everything can be looked at, and nothing goes around history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from benchmarks import amendments, people
from benchmarks.models import (
    Benchmark,
    Change,
    Event,
    EventChange,
    EventSeries,
    Letter,
    LetterParty,
    LetterReference,
    Organisation,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProtectedText,
    Recommendation,
    Theme,
)
from tests.administration import (
    ADDED,
    AMENDED,
    DOMAIN,
    ONLY_LOOKED_AT,
    address,
    filled,
    first,
    make_one_of_each,
    refused,
    signed_in,
)
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_organisation,
    make_person,
    make_recommendation,
)

DAY = date(2022, 3, 18)


@pytest.fixture
def as_ada(ada: User) -> Client:
    return signed_in(ada)


# Every page is there ------------------------------


def test_every_model_of_the_domain_is_in_the_administration() -> None:
    assert [model for model in DOMAIN if not admin.site.is_registered(model)] == []


def test_pages_open_for_administrators_and_reviewers(alice: User, rosa: User, ada: User) -> None:
    make_one_of_each(1, alice, rosa)
    for client in (signed_in(ada), signed_in(rosa)):
        assert client.get("/admin/").status_code == 200
        for model in DOMAIN:
            row = first(model)
            for page in ("change", "history"):
                assert client.get(address(model, page, row.pk)).status_code == 200, (model, page)
            assert client.get(address(model, "changelist")).status_code == 200, model


def test_what_can_be_added_has_a_page_for_it(as_ada: Client) -> None:
    assert [model for model in DOMAIN if as_ada.get(address(model, "add")).status_code == 200] == ADDED
    assert all(as_ada.get(address(model, "add")).status_code == 403 for model in ONLY_LOOKED_AT)


def queries(client: Client, model: type[models.Model]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address(model, "changelist")).status_code == 200
    return len(captured)


def test_a_list_of_25_costs_as_many_queries_as_one_of_5(as_ada: Client, alice: User, rosa: User) -> None:
    for number in range(5):
        make_one_of_each(number, alice, rosa)
    rows = {model: model._default_manager.count() for model in DOMAIN}
    few = {model.__name__: queries(as_ada, model) for model in DOMAIN}
    for number in range(5, 25):
        make_one_of_each(number, alice, rosa)
    assert all(model._default_manager.count() >= rows[model] + 20 for model in DOMAIN)
    assert {model.__name__: queries(as_ada, model) for model in DOMAIN} == few
    assert max(few.values()) <= 20


def test_a_situation_shows_its_source_as_an_address_and_not_as_a_protected_text(
    as_ada: Client, alice: User
) -> None:
    line = people.record_situation(
        make_person(alice),
        situation=PersonSituation.Situation.FREE,
        stated_as_of=DAY,
        source_url="https://example.org/source",
        by=alice,
    )
    page = as_ada.get(address(PersonSituation, "change", line.pk)).content.decode()
    assert "https://example.org/source" in page
    assert address(ProtectedText, "change", line.source_url_id) not in page


# Nothing goes around history ------------------------------


@pytest.mark.promise("H1")
def test_history_is_not_written_by_forms(as_ada: Client, alice: User, rosa: User) -> None:
    make_one_of_each(1, alice, rosa)
    for model in ONLY_LOOKED_AT:
        here = address(model, "change", first(model).pk)
        assert as_ada.post(here, {"text": "Rewritten."}).status_code == 403, model
        assert as_ada.post(address(model, "add"), {}).status_code == 403, model


def test_nobody_deletes(as_ada: Client, alice: User, rosa: User) -> None:
    make_one_of_each(1, alice, rosa)
    for model in DOMAIN:
        pk = first(model).pk
        assert as_ada.get(address(model, "delete", pk)).status_code == 403, model
        assert as_ada.post(address(model, "delete", pk), {"post": "yes"}).status_code == 403, model
        chosen = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
        as_ada.post(address(model, "changelist"), chosen)
        assert model._default_manager.filter(pk=pk).exists()


def test_reviewers_look_and_do_not_write(rosa: User, alice: User) -> None:
    make_one_of_each(1, alice, rosa)
    client, before = signed_in(rosa), Change.objects.count()
    for model in ADDED:
        assert client.get(address(model, "add")).status_code == 403, model
        assert client.post(address(model, "add"), {}).status_code == 403, model
        assert client.post(address(model, "change", first(model).pk), {}).status_code == 403, model
    assert Change.objects.count() == before


def save(client: Client, model: type[models.Model], pk: Any = None, **given: Any) -> Change:
    """Fill in the page, save it, and return the one change that this recorded."""
    here = address(model, "change", pk) if pk else address(model, "add")
    before = Change.objects.count()
    answer = client.post(here, filled(client.get(here), **given))
    if answer.status_code == 200:
        context = answer.context
        faults = [context["errors"], *[f.formset.errors for f in context["inline_admin_formsets"]]]
        raise AssertionError(f"the form was refused: {faults}")
    assert answer.status_code == 302
    assert Change.objects.count() == before + 1
    change = Change.objects.head()
    assert change is not None
    return change


def added(client: Client, model: type[models.Model], **given: Any) -> tuple[str, Any]:
    """Add something through its page; return the kind of the change and the thing it is about."""
    change = save(client, model, **given)
    about = apps.get_model(change.object_type)._default_manager.get(pk=change.object_id)
    return change.kind, about


def test_what_is_added_here_is_in_the_changes(as_ada: Client, ada: User) -> None:
    kind, theme = added(as_ada, Theme, name="Tibet", slug="tibet")
    assert (kind, theme.name) == ("theme_added", "Tibet")
    kind, council = added(as_ada, Organisation, name="The Council", slug="council", kind="eu_institution")
    assert (kind, council.name) == ("organisation_added", "The Council")
    kind, series = added(as_ada, EventSeries, name="Summits", slug="summits")
    assert (kind, series.name) == ("series_added", "Summits")
    kind, event = added(as_ada, Event, title="24th summit", slug="summit-24", series=series.pk)
    assert (kind, event.series) == ("event_added", series)
    kind, benchmark = added(
        as_ada,
        Benchmark,
        code="T1",
        slug="t1",
        title="Access to Tibet",
        measure="outcome",
        lifecycle="active",
        themes=[theme.pk],
        addressees=[council.pk],
        criterion_text="Diplomats travel freely.",
        effective_on="1999-02-01",
    )
    assert (kind, benchmark.lifecycle, str(benchmark.criterion)) == (
        "benchmark_defined",
        "active",
        "Diplomats travel freely.",
    )
    assert [*benchmark.themes.all(), *benchmark.addressees.all()] == [theme, council]
    change = Change.objects.head()
    assert change is not None
    assert change.actor == ada


def test_letters_asks_and_persons_are_added_through_their_functions(as_ada: Client, alice: User) -> None:
    organisation, benchmark = make_organisation(alice), make_benchmark(alice)
    kind, letter = added(
        as_ada,
        Letter,
        title="A letter",
        slug="a-letter",
        kind="open_letter",
        dated="2000-09-01",
        **{
            "parties-TOTAL_FORMS": 1,
            "parties-0-role": "author",
            "parties-0-order": 1,
            "parties-0-organisation": organisation.pk,
        },
    )
    assert kind == "letter_added"
    assert [party.organisation for party in letter.parties.all()] == [organisation]
    kind, ask = added(
        as_ada, Recommendation, letter=letter.pk, number="1", text="Do it.", benchmarks=[benchmark.pk]
    )
    assert (kind, list(ask.benchmarks.all())) == ("recommendation_added", [benchmark])
    other = make_letter(alice)
    kind, source = added(as_ada, LetterReference, from_letter=letter.pk, to_letter=other.pk, kind="cites")
    assert (kind, source) == ("letter_referred", letter)
    kind, person = added(as_ada, PersonOfConcern, name="Somebody")
    assert (kind, person.added_by.name) == ("person_added", "Ada")
    kind, about = added(as_ada, PersonMention, person=person.pk, letter=letter.pk, description="A lawyer")
    assert (kind, about, person.mentions.get().letter) == ("person_mentioned", person, letter)


def test_what_is_amended_here_is_in_the_changes(as_ada: Client, alice: User, rosa: User) -> None:
    make_one_of_each(1, alice, rosa)
    new = {"name": "Another name", "title": "Another title", "text": "Otherwise", "ask": "Otherwise"}
    for model in AMENDED:
        row = first(model)
        field = next(name for name in new if name in {each.name for each in model._meta.fields})
        change = save(as_ada, model, row.pk, **{field: new[field]})
        assert change.kind.endswith("_amended")
        assert (change.object_type, change.object_id) == (model._meta.label_lower, row.pk)
        row.refresh_from_db()
        assert getattr(row, field) == new[field]
    assert set(amendments.KINDS) == set(AMENDED)


def test_a_form_saved_unchanged_records_nothing(as_ada: Client, alice: User, rosa: User) -> None:
    make_one_of_each(1, alice, rosa)
    before = Change.objects.count()
    for model in AMENDED:
        here = address(model, "change", first(model).pk)
        assert as_ada.post(here, filled(as_ada.get(here))).status_code == 302, model
    assert Change.objects.count() == before


def test_an_amended_letter_keeps_its_parties_in_step(as_ada: Client, alice: User) -> None:
    party = LetterParty(role="author", person_name="A. Autor")
    letter = make_letter(alice, parties=[party])
    change = save(as_ada, Letter, letter.pk, **{"parties-0-person_name": "A. Author"})
    assert (change.kind, letter.parties.get().person_name) == ("letter_amended", "A. Author")


@pytest.mark.promise("H2")
def test_amending_a_benchmark_leaves_what_its_history_says(as_ada: Client, alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    here = address(Benchmark, "change", benchmark.pk)
    opened = filled(as_ada.get(here), title="Another title")
    make_line(benchmark, alice, rosa, "met")  # approved while the form was open
    assert as_ada.post(here, opened | {"rating": "regression", "criterion": ""}).status_code == 302
    benchmark.refresh_from_db()
    assert (benchmark.title, benchmark.rating) == ("Another title", "met")
    assert str(benchmark.criterion) == "It is done."


def test_a_criterion_is_revised_as_a_new_version(as_ada: Client, alice: User) -> None:
    benchmark = make_benchmark(alice)
    given = {"criterion_text": "It is done twice.", "effective_on": "2022-03-18"}
    refused = as_ada.post(
        address(Benchmark, "change", benchmark.pk),
        filled(as_ada.get(address(Benchmark, "change", benchmark.pk)), **given),
    )
    assert "needs text, day and reason" in refused.content.decode()
    change = save(as_ada, Benchmark, benchmark.pk, **given, criterion_reason="Once was not enough.")
    assert change.kind == "criterion_revised"
    assert [str(version) for version in benchmark.criterion_versions.order_by("number")] == [
        "It is done.",
        "It is done twice.",
    ]


def test_an_event_moves_only_with_a_reason(as_ada: Client, alice: User) -> None:
    event = make_event(alice, starts_on=DAY)
    here = address(Event, "change", event.pk)
    refused = as_ada.post(here, filled(as_ada.get(here), starts_on="2022-04-01"))
    assert "Say why the event moves." in refused.content.decode()
    change = save(as_ada, Event, event.pk, starts_on="2022-04-01", reason="Put off.")
    event.refresh_from_db()
    assert (change.kind, event.starts_on, event.revision) == ("event_changed", date(2022, 4, 1), 2)
    assert str(EventChange.objects.get().reason) == "Put off."


def test_what_is_unsound_is_refused_on_the_page(as_ada: Client, alice: User) -> None:
    letter, other, benchmark = make_letter(alice), make_letter(alice), make_benchmark(alice)
    ask = make_recommendation(alice, other, benchmark)
    page = refused(as_ada, Recommendation, letter=letter.pk, parent=ask.pk, number="1", text="Do it.")
    assert "stands in the same letter" in page
    person = make_person(alice)
    people.mention(person, letter=letter, description="", by=alice)
    assert "is kept already" in refused(as_ada, PersonMention, person=person.pk, letter=letter.pk)
    new = {"code": "T1", "slug": "t1", "title": "Typed words", "measure": "outcome", "lifecycle": "active"}
    page = refused(as_ada, Benchmark, **new, criterion_text="It is done.", effective_on="2999-01-01")
    assert "before its day has come" in page
    assert "Typed words" in page
    page = refused(
        as_ada, Benchmark, **new | {"slug": "counts"}, criterion_text="So.", effective_on="1999-02-01"
    )
    assert "leads to another page" in page
    page = refused(
        as_ada, Letter, title="T", slug="t", kind="letter", dated="2000-09-02", dated_precision="month"
    )
    assert "known only to the month" in page
