"""What was logged and made no line, on a benchmark's page: for whom, marked how, in which order."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import drafts, workflow
from benchmarks.models import Benchmark, ProgressUpdate
from tests.make import make_benchmark, make_line, make_link, make_organisation, make_update
from tests.pages import marks, words


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice)


def beside(client: Client, benchmark: Benchmark, user: User, query: str = "") -> str:
    """What the page says under "Updates not in the status history"; empty where it has no such part."""
    client.force_login(user)
    page = words(client, benchmark, query)
    return page.partition("Updates not in the status history")[2].partition(" Details ")[0].strip()


def test_updates_that_wait_are_for_those_who_work_on_them(
    client: Client, benchmark: Benchmark, alice: User, abel: User, victor: User
) -> None:
    waits = make_update(alice, benchmark, narrative="Waits.", proposed_rating="met", reason="It was done.")
    told = beside(client, benchmark, abel)
    assert told == (
        f"1 February 1999 submitted proposes: Met It was done. Waits. logged by Alice · update {waits.pk}"
    )
    assert marks(client, benchmark).startswith("Not yet assessed")
    assert beside(client, benchmark, victor) == ""


def test_what_was_sent_back_says_why_and_its_author_may_go_on(
    client: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    update = make_update(alice, benchmark)
    workflow.request_changes(update, rosa, "Name the source.")
    assert "changes requested" in beside(client, benchmark, rosa)
    assert "Continue writing" not in beside(client, benchmark, rosa)
    told = beside(client, benchmark, alice)
    assert re.search(r"decided by Rosa on .*: Name the source\. · update \d+ · Continue writing", told)
    page = client.get(benchmark.get_absolute_url()).content.decode()
    assert f'href="/updates/{update.pk}/edit/"' in page


def test_a_draft_is_its_authors_alone_and_marked_as_theirs(
    client: Client, benchmark: Benchmark, alice: User, abel: User, rosa: User
) -> None:
    draft = drafts.begin(benchmark, by=alice)
    told = beside(client, benchmark, alice)
    assert "no date yet your draft What happened is not written in it yet." in told
    assert "Continue writing" in told
    drafts.keep(draft, {"narrative": ["Half a sentence"]}, by=alice, window="w", version=0)
    assert "your draft Half a sentence logged by Alice" in beside(client, benchmark, alice)
    for other in (abel, rosa):
        assert beside(client, benchmark, other) == ""


def test_what_an_author_types_over_a_returned_update_is_theirs_alone(
    client: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    update = make_update(alice, benchmark, narrative="As submitted.")
    workflow.request_changes(update, rosa, "Name the source.")
    drafts.keep(update, {"narrative": ["Half mended"]}, by=alice, window="w", version=0)
    for user in (alice, rosa):
        told = beside(client, benchmark, user)
        assert "As submitted." in told
        assert "Half mended" not in told


def test_a_note_is_for_all_readers_with_its_evidence(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    note = make_update(alice, benchmark, narrative="A *quiet* meeting.", evidence=[make_link()])
    workflow.approve(note, rosa, "Good to know.")
    told = beside(client, benchmark, victor)
    assert "note A quiet meeting. Evidence: A statement" in told
    assert "decided by Rosa" in told
    assert "Good to know." not in told, "it was said to its author"
    assert "<em>quiet</em>" in client.get(benchmark.get_absolute_url()).content.decode()
    assert "Good to know." in beside(client, benchmark, alice)


def test_what_is_on_its_way_comes_before_notes_and_what_came_to_nothing_is_folded_up(
    client: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    def logged(narrative: str, year: int) -> ProgressUpdate:
        return make_update(alice, benchmark, narrative=narrative, happened_on=date(year, 1, 1))

    workflow.reject(logged("Rejected.", 2024), rosa, "No.")
    workflow.approve(logged("Newer note.", 2023), rosa, "Yes.")
    workflow.approve(logged("Older note.", 2022), rosa, "Yes.")
    workflow.withdraw(logged("Withdrawn.", 2021), by=alice)
    logged("Waiting.", 2001)
    workflow.request_changes(logged("Returned.", 2000), rosa, "Mend.")
    told = beside(client, benchmark, alice)
    found = re.findall(r"(Returned|Waiting|Newer note|Older note|Rejected|Withdrawn)\.", told)
    assert found == ["Returned", "Waiting", "Newer note", "Older note", "Rejected", "Withdrawn"]
    assert "2 rejected or withdrawn" in told


def test_on_a_past_day_only_what_was_approved_is_told(
    client: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    workflow.approve(make_update(alice, benchmark, narrative="Noted."), rosa, "Yes.")
    make_update(alice, benchmark, narrative="Waiting.")
    drafts.begin(benchmark, by=alice)
    told = beside(client, benchmark, alice, "?as_of=2010-01-01")
    assert "Noted." in told
    assert "Waiting." not in told
    assert "your draft" not in told
    assert beside(client, benchmark, alice, "?as_of=1998-01-01") == ""
    assert beside(client, benchmark, alice, "?as_of=2010-01-01&known=2010-01-01") == ""


def test_what_became_a_line_stands_only_there(
    client: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    council = make_organisation(alice)
    make_line(
        benchmark,
        alice,
        rosa,
        narrative="This became a **line**.",
        proposed_position="noted",
        addressee=council,
    )
    assert beside(client, benchmark, alice) == ""
    page = client.get(benchmark.get_absolute_url()).content.decode()
    assert "This became a <strong>line</strong>." in page


def test_no_script_gets_through_what_is_written(
    client: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    nasty = "<script>alert(1)</script> [x](javascript:alert(2))"
    make_line(benchmark, alice, rosa, narrative=nasty, reason=nasty)
    workflow.approve(make_update(alice, benchmark, narrative=nasty), rosa, nasty)
    client.force_login(alice)
    page = client.get(benchmark.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
