"""Who may send what to the addresses of review: a declared matrix of POST, each request undone afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks import hiding, workflow
from benchmarks.models import Change, ProgressUpdate, StatusEvent
from tests.make import make_benchmark, make_line, make_update

pytestmark = pytest.mark.django_db

# Alice logged everything; Omar hid it; Abel reads what is restricted, and is a contributor.
PEOPLE = ("stranger", "charlie", "victor", "abel", "alice", "rosa", "omar", "ada")
WAITING, RESTRICTED, HIDDEN, APPROVED, OWN = "waiting", "restricted", "hidden", "approved", "of Rosa"
APPROVE = {"decision": "approve", "note": "Because.", "submission": "1"}


@dataclass(frozen=True)
class Sent:
    """A request to a route about a thing, and how it answers each of PEOPLE, in order. 302: it is done."""

    route: str
    thing: str
    answers: tuple[int, ...]
    data: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.route}, {self.thing}"


MATRIX = (
    #                                      stranger charlie victor abel alice rosa omar ada
    Sent("update_review", WAITING, (302, 404, 404, 403, 403, 302, 302, 302), APPROVE),
    Sent("update_review", RESTRICTED, (302, 404, 404, 403, 403, 404, 404, 404), APPROVE),
    Sent("update_review", HIDDEN, (302, 404, 404, 404, 403, 404, 404, 404), APPROVE),
    Sent("update_review", APPROVED, (302, 404, 403, 403, 403, 409, 409, 409), APPROVE),
    Sent("update_review", OWN, (302, 404, 404, 403, 403, 403, 302, 302), APPROVE),
    Sent("update_comment", WAITING, (302, 404, 404, 302, 302, 302, 302, 302), {"text": "Why?"}),
    Sent("update_comment", RESTRICTED, (302, 404, 404, 302, 302, 404, 404, 404), {"text": "Why?"}),
    Sent("update_comment", HIDDEN, (302, 404, 404, 404, 302, 404, 404, 404), {"text": "Why?"}),
    Sent("update_comment", APPROVED, (302, 404, 403, 302, 302, 302, 302, 302), {"text": "Why?"}),
    Sent("update_hide", WAITING, (302, 404, 404, 403, 302, 302, 302, 302)),
    Sent("update_hide", RESTRICTED, (302, 404, 404, 403, 403, 404, 404, 404)),
    Sent("update_hide", APPROVED, (302, 404, 403, 403, 302, 302, 302, 302)),
    Sent("update_show", HIDDEN, (302, 404, 404, 404, 302, 403, 302, 403)),
    Sent("update_confirm_hiding", HIDDEN, (302, 404, 404, 404, 403, 302, 403, 302)),
    Sent("update_confirm_hiding", RESTRICTED, (302, 404, 404, 403, 403, 404, 404, 404)),
    Sent("update_readers", WAITING, (302, 404, 404, 403, 302, 403, 403, 403)),
    Sent("update_readers", RESTRICTED, (302, 404, 404, 403, 302, 404, 404, 404)),
    Sent("line_withdraw", APPROVED, (302, 404, 403, 302, 302, 302, 302, 302), {"reason": "It was wrong."}),
)


@pytest.fixture
def things(alice: User, abel: User, rosa: User, omar: User) -> dict[str, ProgressUpdate]:
    benchmark = make_benchmark(alice)
    hidden = make_update(alice, benchmark)
    hiding.hide(hidden, by=omar)
    return {
        WAITING: make_update(alice, benchmark, proposed_rating="met"),
        RESTRICTED: make_update(alice, benchmark, audience="restricted", readers=[abel]),
        HIDDEN: hidden,
        APPROVED: make_line(benchmark, alice, omar, "initial").update,
        OWN: make_update(rosa, benchmark),
    }


@pytest.fixture
def visitors(
    charlie: User, victor: User, abel: User, alice: User, rosa: User, omar: User, ada: User
) -> dict[str, Client]:
    clients = {"stranger": Client()}
    for user in (charlie, victor, abel, alice, rosa, omar, ada):
        clients[user.name.lower()] = Client()
        clients[user.name.lower()].force_login(user)
    return clients


def answer(client: Client, path: str, data: dict[str, Any]) -> tuple[int, int, str]:
    """The status, how many changes that made, and where it leads; all of it is undone."""
    before = Change.objects.count()
    with transaction.atomic():
        response = client.post(path, data)
        made = Change.objects.count() - before
        transaction.set_rollback(True)
    return response.status_code, made, response.get("Location", "")


@pytest.mark.promise("A1")
@pytest.mark.parametrize("sent", MATRIX, ids=str)
def test_what_is_sent_is_answered_as_the_matrix_says_and_refused_without_a_trace(
    visitors: dict[str, Client], things: dict[str, ProgressUpdate], sent: Sent
) -> None:
    thing: Any = things[sent.thing]
    if sent.route == "line_withdraw":
        thing = StatusEvent.objects.get(update=thing)
    path = reverse(f"benchmarks:{sent.route}", args=[thing.pk])
    assert len(sent.answers) == len(PEOPLE)
    for name, expected in zip(PEOPLE, sent.answers, strict=True):
        status, made, where = answer(visitors[name], path, sent.data)
        assert status == expected, name
        is_done = expected == 302 and name != "stranger"
        assert bool(made) == is_done, name
        assert where.startswith("/accounts/login/") == (name == "stranger"), name


@pytest.mark.promise("A1")
def test_a_request_without_the_token_of_the_page_is_refused(
    rosa: User, things: dict[str, ProgressUpdate]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(rosa)
    path = reverse("benchmarks:update_review", args=[things[WAITING].pk])
    assert client.post(path, APPROVE).status_code == 403
    assert workflow.State(ProgressUpdate.objects.get(pk=things[WAITING].pk).state) == "submitted"
