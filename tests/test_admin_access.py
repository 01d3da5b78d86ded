"""Who gets into the administration, what it keeps from them, and the accounts they care for there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from benchmarks import people
from benchmarks.models import (
    Benchmark,
    Change,
    Evidence,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProgressUpdate,
    ProtectedText,
)
from tests.administration import (
    DOMAIN,
    address,
    filled,
    refused,
    signed_in,
)
from tests.make import (
    PASSWORD,
    make_benchmark,
    make_letter,
    make_link,
    make_person,
    make_update,
)

DAY = date(2022, 3, 18)


@pytest.fixture
def as_ada(ada: User) -> Client:
    return signed_in(ada)


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
def test_a_name_that_is_kept_from_one_can_be_added_again_without_a_word(
    as_ada: Client, ada: User, restricted: dict[type[models.Model], Any]
) -> None:
    here = address(PersonOfConcern, "add")
    for name in ("Hidden Name", "Another Name"):
        sent = filled(as_ada.get(here), name=name, slug="hidden-name")
        assert as_ada.post(here, sent)["Location"] == address(PersonOfConcern, "changelist")
    hidden, same, other = PersonOfConcern.objects.order_by("pk")
    assert (hidden, same.added_by, other.added_by) == (restricted[PersonOfConcern], ada, ada)
    # Neither page nor address differs by whether there is a third person.
    assert re.fullmatch(r"hidden-name-[0-9a-f]{8}", same.slug)
    assert re.fullmatch(r"another-name-[0-9a-f]{8}", other.slug)


@pytest.mark.promise("A2")
def test_amending_does_not_tell_of_what_is_restricted(
    as_ada: Client, alice: User, restricted: dict[type[models.Model], Any]
) -> None:
    person = make_person(alice, name="Known Name", slug="known-name")
    here, before = address(PersonOfConcern, "change", person.pk), Change.objects.count()
    sent = filled(as_ada.get(here), slug="hidden-name", audience="restricted")
    assert as_ada.post(here, sent).status_code == 302
    person.refresh_from_db()
    assert (person.slug, person.audience, Change.objects.count()) == ("known-name", "internal", before)
    assert as_ada.post(here, sent | {"name": "Hidden Name"}).status_code == 302


@pytest.mark.promise("A2")
def test_naming_somebody_hidden_is_answered_like_naming_nobody(
    as_ada: Client, alice: User, restricted: dict[type[models.Model], Any]
) -> None:
    letter, hidden = restricted[PersonMention].letter, restricted[PersonOfConcern].pk
    answers = {
        re.sub(r'(csrfmiddlewaretoken" value=").*?"', "", page.replace(f'"{pk}"', ""))
        for pk in (hidden, hidden + 1000)
        for page in [refused(as_ada, PersonMention, person=pk, letter=letter.pk)]
    }
    assert len(answers) == 1


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
