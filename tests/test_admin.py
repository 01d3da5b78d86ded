"""The administration: everything can be looked at, and nothing goes around history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from benchmarks import amendments, events, letters, lifecycle, people
from benchmarks.models import (
    AppendOnly,
    Benchmark,
    Change,
    Event,
    EventChange,
    EventSeries,
    Evidence,
    Letter,
    LetterParty,
    LetterReference,
    Organisation,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProgressUpdate,
    ProtectedText,
    Recommendation,
    Succession,
    Theme,
)
from tests.make import (
    PASSWORD,
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_link,
    make_organisation,
    make_person,
    make_recommendation,
    make_update,
)

DOMAIN = list(apps.get_app_config("benchmarks").get_models())
LINES = [model for model in DOMAIN if issubclass(model, (AppendOnly, Change, ProtectedText))]
# Logged, reviewed or given elsewhere: nothing here is added from the administration.
ONLY_LOOKED_AT = [*LINES, ProgressUpdate, Evidence, LetterParty]
ADDED = [model for model in DOMAIN if model not in ONLY_LOOKED_AT]
AMENDED = [model for model in ADDED if model not in {LetterReference, PersonMention}]
DAY = date(2022, 3, 18)


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def as_ada(ada: User) -> Client:
    return signed_in(ada)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_one_of_each(number: int, alice: User, rosa: User) -> None:
    """A row of every model, each with everything it may be linked to."""
    organisation = make_organisation(alice, name=f"Council {number}")
    theme = lifecycle.add_theme(Theme(name=f"Tibet {number}", slug=f"tibet-{number}"), by=alice)
    benchmark = make_benchmark(alice, themes=[theme], addressees=[organisation], owner=alice)
    lifecycle.revise_criterion(benchmark, text="Otherwise.", effective_on=DAY, reason="Clearer.", by=rosa)
    party = LetterParty(role="addressee", organisation=organisation)
    letter, older = make_letter(alice, parties=[party]), make_letter(alice)
    letters.refer(letter, older, kind=LetterReference.Kind.CITES, by=alice)
    make_recommendation(alice, letter, benchmark)
    event = make_event(alice, starts_on=DAY)
    events.move(event, by=rosa, reason="Put off.", starts_on=date(2022, 4, 1))
    item = events.put_on_agenda(event, benchmark, ask="Press for it.", by=alice)
    person = make_person(alice, benchmarks=[benchmark])
    people.mention(person, letter=letter, description="A lawyer", by=alice)
    people.record_situation(
        person, situation=PersonSituation.Situation.DETAINED, stated_as_of=DAY, letter=letter, by=alice
    )
    make_update(alice, benchmark, agenda_item=item, evidence=[make_link()])
    make_line(benchmark, alice, rosa, "initial", on=DAY)
    successor = make_benchmark(alice)
    kind = Succession.Kind.REPLACE
    lifecycle.succeed(benchmark, successor, kind=kind, effective_on=DAY, reason="Sharper.", by=rosa)


def first(model: type[models.Model]) -> models.Model:
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"there is no {model.__name__}"
    return row


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


def test_search_and_each_filter_answer(as_ada: Client, alice: User, rosa: User) -> None:
    make_one_of_each(1, alice, rosa)
    for model in DOMAIN:
        here = address(model, "changelist")
        listed = as_ada.get(here).context["cl"]
        assert listed.search_fields, f"{model.__name__} cannot be searched"
        assert as_ada.get(here, {"q": "zzz 7"}).context["cl"].result_count == 0
        for spec in listed.filter_specs:
            for choice in spec.choices(listed):
                assert as_ada.get(here + choice["query_string"]).status_code == 200, (model, choice)


def test_a_search_finds_what_it_names(as_ada: Client, alice: User, rosa: User) -> None:
    make_one_of_each(1, alice, rosa)
    make_one_of_each(2, alice, rosa)
    found = as_ada.get(address(Organisation, "changelist"), {"q": "council 2"})
    assert [each.name for each in found.context["cl"].result_list] == ["Council 2"]
    found = as_ada.get(address(Benchmark, "changelist"), {"rating__exact": "initial"})
    assert {each.rating for each in found.context["cl"].result_list} == {"initial"}


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


def filled(page: Any, **given: Any) -> dict[str, Any]:
    """What a browser would send from this page, with some fields filled in differently."""
    sent: dict[str, Any] = {}
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value != []:
                sent[bound.html_name] = (
                    [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value
                )
    return sent | given


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
    kind, person = added(as_ada, PersonOfConcern, name="Somebody", slug="somebody")
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


def refused(client: Client, model: type[models.Model], **given: Any) -> str:
    """Try to add something unsound; return the page that says why not, with what was typed."""
    here = address(model, "add")
    before = Change.objects.count()
    answer = client.post(here, filled(client.get(here), **given))
    assert answer.status_code == 200
    assert Change.objects.count() == before
    return answer.content.decode()


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
        as_ada, Letter, title="T", slug="t", kind="letter", dated="2000-09-02", dated_precision="month"
    )
    assert "known only to the month" in page


def test_details_with_a_way_of_their_own_are_not_amended(alice: User, ada: User) -> None:
    event, benchmark = make_event(alice), make_benchmark(alice)
    with pytest.raises(TypeError, match="starts_on"):
        amendments.amend(event, fields=["starts_on"], by=ada)
    with pytest.raises(TypeError, match="rating"):
        amendments.amend(benchmark, fields=["rating"], by=ada)


# What is restricted stays so ------------------------------


@pytest.fixture
def restricted(alice: User, rosa: User) -> dict[type[models.Model], Any]:
    """A restricted person and update of Alice's, with all that hangs on them; by model."""
    benchmark, letter = make_benchmark(alice), make_letter(alice)
    person = make_person(alice, name="Hidden Name", slug="hidden-name", audience="restricted")
    mention = people.mention(person, letter=letter, description="Hidden Name", by=alice)
    line = people.record_situation(
        person,
        situation=PersonSituation.Situation.DETAINED,
        stated_as_of=DAY,
        letter=letter,
        note="Hidden Name is unwell.",
        by=alice,
    )
    update = make_update(
        alice,
        benchmark,
        audience="restricted",
        narrative="Hidden Name was met.",
        evidence=[make_link(title="Hidden Name's visa")],
    )
    change = Change.objects.filter(object_type="benchmarks.personofconcern").latest("no")
    return {
        PersonOfConcern: person,
        PersonMention: mention,
        PersonSituation: line,
        ProtectedText: line.note,
        ProgressUpdate: update,
        Evidence: update.evidence.get(),
        Change: change,
    }


@pytest.mark.promise("A2")
def test_what_is_restricted_is_not_shown_to_an_administrator(
    as_ada: Client, restricted: dict[type[models.Model], Any]
) -> None:
    for model, row in restricted.items():
        listed = as_ada.get(address(model, "changelist"))
        assert row not in listed.context["cl"].queryset, model
        assert "Hidden Name" not in listed.content.decode()
        assert as_ada.get(address(model, "change", row.pk)).status_code == 404, model
        assert as_ada.get(address(model, "history", row.pk)).status_code == 404, model
    for model in DOMAIN:
        page = as_ada.get(address(model, "changelist"), {"q": "Hidden"})
        assert page.context["cl"].result_count == 0, model
    assert "Hidden Name" not in as_ada.get("/admin/").content.decode()


@pytest.mark.promise("A2")
def test_pop_ups_and_forms_do_not_tell_of_what_is_restricted(
    as_ada: Client, alice: User, restricted: dict[type[models.Model], Any]
) -> None:
    asked = {"app_label": "benchmarks", "model_name": "personmention", "field_name": "person"}
    answer = as_ada.get(reverse("admin:autocomplete"), asked | {"term": "Hidden"})
    assert answer.json()["results"] == []
    person = restricted[PersonOfConcern]
    page = refused(as_ada, PersonMention, person=person.pk, letter=make_letter(alice).pk)
    assert "Hidden Name" not in page
    assert as_ada.get(f"/admin/r/{1}/{person.pk}/").status_code == 404


@pytest.mark.promise("A2")
@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Benchmark, "persons__name__startswith"),
        (Benchmark, "updates__narrative__startswith"),
        (Letter, "mentions__description__startswith"),
        (User, "updates__narrative__startswith"),
        (User, "password__startswith"),
    ],
)
def test_an_address_cannot_ask_about_what_is_restricted(
    as_ada: Client, model: type[models.Model], lookup: str
) -> None:
    assert as_ada.get(address(model, "changelist"), {lookup: "H"}).status_code == 400


def test_readers_see_what_is_restricted_to_them(ada: User, alice: User) -> None:
    person = make_person(alice, name="Hidden Name", audience="restricted", readers=[ada])
    page = signed_in(ada).get(address(PersonOfConcern, "change", person.pk))
    assert page.status_code == 200
    assert "Hidden Name" in page.content.decode()


# Who gets in ------------------------------


def test_others_find_no_administration(victor: User, alice: User, charlie: User) -> None:
    for user in (victor, alice, charlie):
        client = signed_in(user)
        for path in ("/admin/", "/admin/login/", address(Benchmark, "changelist"), "/admin/nothing/"):
            assert client.get(path).status_code == 404, (user, path)


def test_the_administration_sends_strangers_to_sign_in(client: Client, db: None) -> None:
    here = address(Benchmark, "changelist")
    assert client.get(here)["Location"] == f"/accounts/login/?next={here}"
    assert client.get("/admin/login/")["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    wanted = client.post("/admin/login/", {"username": "ada@example.org", "password": PASSWORD})
    assert wanted["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_passwords_are_changed_on_the_page_for_it(as_ada: Client) -> None:
    assert as_ada.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


# People ------------------------------


@pytest.mark.parametrize("page", ["changelist", "add"])
def test_only_administrators_see_accounts(rosa: User, ada: User, page: str) -> None:
    assert signed_in(ada).get(address(User, page)).status_code == 200
    assert signed_in(rosa).get(address(User, page)).status_code == 403


def test_a_new_person_can_sign_in(as_ada: Client) -> None:
    here = address(User, "add")
    given = {
        "email": "Nadia@Example.org",
        "name": "Nadia",
        "role": "contributor",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert as_ada.post(here, given).status_code == 302
    nadia = User.objects.get(email="nadia@example.org")
    assert nadia.has_role(Role.CONTRIBUTOR)
    client = Client()
    client.post("/accounts/login/", {"login": "nadia@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(nadia.pk)
    again = as_ada.post(here, given)
    assert "already exists" in again.content.decode()
    assert as_ada.post(here, given | {"email": ""}).status_code == 200


@pytest.fixture
def amend_person(as_ada: Client) -> Callable[..., Any]:
    def amend(user: User, **given: Any) -> Any:
        here = address(User, "change", user.pk)
        sent = filled(as_ada.get(here)) | given
        return as_ada.post(here, {name: value for name, value in sent.items() if value is not None})

    return amend


@pytest.mark.promise("A6")
def test_a_change_of_role_is_logged(
    as_ada: Client, ada: User, victor: User, amend_person: Callable[..., Any]
) -> None:
    assert amend_person(victor, role="reviewer").status_code == 302
    victor.refresh_from_db()
    assert victor.role == Role.REVIEWER
    page = as_ada.get(reverse("admin:admin_logentry_changelist")).content.decode()
    assert "Role: Viewer → Reviewer." in page
    entry = address(User, "history", victor.pk)
    assert "Role: Viewer → Reviewer." in as_ada.get(entry).content.decode()


def test_the_log_of_accounts_is_read_by_administrators_and_written_by_nobody(
    rosa: User, as_ada: Client
) -> None:
    assert signed_in(rosa).get(reverse("admin:admin_logentry_changelist")).status_code == 403
    assert as_ada.post(reverse("admin:admin_logentry_add"), {}).status_code == 403


@pytest.mark.promise("A3")
def test_closing_an_account_ends_its_sessions(victor: User, amend_person: Callable[..., Any]) -> None:
    client = signed_in(victor)
    assert client.get("/letters/").status_code == 200
    assert amend_person(victor, is_active=None).status_code == 302
    assert client.get("/letters/")["Location"].startswith("/accounts/login/")


def test_the_only_administrator_stays_one(ada: User, amend_person: Callable[..., Any]) -> None:
    assert "only administrator" in amend_person(ada, role="viewer").content.decode()
    assert "only administrator" in amend_person(ada, is_active=None).content.decode()
    ada.refresh_from_db()
    assert ada.has_role(Role.ADMINISTRATOR)


def test_a_former_mail_address_no_longer_signs_in(victor: User, amend_person: Callable[..., Any]) -> None:
    Client().post("/accounts/login/", {"login": victor.email, "password": PASSWORD})
    assert amend_person(victor, email="victor@new.example.org").status_code == 302
    client = Client()
    client.post("/accounts/login/", {"login": "victor@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    client.post("/accounts/login/", {"login": "victor@new.example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(victor.pk)


def test_an_administrator_sets_a_password(as_ada: Client, victor: User) -> None:
    new = "another four plain words"
    here = reverse("admin:auth_user_password_change", args=[victor.pk])
    assert as_ada.get(here).status_code == 200
    answer = as_ada.post(
        here, {"usable_password": "true", "password1": new, "password2": new, "set-password": ""}
    )
    assert answer.status_code == 302
    victor.refresh_from_db()
    assert victor.check_password(new)
    log = as_ada.get(address(User, "history", victor.pk)).content.decode()
    assert "Password set by an administrator." in log
    assert new not in log


def test_accounts_are_not_deleted(as_ada: Client, victor: User) -> None:
    assert as_ada.post(address(User, "delete", victor.pk), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=victor.pk).exists()
