"""Who gets what answer at which address, by method: one declared matrix, and no address outside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.access import administration, benchmarks, drafts, evidence, site, updates
from tests.access.declared import PEOPLE, Row, word
from tests.access.things import Things

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

TOPICS = {
    "site": site.ROWS,
    "benchmarks": benchmarks.ROWS,
    "evidence": evidence.ROWS,
    "updates read": updates.READ,
    "updates reviewed": updates.REVIEWED,
    "updates written": drafts.ROWS,
    "administration entered": administration.ENTERED,
    "administration looked at": administration.LOOKED_AT,
    "administration kept": administration.KEPT,
}
MATRIX = tuple(row for rows in TOPICS.values() for row in rows)

# What is sent to an address: something that whoever may do it could send.
SENT: dict[str, dict[str, Any]] = {
    "benchmarks:update_review": {"decision": "approve", "note": "Because.", "submission": "1"},
    "benchmarks:update_comment": {"text": "So."},
    "benchmarks:update_edit": {"action": "save", "narrative": "Words."},
    "benchmarks:update_keep": {"narrative": "Words.", "window": "a"},
    "benchmarks:log": {"action": "save", "narrative": "Words."},
    "benchmarks:log_keep": {"narrative": "Words.", "window": "a"},
    "benchmarks:line_withdraw": {"reason": "It never was."},
    "benchmarks:benchmark_retire": {"reason": "It is over."},
    "benchmarks:preview": {"narrative": "Words."},
    "admin:benchmarks_progressupdate_review": {"decision": "approve", "note": "Because.", "submission": "1"},
}
GIVEN = {"account_reset_password_from_key": {"uidb36": "1", "key": "set-password"}}


def named_routes(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    """Every name in the URLconf. Without one are only old addresses of the administration; see below."""
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from named_routes(each.url_patterns, inner)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{namespace}{each.name}"


@pytest.mark.promise("A1")
def test_every_address_is_in_the_matrix_with_each_method() -> None:
    routes = set(named_routes(get_resolver().url_patterns))
    assert {(row.route, row.method) for row in MATRIX} == {
        (route, method) for route in routes for method in ("GET", "POST")
    }


@pytest.mark.promise("A1")
def test_no_address_is_declared_twice() -> None:
    declared = [str(row) for row in MATRIX]
    assert sorted(declared) == sorted(set(declared))


@pytest.fixture
def visitors(
    charlie: User, victor: User, alice: User, abel: User, rosa: User, omar: User, ada: User
) -> dict[str, Client]:
    """A browser of each of PEOPLE."""
    clients = {"stranger": Client()}
    for user in (charlie, victor, alice, abel, rosa, omar, ada):
        clients[user.name.lower()] = Client()
        clients[user.name.lower()].force_login(user)
    assert tuple(clients) == PEOPLE
    return clients


@pytest.fixture
def things(visitors: dict[str, Client]) -> Things:
    made = Things({user.name.lower(): user for user in User.objects.all()})
    made.make()
    return made


def answer(client: Client, path: str, method: str = "GET", own: str = "", **sent: Any) -> str:
    """The status; where the visitor is sent elsewhere, to which path. Nothing comes of it."""
    fresh = Client()
    fresh.cookies.update(client.cookies)
    with transaction.atomic():
        response = getattr(fresh, method.lower())(path, sent)
        transaction.set_rollback(True)
    return word(response["Location"], own) if response.status_code == 302 else str(response.status_code)


def expanded(rows: tuple[Row, ...], things: Things) -> Iterator[tuple[Row, str]]:
    """Each row with each thing it is about."""
    for row in rows:
        names = [*things.arguments[row.of], "unknown"] if row.about == "all" else [row.about]
        yield from ((row, name) for name in names)


@pytest.mark.promise("A1")
@pytest.mark.promise("A2")
@pytest.mark.parametrize("topic", TOPICS)
def test_every_address_answers_as_the_matrix_says(
    visitors: dict[str, Client], things: Things, topic: str
) -> None:
    wrong = []
    for row, name in expanded(TOPICS[topic], things):
        arguments = GIVEN.get(row.route) or things.of(row.of, name)
        path = reverse(row.route, kwargs=arguments)
        own = reverse("benchmarks:update", kwargs=arguments) if row.of == "update" else ""
        sent = SENT.get(row.route, {}) if row.method == "POST" else {}
        answers = tuple(answer(visitors[who], path, row.method, own, **sent) for who in PEOPLE)
        if answers != row.answers:
            wrong.append(f"{row} {name}: {' '.join(answers)}, and not {' '.join(row.answers)}")
    assert wrong == []


# By kind of thing the address at which one reads it.
READING = {
    "benchmark": "benchmarks:benchmark",
    "update": "benchmarks:update",
    "evidence": "benchmarks:evidence_file",
    "line": "benchmarks:line_withdraw",
}


@pytest.mark.promise("A1")
def test_reading_is_declared_for_everything_there_is(things: Things) -> None:
    read = [(row.route, name) for row, name in expanded(MATRIX, things) if row.method == "GET"]
    for kind, route in READING.items():
        declared = {name for one, name in read if one == route}
        assert declared == {*things.arguments[kind], "unknown"}, kind


@pytest.mark.promise("A1")
@pytest.mark.promise("A2")
def test_an_answer_does_not_tell_what_is_hidden_from_what_is_not_there(
    visitors: dict[str, Client], things: Things
) -> None:
    for row, name in expanded(tuple(row for row in MATRIX if row.route in READING.values()), things):
        if row.method == "POST" or name == "unknown":
            continue
        hidden, nothing = (reverse(row.route, kwargs=things.of(row.of, one)) for one in (name, "unknown"))
        for who, said in zip(PEOPLE, row.answers, strict=True):
            if said == "404":
                pages = [body(visitors[who], path) for path in (hidden, nothing)]
                assert pages[0].replace(hidden, nothing) == pages[1], (who, hidden)


@pytest.mark.promise("A1")
@pytest.mark.promise("A2")
def test_a_forged_decision_tells_nothing_of_what_is_hidden(
    visitors: dict[str, Client], things: Things
) -> None:
    """Also where the words that were typed come back."""
    sent = SENT["benchmarks:update_review"]
    for name in ("restricted", "hidden", "draft", "discarded", "approved-and-hidden"):
        for who in ("victor", "abel", "rosa", "ada"):
            pages = []
            for one in (name, "unknown"):
                path = reverse("benchmarks:update_review", kwargs=things.of("update", one))
                response = visitors[who].post(path, sent)
                assert response.status_code == 404, (who, name)
                pages.append(without_tokens(response).replace(path, ""))
            assert pages[0] == pages[1], (who, name)


def body(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 404
    return without_tokens(response)


def without_tokens(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


@pytest.mark.promise("A1")
def test_strangers_come_to_the_administration_by_the_page_for_signing_in(client: Client) -> None:
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1] == ("/accounts/login/?next=%2Fadmin%2F", 302)


def test_the_headings_of_every_page_leave_out_no_level(visitors: dict[str, Client], things: Things) -> None:
    """Who goes by headings finds one for the page and none missing, and may skip to the content."""
    wrong = []
    for row, name in expanded(tuple(row for row in MATRIX if row.method == "GET"), things):
        path = reverse(row.route, kwargs=GIVEN.get(row.route) or things.of(row.of, name))
        # One visitor for each answer: the one who may do most.
        for who in dict(zip(row.answers, PEOPLE, strict=True)).values():
            page = html_of(visitors[who], path)
            levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
            steps = [after - before for before, after in pairwise([0, *levels])]
            if page and (levels.count(1) != 1 or max(steps) > 1 or 'href="#' not in page.split("<h1")[0]):
                wrong.append((path, who, levels))
    assert wrong == []


def html_of(client: Client, path: str) -> str:
    """The page at an address, whatever its status; empty where it is none."""
    fresh = Client()
    fresh.cookies.update(client.cookies)
    response = fresh.get(path)
    is_page = response.headers.get("Content-Type", "").startswith("text/html") and response.status_code != 302
    return response.content.decode() if is_page else ""


@pytest.mark.promise("A1")
def test_addresses_without_a_name_lead_to_those_with_one_or_nowhere(visitors: dict[str, Client]) -> None:
    nameless = {"/admin/nothing/": "404", reverse("admin:index") + "benchmarks/benchmark/0/": "change"}
    for path, said in nameless.items():
        for who in ("rosa", "omar", "ada"):
            assert answer(visitors[who], path).endswith((said, f"/{said}/")), (who, path)
        for who in ("charlie", "victor", "alice", "abel"):
            assert answer(visitors[who], path) == "404", (who, path)
