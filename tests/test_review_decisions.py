"""The decision on an update, with every request that should not be, and the withdrawal of one."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import hiding, workflow
from benchmarks.models import Benchmark, Change, Comment, ProgressUpdate, StatusEvent
from tests.administration import signed_in
from tests.make import make_benchmark, make_line, make_update
from tests.reviewing import decide, listed, text_of, untouched


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, code="TIB-1", title="Access to Tibet")


@pytest.fixture
def update(alice: User, benchmark: Benchmark) -> ProgressUpdate:
    return make_update(alice, benchmark, proposed_rating="initial", narrative="They met.")


# Deciding ------------------------------


@pytest.mark.promise("H3")
def test_approving_adds_the_line_with_its_reason_and_loads_the_next(
    alice: User, rosa: User, benchmark: Benchmark, update: ProgressUpdate
) -> None:
    second, third = make_update(alice, benchmark), make_update(alice, benchmark)
    client = signed_in(rosa)
    answer = decide(client, update, "approve", " The agency reports it. ")
    assert answer["Location"] == f"/updates/{second.pk}/?queue=1"
    line = StatusEvent.objects.get()
    assert (str(line.reason), line.decided_by, line.update) == ("The agency reports it.", rosa, update)
    page = text_of(client.get(answer["Location"]))
    assert "Approved: TIB-1 Access to Tibet. 2 left." in page
    assert "2 waiting" in page
    assert decide(client, third, "reject", "No.")["Location"] == f"/updates/{second.pk}/?queue=1"
    last = client.get(decide(client, second, "approve", "")["Location"])
    assert "Nothing waits for review" in text_of(last)
    assert "Approved: TIB-1" in text_of(last)


def test_the_queue_keeps_its_filters_and_skips_in_a_circle(
    alice: User, abel: User, rosa: User, benchmark: Benchmark
) -> None:
    first, other, last = (make_update(who, benchmark) for who in (alice, abel, alice))
    query = f"?queue=1&author={alice.pk}"
    client = signed_in(rosa)
    page = client.get(f"/updates/{first.pk}/{query}").content.decode()
    assert f'href="/updates/{last.pk}/?queue=1&amp;author={alice.pk}" data-shortcut="n"' in page
    page = client.get(f"/updates/{last.pk}/{query}").content.decode()
    assert f'href="/updates/{first.pk}/?queue=1&amp;author={alice.pk}" data-shortcut="n"' in page
    assert decide(client, last, "reject", "No.", query)["Location"] == f"/updates/{first.pk}/{query}"
    answer = decide(client, first, "reject", "No.", query)
    assert answer["Location"] == f"/review/?author={alice.pk}"
    assert listed(client) == [other.pk]


def test_changes_are_requested_and_the_note_stays_in_the_discussion(
    alice: User, rosa: User, update: ProgressUpdate
) -> None:
    decide(signed_in(rosa), update, "request_changes", "When was that?")
    update.refresh_from_db()
    assert (update.state, update.reviewer, update.review_note) == (
        "changes_requested",
        rosa,
        "When was that?",
    )
    assert Comment.objects.get().decision == "changes_requested"
    assert "requested changes" in text_of(signed_in(alice).get(f"/updates/{update.pk}/"))


@pytest.mark.parametrize(
    ("decision", "note", "told"),
    [
        ("approve", "", "A line of the status history needs a reason."),
        ("approve", "   ", "A line of the status history needs a reason."),
        ("request_changes", "", "Say why: its author reads it, and cannot guess."),
        ("reject", "\n", "Say why: its author reads it, and cannot guess."),
        ("burn", "My own words.", "Select a valid choice."),
        ("", "My own words.", "This field is required."),
        ("approve", "My own words." + "x" * 5000, "at most 5000 characters"),
        ("approve", "My own words.\0", "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_told_and_every_word_kept(
    rosa: User, update: ProgressUpdate, decision: str, note: str, told: str
) -> None:
    answer = decide(signed_in(rosa), update, decision, note)
    page = answer.content.decode()
    assert told in page
    assert "Nothing was decided yet:" in page
    assert note.strip("\0") in page
    assert untouched(update)


def test_a_note_without_a_line_needs_no_reason_to_be_approved(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    note = make_update(alice, benchmark)
    decide(signed_in(rosa), note, "approve", "")
    note.refresh_from_db()
    assert note.state == "approved"


# Requests that should not be ------------------------------


@pytest.mark.promise("H3")
@pytest.mark.parametrize("decision", ["approve", "request_changes", "reject"])
def test_nobody_decides_on_an_own_update(rosa: User, ada: User, benchmark: Benchmark, decision: str) -> None:
    for user in (rosa, ada):
        own = make_update(user, benchmark, proposed_rating="met")
        changes = Change.objects.count()
        client = signed_in(user)
        for _tab in (1, 2):
            answer = decide(client, own, decision, "I know it.")
            assert answer.status_code == 403
            assert "I know it." in text_of(answer)
        assert untouched(own)
        assert Change.objects.count() == changes


@pytest.mark.promise("A1")
def test_only_reviewers_decide(
    alice: User, abel: User, victor: User, charlie: User, update: ProgressUpdate
) -> None:
    for user, status in [(abel, 403), (alice, 403), (victor, 404), (charlie, 404)]:
        assert decide(signed_in(user), update, "approve", "Because.").status_code == status, user
    assert decide(Client(), update, "approve", "Because.").status_code == 302
    assert untouched(update)


@pytest.mark.promise("A3")
@pytest.mark.parametrize(("role", "status"), [("contributor", 403), ("viewer", 404), ("", 404)])
def test_a_reviewer_whose_role_was_taken_decides_nothing_any_more(
    rosa: User, update: ProgressUpdate, role: str, status: int
) -> None:
    client = signed_in(rosa)
    client.get(f"/updates/{update.pk}/")
    User.objects.filter(pk=rosa.pk).update(role=role)
    assert decide(client, update, "approve", "Because.").status_code == status
    assert untouched(update)


@pytest.mark.promise("A2")
def test_of_what_is_restricted_or_hidden_there_is_nothing_to_decide(
    alice: User, rosa: User, ada: User, benchmark: Benchmark, update: ProgressUpdate
) -> None:
    restricted = make_update(alice, benchmark, audience="restricted", narrative="Tenzin was there.")
    hiding.hide(update, by=alice)
    unknown = ProgressUpdate(pk=10**9, submission=1)
    for user in (rosa, ada):
        told = set()
        for each in (restricted, update, unknown):
            answer = decide(signed_in(user), each, "reject", "My own words.")
            assert answer.status_code == 404
            assert "My own words." in text_of(answer)
            told.add(text_of(answer))
        assert len(told) == 1
    assert untouched(restricted)


@pytest.mark.promise("A2")
def test_a_reader_who_reviews_does_not_decide_on_what_is_hidden(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    update = make_update(alice, benchmark, readers=[rosa])
    hiding.hide(update, by=alice)
    answer = decide(signed_in(rosa), update, "approve", "Because.")
    assert answer.status_code == 403
    assert "Because." in text_of(answer)
    assert untouched(update)


@pytest.mark.promise("H3")
@pytest.mark.parametrize(
    ("first", "said"),
    [("approve", "approved it"), ("reject", "rejected it"), ("request_changes", "requested changes")],
)
def test_who_comes_late_is_told_who_decided_what_and_why(
    rosa: User, omar: User, update: ProgressUpdate, first: str, said: str
) -> None:
    late = signed_in(omar)
    late.get(f"/updates/{update.pk}/?queue=1")
    decide(signed_in(rosa), update, first, "Rosa's reason.")
    changes = Change.objects.count()
    for decision, note in [("approve", "Omar's reason."), ("reject", "Omar's reason."), ("approve", "")]:
        answer = decide(late, update, decision, note)
        page = text_of(answer)
        assert answer.status_code == 409
        assert "Nothing of yours was recorded." in page
        assert f"Rosa {said}, {timezone.localdate().day} " in page
        assert "Rosa's reason." in page
        assert note in page
    assert Change.objects.count() == changes


@pytest.mark.promise("H3")
def test_in_a_second_window_one_is_told_of_ones_own_decision(rosa: User, update: ProgressUpdate) -> None:
    client = signed_in(rosa)
    decide(client, update, "approve", "Because.")
    answer = decide(client, update, "reject", "No.")
    assert answer.status_code == 409
    assert "You have decided on this update already" in text_of(answer)


@pytest.mark.promise("H4")
def test_what_was_submitted_anew_is_read_first_and_the_reason_kept(
    alice: User, rosa: User, omar: User, update: ProgressUpdate
) -> None:
    client = signed_in(rosa)
    client.get(f"/updates/{update.pk}/")
    workflow.request_changes(update, omar, "When?")
    ProgressUpdate.objects.filter(pk=update.pk).update(narrative="They met in May.")
    workflow.submit(update, by=alice)
    answer = decide(client, update, "approve", "Rosa's reason.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "it was submitted anew since you read it" in page
    assert "They met in May." in page
    assert ">\nRosa&#x27;s reason.</textarea>" in page
    assert 'name="submission" value="2"' in page
    assert not StatusEvent.objects.exists()
    again = ProgressUpdate.objects.get(pk=update.pk)
    assert decide(client, again, "approve", "Rosa's reason.").status_code == 302
    assert StatusEvent.objects.count() == 1


def test_what_its_author_took_back_is_told_and_the_reason_kept(
    alice: User, rosa: User, update: ProgressUpdate
) -> None:
    client = signed_in(rosa)
    workflow.withdraw(update, by=alice)
    answer = decide(client, update, "approve", "Rosa's reason.")
    assert answer.status_code == 409
    assert "Alice withdrew this update meanwhile." in re.sub(r" +", " ", text_of(answer))
    assert "Rosa's reason." in text_of(answer)
    workflow.reopen(update, by=alice)
    answer = decide(client, update, "approve", "Rosa's reason.")
    assert answer.status_code == 404
    assert "Rosa's reason." in text_of(answer)


# Withdrawing an approval ------------------------------


@pytest.mark.promise("H3")
def test_an_approval_is_withdrawn_by_one_and_confirmed_by_another(
    alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, omar, "met", reason="All travel freely.")
    client = signed_in(rosa)
    page = client.get(f"/benchmarks/{benchmark.slug}/").content.decode()
    assert f"/lines/{line.pk}/withdraw/" in page
    asked = client.get(f"/lines/{line.pk}/withdraw/")
    assert "All travel freely." in text_of(asked)
    answer = client.post(f"/lines/{line.pk}/withdraw/", {"reason": "It was another valley."})
    update = ProgressUpdate.objects.get(kind="withdrawal")
    assert answer["Location"] == f"/updates/{update.pk}/"
    benchmark.refresh_from_db()
    assert benchmark.rating == "met"
    assert decide(client, update, "approve", "Yes.").status_code == 403
    page = text_of(signed_in(omar).get(f"/updates/{update.pk}/?queue=1"))
    assert "If the withdrawal is confirmed Not yet assessed changed" in page
    assert "Today's rating changes from Met to Not yet assessed" in page
    decide(signed_in(omar), update, "approve", "So it was.")
    benchmark.refresh_from_db()
    assert benchmark.rating == "unassessed"
    gone = client.get(f"/lines/{line.pk}/withdraw/")
    assert gone.status_code == 409
    assert "This line was taken back already: Omar decided so" in re.sub(r" +", " ", text_of(gone))
    again = client.post(f"/lines/{line.pk}/withdraw/", {"reason": "Once more."})
    assert again.status_code == 409
    assert ProgressUpdate.objects.filter(kind="withdrawal").count() == 1
    withdrawal = StatusEvent.objects.get(kind="withdrawal")
    assert client.get(f"/lines/{withdrawal.pk}/withdraw/").status_code == 409


def test_a_withdrawal_that_is_proposed_already_is_shown_and_not_proposed_twice(
    alice: User, abel: User, rosa: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met")
    update = workflow.propose_withdrawal(line, by=alice, reason="Wrong.")
    page = signed_in(abel).get(f"/lines/{line.pk}/withdraw/").content.decode()
    assert f'href="/updates/{update.pk}/"' in page
    assert "<textarea" not in page


def test_a_withdrawal_needs_a_reason_and_keeps_what_was_typed(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met")
    client = signed_in(alice)
    assert "Nothing was proposed yet:" in text_of(client.post(f"/lines/{line.pk}/withdraw/", {"reason": " "}))
    long = "My own words." + "x" * 5000
    assert long in client.post(f"/lines/{line.pk}/withdraw/", {"reason": long}).content.decode()
    assert not ProgressUpdate.objects.filter(kind="withdrawal").exists()


@pytest.mark.promise("A1")
def test_viewers_and_outsiders_withdraw_nothing(
    alice: User, rosa: User, victor: User, charlie: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met")
    assert (
        f"/lines/{line.pk}/" not in signed_in(victor).get(f"/benchmarks/{benchmark.slug}/").content.decode()
    )
    for user, status in [(victor, 403), (charlie, 404)]:
        client = signed_in(user)
        assert client.get(f"/lines/{line.pk}/withdraw/").status_code == status
        assert client.post(f"/lines/{line.pk}/withdraw/", {"reason": "No."}).status_code == status
    assert Client().get(f"/lines/{line.pk}/withdraw/").status_code == 302
    assert signed_in(alice).get("/lines/0/withdraw/").status_code == 404
    assert not ProgressUpdate.objects.filter(kind="withdrawal").exists()
