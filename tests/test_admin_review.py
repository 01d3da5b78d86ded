"""Review in the administration: the same rules, one decision at a time, and nothing else is changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import hiding, workflow
from benchmarks.models import Benchmark, ProgressUpdate, StatusEvent
from tests.administration import address, signed_in
from tests.make import make_benchmark, make_line, make_update


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice)


@pytest.fixture
def update(alice: User, benchmark: Benchmark) -> ProgressUpdate:
    return make_update(alice, benchmark, proposed_rating="initial", narrative="They met in Lhasa.")


def change(update: ProgressUpdate) -> str:
    return address(ProgressUpdate, "change", update.pk)


def decide(client: Client, update: ProgressUpdate, decision: str, note: str, **given: Any) -> Any:
    sent = {"decision": decision, "note": note, "submission": update.submission} | given
    return client.post(address(ProgressUpdate, "review", update.pk), sent)


def listed(client: Client, queue: str) -> set[int]:
    page = client.get(address(ProgressUpdate, "changelist"), {"queue": queue})
    return {each.pk for each in page.context["cl"].queryset}


def test_a_reviewer_sees_the_comparison_and_approves(rosa: User, update: ProgressUpdate) -> None:
    client = signed_in(rosa)
    page = client.get(change(update)).content.decode()
    assert "Stood on 1 February 1999" in page
    assert "Today's rating changes from" in page.replace("&#x27;", "'")
    answer = decide(client, update, "approve", "The agency reports it.")
    assert answer["Location"] == address(ProgressUpdate, "changelist") + "?queue=waiting"
    line = StatusEvent.objects.get()
    assert (line.decided_by, str(line.reason), line.rating) == (rosa, "The agency reports it.", "initial")


@pytest.mark.parametrize(
    ("decision", "state"), [("request_changes", "changes_requested"), ("reject", "rejected")]
)
def test_a_reviewer_sends_back_or_rejects(
    rosa: User, update: ProgressUpdate, decision: str, state: str
) -> None:
    decide(signed_in(rosa), update, decision, "When was that?")
    update.refresh_from_db()
    assert (update.state, update.review_note, update.reviewer) == (state, "When was that?", rosa)


@pytest.mark.promise("H3")
def test_nobody_decides_on_an_own_update_here_either(ada: User, rosa: User, benchmark: Benchmark) -> None:
    for user in (ada, rosa):
        own = make_update(user, benchmark, proposed_rating="met")
        client = signed_in(user)
        page = client.get(change(own)).content.decode()
        assert "Somebody else decides this: it is your own." in page
        assert 'name="decision"' not in page
        answer = decide(client, own, "approve", "I know it.")
        assert answer.status_code == 403
        assert "I know it." in answer.content.decode()
        own.refresh_from_db()
        assert own.state == "submitted"
    assert not StatusEvent.objects.exists()


@pytest.mark.promise("H3")
def test_who_comes_late_is_told_and_keeps_the_words(rosa: User, omar: User, update: ProgressUpdate) -> None:
    workflow.approve(update, rosa, "Because.")
    answer = decide(signed_in(omar), update, "reject", "Not enough.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing of yours was recorded." in page
    assert "<bdi>Rosa</bdi> approved it" in page
    assert "Not enough." in page
    assert "Because." in page


@pytest.mark.promise("H3")
def test_what_was_submitted_anew_is_shown_before_it_is_decided(
    alice: User, rosa: User, omar: User, update: ProgressUpdate
) -> None:
    workflow.request_changes(update, omar, "When?")
    update.refresh_from_db()
    read = ProgressUpdate.objects.get(pk=update.pk)
    workflow.submit(update, by=alice)
    answer = decide(signed_in(rosa), read, "approve", "Fine.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "it was submitted anew since you read it" in page
    assert ">\nFine.</textarea>" in page
    assert 'name="submission" value="2"' in page
    assert not StatusEvent.objects.exists()


def test_a_line_needs_a_reason_and_a_refused_form_keeps_its_words(rosa: User, update: ProgressUpdate) -> None:
    client = signed_in(rosa)
    page = decide(client, update, "approve", "  ")
    assert page.status_code == 200
    assert "A line of the status history needs a reason." in page.content.decode()
    page = decide(client, update, "burn", "Nonsense, but mine.")
    assert "Nonsense, but mine." in page.content.decode()
    update.refresh_from_db()
    assert update.state == "submitted"


def test_a_line_that_was_taken_back_meanwhile_is_no_longer_approved(
    alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met")
    first, second = (workflow.propose_withdrawal(line, by=alice, reason=reason) for reason in ("a", "b"))
    workflow.approve(first, rosa, "Yes.")
    client = signed_in(omar)
    assert 'value="approve"' not in client.get(change(second)).content.decode()
    page = decide(client, second, "approve", "Yes, too.").content.decode()
    assert "corrected or withdrawn already" in page
    assert "Yes, too." in page


@pytest.mark.promise("A2")
def test_what_is_hidden_or_restricted_is_not_decided_on_by_who_may_not_see_it(
    alice: User, rosa: User, ada: User, benchmark: Benchmark, update: ProgressUpdate
) -> None:
    hiding.hide(update, by=alice)
    restricted = make_update(alice, benchmark, audience="restricted", narrative="Hidden Name was met.")
    for user in (rosa, ada):
        client = signed_in(user)
        for each in (update, restricted):
            assert client.get(change(each)).status_code == 404
            assert decide(client, each, "reject", "No.").status_code == 404
        assert listed(client, "waiting") == listed(client, "hidden") == set()
    assert set(ProgressUpdate.objects.values_list("state", flat=True)) == {"submitted"}


def test_whoever_has_no_business_in_the_administration_finds_no_form_there(
    alice: User, victor: User, charlie: User, abel: User, update: ProgressUpdate
) -> None:
    for user in (alice, abel, victor, charlie):
        assert decide(signed_in(user), update, "approve", "Yes.").status_code == 404
    assert Client().post(address(ProgressUpdate, "review", update.pk)).status_code == 302
    update.refresh_from_db()
    assert update.state == "submitted"


def test_what_is_decided_is_only_looked_at(rosa: User, omar: User, update: ProgressUpdate) -> None:
    workflow.approve(update, rosa, "Because.")
    client = signed_in(omar)
    page = client.get(change(update)).content.decode()
    assert 'name="decision"' not in page
    assert client.post(change(update), {"narrative": "Other words."}).status_code == 403
    assert client.get(address(ProgressUpdate, "review", update.pk)).status_code == 302


def test_the_queue_filters(alice: User, rosa: User, benchmark: Benchmark, update: ProgressUpdate) -> None:
    own, decided = make_update(rosa, benchmark), make_update(alice, benchmark)
    workflow.reject(decided, rosa, "No.")
    hidden = make_update(rosa, benchmark)
    hiding.hide(hidden, by=rosa)
    client = signed_in(rosa)
    assert listed(client, "waiting") == {update.pk}
    assert listed(client, "mine") == {own.pk, hidden.pk}
    assert listed(client, "hidden") == {hidden.pk}
    assert listed(client, "all") == listed(client, "nonsense") == {update.pk, own.pk, decided.pk, hidden.pk}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "waiting"),
        ("?p=1", "waiting"),
        ("?o=2", "waiting"),
        ("?state__exact=rejected", "decided"),
        ("?q=Lhasa", "all"),
    ],
)
def test_who_opens_the_list_finds_what_waits_for_them_and_who_searches_finds_all(
    alice: User, rosa: User, benchmark: Benchmark, update: ProgressUpdate, query: str, found: str
) -> None:
    own = make_update(rosa, benchmark, narrative="Seen in Lhasa.")
    decided = make_update(alice, benchmark, narrative="Heard in Lhasa.")
    workflow.reject(decided, rosa, "No.")
    page = signed_in(rosa).get(address(ProgressUpdate, "changelist") + query)
    expected = {"waiting": {update}, "decided": {decided}, "all": {update, own, decided}}
    assert set(page.context["cl"].queryset) == expected[found]
    assert page.content.decode().count("waits for my decision") == 1


def test_many_updates_are_not_decided_at_once(ada: User, update: ProgressUpdate) -> None:
    client = signed_in(ada)
    page = client.get(address(ProgressUpdate, "changelist"))
    assert "action-select" not in page.content.decode()
    sent = {"action": "approve", "_selected_action": [update.pk]}
    client.post(address(ProgressUpdate, "changelist"), sent)
    update.refresh_from_db()
    assert update.state == "submitted"


@pytest.mark.promise("A2")
def test_the_reason_of_a_hidden_update_is_withheld_and_not_found_in_the_administration(
    alice: User, rosa: User, omar: User
) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met", reason="A source in Lhasa said so.")
    hiding.hide(line.update, by=alice)
    for person, sees in ((omar, False), (alice, True)):
        told = StatusEvent.objects.telling(person).filter(pk=line.pk)
        assert told.exists() is sees
    client = signed_in(omar)
    page = client.get(f"/admin/benchmarks/statusevent/{line.pk}/change/").content.decode()
    assert "withheld" in page
    assert "Lhasa" not in page
    for model in ("statusevent", "protectedtext"):
        found = client.get(f"/admin/benchmarks/{model}/", {"q": "Lhasa"})
        assert found.context["cl"].result_count == 0
