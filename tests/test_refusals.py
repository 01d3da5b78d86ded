"""What somebody reads who sees a thing and may not act on it: which role it takes, and whom to ask."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from benchmarks.models import Benchmark
from tests.make import make_benchmark, make_update
from tests.pages import signed_in, text_of


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, slug="here")


def refusal(client: Client, path: str, method: str = "get") -> str:
    answer = getattr(client, method)(path)
    assert answer.status_code == 403
    return text_of(answer)


@pytest.mark.parametrize(
    ("path", "method", "needed"),
    [
        ("/benchmarks/here/log/", "get", "contributor"),
        ("/benchmarks/add/", "get", "contributor"),
        ("/benchmarks/here/edit/", "get", "reviewer"),
        ("/benchmarks/here/publish/", "post", "reviewer"),
        ("/benchmarks/here/retire/", "get", "administrator"),
        ("/benchmarks/here/reinstate/", "post", "administrator"),
    ],
)
def test_who_may_not_act_is_told_the_role_it_needs_and_whom_to_ask(
    benchmark: Benchmark, victor: User, ada: User, path: str, method: str, needed: str
) -> None:
    said = refusal(signed_in(victor), path, method)
    assert f"the role of a{'n' if needed == 'administrator' else ''} {needed}" in said
    assert "Your role is Viewer." in said
    assert "ask: Ada ." in said or "ask: Ada." in said


def test_somebody_elses_update_is_said_to_be_its_authors(
    benchmark: Benchmark, alice: User, abel: User
) -> None:
    update = make_update(alice, benchmark)
    assert "Only its author edits an update" in refusal(signed_in(abel), f"/updates/{update.pk}/edit/")


def test_who_left_is_not_named_as_somebody_to_ask(benchmark: Benchmark, victor: User, ada: User) -> None:
    ada.is_active = False
    ada.save()
    assert "ask:" not in refusal(signed_in(victor), "/benchmarks/add/")
