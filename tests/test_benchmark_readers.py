"""Who sees a benchmark's page, and how much of it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import hiding, workflow
from benchmarks.models import Benchmark
from tests.make import (
    make_benchmark,
    make_line,
    make_link,
    make_person,
    make_update,
)
from tests.pages import marks, words


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice)


# Who sees it ------------------------------


def test_somebody_without_a_role_gets_404(client: Client, charlie: User, benchmark: Benchmark) -> None:
    client.force_login(charlie)
    assert client.get(benchmark.get_absolute_url()).status_code == 404


def test_somebody_not_signed_in_is_asked_to(client: Client, benchmark: Benchmark) -> None:
    assert client.get(benchmark.get_absolute_url())["Location"].startswith("/accounts/login/")


def test_a_draft_exists_for_contributors_only(client: Client, alice: User, victor: User) -> None:
    draft = make_benchmark(alice, lifecycle="draft")
    client.force_login(victor)
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(alice)
    assert "draft" in marks(client, draft)


def test_an_unknown_benchmark_is_404(reader: Client) -> None:
    assert reader.get("/benchmarks/no-such-thing/").status_code == 404


# What is restricted ------------------------------


@pytest.mark.promise("A2")
def test_restricted_evidence_is_seen_by_its_readers_only(
    client: Client, benchmark: Benchmark, alice: User, abel: User, rosa: User, omar: User
) -> None:
    hidden = make_link(title="From the family", audience="restricted")
    make_line(benchmark, alice, rosa, evidence=[make_link(), hidden], readers=[omar])
    for user, sees in ((alice, True), (omar, True), (abel, False), (rosa, False)):
        client.force_login(user)
        page = words(client, benchmark)
        assert ("From the family" in page) is sees, user
        assert ("Evidence (2):" in page) is sees, user
        assert "A statement" in page


@pytest.mark.promise("A2")
def test_a_restricted_update_without_a_line_is_seen_by_its_readers_only(
    client: Client, benchmark: Benchmark, alice: User, abel: User, victor: User, rosa: User
) -> None:
    update = make_update(
        alice, benchmark, narrative="Told in confidence.", audience="restricted", readers=[rosa]
    )
    workflow.approve(update, rosa, "Good to know.")
    for user, sees in ((alice, True), (rosa, True), (abel, False), (victor, False)):
        client.force_login(user)
        assert ("Told in confidence." in words(client, benchmark)) is sees, user


@pytest.mark.promise("A2")
def test_a_restricted_person_is_seen_by_their_readers_only(
    client: Client, benchmark: Benchmark, alice: User, victor: User, rosa: User
) -> None:
    make_person(alice, name="Tashi Hidden", audience="restricted", readers=[rosa], benchmarks=[benchmark])
    for user, sees in ((alice, True), (rosa, True), (victor, False)):
        client.force_login(user)
        page = words(client, benchmark)
        assert ("Tashi Hidden" in page) is sees, user
        assert ("Persons of concern" in page) is sees, user


@pytest.mark.promise("A2")
def test_a_hidden_update_takes_the_reason_of_its_line_with_it(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User, omar: User, ada: User
) -> None:
    line = make_line(
        benchmark,
        alice,
        rosa,
        reason="Her brother told us.",
        narrative="Told by phone.",
        evidence=[make_link(title="A recording")],
        readers=[omar],
    )
    hiding.hide(line.update, by=rosa)
    secrets = ("Her brother told us.", "Told by phone.", "A recording", "Alice", f"update {line.update_id}")
    for user in (victor, rosa, ada):
        client.force_login(user)
        page = words(client, benchmark)
        assert marks(client, benchmark).startswith("No progress"), "the line stands all the same"
        assert "Its reason and the update behind it are withheld" in page
        assert not [each for each in secrets if each in page], user
    for user in (alice, omar):
        client.force_login(user)
        page = words(client, benchmark)
        assert "hidden Only its author and readers see the reason" in page
        assert not [each for each in secrets if each not in page], user


@pytest.mark.promise("A2")
def test_a_line_of_a_hidden_update_is_withheld_on_a_past_day_too(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    line = make_line(benchmark, alice, rosa, on=date(2001, 1, 1), reason="Her brother told us.")
    hiding.hide(line.update, by=rosa)
    client.force_login(victor)
    for query in ("?as_of=2002-01-01", f"?as_of=2002-01-01&known={timezone.now().isoformat()}"):
        page = words(client, benchmark, query.replace("+", "%2B"))
        assert "are withheld" in page
        assert "Her brother" not in page


def test_a_hidden_note_is_gone_for_all_but_its_author_and_readers(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    note = make_update(alice, benchmark, narrative="A meeting took place.")
    workflow.approve(note, rosa, "Noted.")
    hiding.hide(note, by=rosa)
    client.force_login(victor)
    assert "A meeting took place." not in words(client, benchmark)
    client.force_login(alice)
    assert re.search(r"note hidden .*A meeting took place\.", words(client, benchmark))
