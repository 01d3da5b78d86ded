"""Who gets what answer at which address: one declared matrix, and no address outside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from benchmarks import files, workflow
from benchmarks.models import Benchmark
from tests.make import make_benchmark, make_letter, make_update

pytestmark = pytest.mark.django_db

PEOPLE = ("stranger", "charlie", "victor", "alice", "rosa", "ada")
SIGN_IN = "/accounts/login/"  # redirected to it, and from there back


@dataclass(frozen=True)
class Address:
    """A route with its arguments, and how it answers each of PEOPLE, in that order."""

    route: str
    answers: tuple[int | str, ...]
    kwargs: dict[str, str] = field(default_factory=dict)
    about: str = ""

    def __str__(self) -> str:
        return f"{self.route} {self.about}".strip()


def everyone(answer: int | str) -> tuple[int | str, ...]:
    return (answer,) * len(PEOPLE)


# Stranger: sign in first. Charlie has no role: to him no page exists.
READERS = (SIGN_IN, 404, 200, 200, 200, 200)
CONTRIBUTORS = (SIGN_IN, 404, 404, 200, 200, 200)
SIGNED_IN = (SIGN_IN, 200, 200, 200, 200, 200)
NOBODY = (SIGN_IN, 404, 404, 404, 404, 404)
ALICE = (SIGN_IN, 404, 404, 200, 404, 404)  # what she alone logged and keeps restricted
ADMINISTRATORS = (SIGN_IN, 404, 403, 403, 403, 200)
FOR_REVIEWERS_BY_POST = (SIGN_IN, 404, 403, 403, 405, 405)

TO_UPDATE = (SIGN_IN, 404, 404, *["/updates/900010/"] * 3)  # a step is taken by POST; GET leads to the page

MATRIX = (
    Address("health_live", everyone(200)),
    Address("health_ready", everyone(503), about="before the first heartbeat"),
    Address("account_login", (200, *["/"] * 5)),
    Address("account_logout", ("/accounts/login/", *[200] * 5)),
    Address("account_inactive", everyone(200)),
    Address("account_signup", (200, *["/"] * 5), about="says that nobody signs up"),
    Address("account_reauthenticate", SIGNED_IN),
    Address("account_change_password", SIGNED_IN),
    Address("account_set_password", (SIGN_IN, *["/accounts/password/change/"] * 5)),
    Address("account_reset_password", everyone(200)),
    Address("account_reset_password_done", everyone(200)),
    Address("account_reset_password_from_key", everyone(200), {"uidb36": "1", "key": "set-password"}),
    Address("account_reset_password_from_key_done", everyone(200)),
    Address("benchmarks:home", READERS),
    Address("benchmarks:benchmark_list", READERS),
    Address("benchmarks:benchmark_counts", READERS),
    Address("benchmarks:benchmark_csv", READERS),
    Address("benchmarks:benchmark_xlsx", READERS),
    Address("benchmarks:benchmark", READERS, {"slug": "active"}, "active"),
    Address("benchmarks:benchmark", READERS, {"slug": "retired"}, "retired"),
    Address("benchmarks:benchmark", CONTRIBUTORS, {"slug": "draft"}, "draft"),
    Address("benchmarks:benchmark", NOBODY, {"slug": "nothing"}, "unknown"),
    Address("benchmarks:benchmark_add", (SIGN_IN, 404, 403, 200, 200, 200)),
    Address("benchmarks:benchmark_edit", (SIGN_IN, 404, 403, 403, 200, 200), {"slug": "active"}, "active"),
    Address("benchmarks:benchmark_edit", (SIGN_IN, 404, 404, 403, 200, 200), {"slug": "draft"}, "draft"),
    Address(
        "benchmarks:benchmark_edit", (SIGN_IN, 404, 404, 200, 200, 200), {"slug": "own"}, "Alice's draft"
    ),
    Address("benchmarks:benchmark_edit", NOBODY, {"slug": "nothing"}, "unknown"),
    Address("benchmarks:benchmark_activate", FOR_REVIEWERS_BY_POST, {"slug": "active"}),
    Address("benchmarks:benchmark_deactivate", FOR_REVIEWERS_BY_POST, {"slug": "active"}),
    Address("benchmarks:benchmark_publish", FOR_REVIEWERS_BY_POST, {"slug": "active"}),
    Address("benchmarks:benchmark_unpublish", FOR_REVIEWERS_BY_POST, {"slug": "active"}),
    Address("benchmarks:benchmark_reinstate", (SIGN_IN, 404, 403, 403, 403, 405), {"slug": "retired"}),
    Address("benchmarks:benchmark_retire", ADMINISTRATORS, {"slug": "active"}),
    Address("benchmarks:benchmark_retire", NOBODY, {"slug": "nothing"}, "unknown"),
    Address("benchmarks:benchmark_succeed", ADMINISTRATORS, {"slug": "active"}),
    Address("benchmarks:benchmark_succeed", NOBODY, {"slug": "nothing"}, "unknown"),
    Address("benchmarks:evidence_file", CONTRIBUTORS, {"pk": "900001"}, "of an update that waits"),
    Address("benchmarks:evidence_file", ALICE, {"pk": "900002"}, "restricted"),
    Address("benchmarks:evidence_file", NOBODY, {"pk": "0"}, "unknown"),
    Address("benchmarks:review", CONTRIBUTORS),
    Address("benchmarks:update", CONTRIBUTORS, {"pk": "900010"}, "waiting"),
    Address("benchmarks:update", READERS, {"pk": "900011"}, "approved"),
    Address("benchmarks:update", ALICE, {"pk": "900012"}, "restricted"),
    Address("benchmarks:update", NOBODY, {"pk": "0"}, "unknown"),
    Address("benchmarks:update_review", TO_UPDATE, {"pk": "900010"}),
    Address("benchmarks:update_comment", TO_UPDATE, {"pk": "900010"}),
    Address("benchmarks:update_hide", TO_UPDATE, {"pk": "900010"}),
    Address("benchmarks:update_show", TO_UPDATE, {"pk": "900010"}),
    Address("benchmarks:update_readers", TO_UPDATE, {"pk": "900010"}),
    Address("benchmarks:update_confirm_hiding", (SIGN_IN, 404, 404, *["/review/"] * 3), {"pk": "900010"}),
    Address("benchmarks:line_withdraw", NOBODY, {"pk": "0"}, "unknown; others: test_review_access"),
    Address("benchmarks:letter_list", READERS),
    Address("benchmarks:letter", READERS, {"slug": "letter"}),
    Address("benchmarks:letter", NOBODY, {"slug": "nothing"}, "unknown"),
    Address("admin:index", ("/admin/login/", 404, 404, 404, 200, 200)),
)

# What a page's buttons and forms send, each with nothing filled in: who may take the step at all.
ACTIVE, DRAFT, OWN, ROSAS, ENDED = (
    f"/benchmarks/{slug}/" for slug in ("active", "draft", "own", "rosas", "retired")
)
STEPS = (
    Address("benchmarks:benchmark_add", (SIGN_IN, 404, 403, 200, 200, 200)),
    Address("benchmarks:benchmark_edit", (SIGN_IN, 404, 403, 403, 200, 200), {"slug": "active"}, "active"),
    Address("benchmarks:benchmark_edit", (SIGN_IN, 404, 404, 403, 200, 200), {"slug": "draft"}, "draft"),
    Address(
        "benchmarks:benchmark_edit", (SIGN_IN, 404, 404, 200, 200, 200), {"slug": "own"}, "Alice's draft"
    ),
    Address("benchmarks:benchmark_publish", (SIGN_IN, 404, 403, 403, ACTIVE, ACTIVE), {"slug": "active"}),
    Address(
        "benchmarks:benchmark_publish", (SIGN_IN, 404, 403, 403, 403, ROSAS), {"slug": "rosas"}, "Rosa's own"
    ),
    Address("benchmarks:benchmark_unpublish", (SIGN_IN, 404, 403, 403, ACTIVE, ACTIVE), {"slug": "active"}),
    Address(
        "benchmarks:benchmark_activate", (SIGN_IN, 404, 404, 403, DRAFT, DRAFT), {"slug": "draft"}, "draft"
    ),
    Address(
        "benchmarks:benchmark_activate", (SIGN_IN, 404, 404, 403, OWN, OWN), {"slug": "own"}, "Alice's draft"
    ),
    Address("benchmarks:benchmark_retire", ADMINISTRATORS, {"slug": "active"}),
    Address("benchmarks:benchmark_succeed", ADMINISTRATORS, {"slug": "active"}),
    Address("benchmarks:benchmark_reinstate", (SIGN_IN, 404, 403, 403, 403, ENDED), {"slug": "retired"}),
    Address("benchmarks:benchmark_deactivate", (SIGN_IN, 404, 403, 403, ACTIVE, ACTIVE), {"slug": "active"}),
)


def named_routes(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    """Every name in the URLconf; of the administration only its index, the rest is walked below."""
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from ["admin:index"] if inner == "admin:" else named_routes(each.url_patterns, inner)
        elif isinstance(each, URLPattern):
            yield f"{namespace}{each.name}"


@pytest.mark.promise("A1")
def test_every_address_is_in_the_matrix() -> None:
    assert set(named_routes(get_resolver().url_patterns)) == {address.route for address in MATRIX}


@pytest.fixture
def visitors(charlie: User, victor: User, alice: User, rosa: User, ada: User) -> dict[str, Client]:
    """A browser of each of PEOPLE."""
    clients = {"stranger": Client()}
    for user in (charlie, victor, alice, rosa, ada):
        clients[user.name.lower()] = Client()
        clients[user.name.lower()].force_login(user)
    return clients


@pytest.fixture
def _things(alice: User, rosa: User) -> None:
    for lifecycle in Benchmark.Lifecycle.values:
        make_benchmark(alice, slug=lifecycle, lifecycle=lifecycle)
    make_benchmark(alice, slug="own", lifecycle="draft", owner=alice)
    make_benchmark(rosa, slug="rosas")
    make_letter(alice, slug="letter")
    make_update(alice, make_benchmark(alice), pk=900010)
    make_update(alice, make_benchmark(alice), pk=900012, audience="restricted")
    approved = make_update(alice, make_benchmark(alice), pk=900011)
    workflow.approve(approved, rosa, "Good to know.")
    for pk, audience in ((900001, "internal"), (900002, "restricted")):
        piece = files.evidence_from(SimpleUploadedFile("notes.txt", b"Words."))
        piece.pk, piece.audience = pk, audience
        make_update(alice, make_benchmark(alice), evidence=[piece])


def answer(client: Client, path: str, method: str = "get") -> int | str:
    """The status; where the visitor is sent elsewhere, to which path."""
    response = client.post(path) if method == "post" else client.get(path)
    return response["Location"].partition("?")[0] if response.status_code == 302 else response.status_code


@pytest.mark.promise("A1")
@pytest.mark.usefixtures("_things")
def test_every_address_answers_as_the_matrix_says(visitors: dict[str, Client]) -> None:
    for address in MATRIX:
        path = reverse(address.route, kwargs=address.kwargs)
        answers = {name: answer(client, path) for name, client in visitors.items()}
        assert answers == dict(zip(PEOPLE, address.answers, strict=True)), str(address)


@pytest.mark.promise("A1")
@pytest.mark.usefixtures("_things")
def test_every_step_answers_as_the_matrix_says(visitors: dict[str, Client]) -> None:
    for address in STEPS:
        path = reverse(address.route, kwargs=address.kwargs)
        answers = {name: answer(client, path, "post") for name, client in visitors.items()}
        assert answers == dict(zip(PEOPLE, address.answers, strict=True)), str(address)


@pytest.mark.promise("A1")
@pytest.mark.usefixtures("_things")
def test_no_step_is_taken_for_another_site(rosa: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(rosa)
    for address in STEPS:
        path = reverse(address.route, kwargs=address.kwargs)
        assert client.post(path).status_code == 403, str(address)


def without_tokens(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


@pytest.mark.promise("A1")
@pytest.mark.usefixtures("_things")
def test_an_answer_does_not_tell_what_is_hidden_from_what_is_not_there(visitors: dict[str, Client]) -> None:
    for name in ("charlie", "victor"):
        hidden = visitors[name].get("/benchmarks/draft/")
        nothing = visitors[name].get("/benchmarks/nothing/")
        assert (hidden.status_code, nothing.status_code) == (404, 404)
        assert without_tokens(hidden).replace("draft", "nothing") == without_tokens(nothing)


@pytest.mark.promise("A1")
def test_strangers_come_to_the_administration_by_the_page_for_signing_in(client: Client) -> None:
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1] == ("/accounts/login/?next=%2Fadmin%2F", 302)


def administration() -> Iterator[str]:
    """The addresses of the administration that need no argument, and those of a row that is not there."""
    for each in ("index", "login", "password_change", "jsi18n", "autocomplete"):
        yield reverse(f"admin:{each}")
    for app in ("accounts", "benchmarks", "admin"):
        yield reverse("admin:app_list", args=[app])
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield from (reverse(f"{name}_{page}") for page in ("changelist", "add"))
        yield from (reverse(f"{name}_{page}", args=[0]) for page in ("change", "history", "delete"))


@pytest.mark.promise("A1")
def test_the_administration_is_for_reviewers_and_administrators(visitors: dict[str, Client]) -> None:
    for path in administration():
        assert answer(visitors["stranger"], path) in {SIGN_IN, "/admin/login/"}, path
        for name in ("charlie", "victor", "alice"):
            assert answer(visitors[name], path) == 404, (name, path)


@pytest.mark.promise("A1")
def test_reviewers_find_no_accounts_in_the_administration(visitors: dict[str, Client]) -> None:
    for path in administration():
        if "/accounts/" in path or "/logentry/" in path:
            assert answer(visitors["rosa"], path) in {403, 404}, path
    assert answer(visitors["ada"], reverse("admin:accounts_user_changelist")) == 200
