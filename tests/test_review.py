"""The queue of reviews and the decision, with every request that should not be."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import hiding, lifecycle, workflow
from benchmarks.models import Benchmark, Change, Comment, ProgressUpdate, StatusEvent, Theme
from tests.administration import signed_in
from tests.make import make_benchmark, make_line, make_organisation, make_update

# session, user; themes and authors to choose from; count and rows; the first to decide on; what was hidden
QUEUE_QUERIES = 8


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, code="TIB-1", title="Access to Tibet")


@pytest.fixture
def update(alice: User, benchmark: Benchmark) -> ProgressUpdate:
    return make_update(alice, benchmark, proposed_rating="initial", narrative="They met.")


def decide(client: Client, update: ProgressUpdate, decision: str, note: str, query: str = "?queue=1") -> Any:
    sent = {"decision": decision, "note": note, "submission": update.submission}
    return client.post(f"/updates/{update.pk}/review/{query}", sent)


def text_of(answer: Any) -> str:
    """The words of a page, as one reads them."""
    body = answer.content.decode().split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#x27;", "'")


def listed(client: Client, query: str = "") -> list[int]:
    """The updates that the queue lists, from the top."""
    page = client.get(f"/review/{query}").content.decode()
    return [int(pk) for pk in re.findall(r'<a href="/updates/(\d+)/[^"]*">', page.split("<tbody")[-1])]


def untouched(update: ProgressUpdate) -> bool:
    now = ProgressUpdate.objects.get(pk=update.pk)
    return now.state == "submitted" and now.reviewer is None and not StatusEvent.objects.exists()


# The queue ------------------------------


def test_the_queue_lists_what_waits_the_oldest_first_with_how_long(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=9), tick=True):
        old = make_update(alice, benchmark, proposed_rating="met")
    new = make_update(alice, benchmark)
    decided = make_update(alice, benchmark)
    workflow.reject(decided, rosa, "No.")
    client = signed_in(rosa)
    assert listed(client) == [old.pk, new.pk]
    page = text_of(client.get("/review/"))
    assert "2 waiting" in page
    assert "9 days" in page
    assert "since today" in page
    assert "no line: a note" in page


def test_own_updates_are_listed_and_somebody_else_decides(
    alice: User, rosa: User, benchmark: Benchmark, update: ProgressUpdate
) -> None:
    own = make_update(rosa, benchmark, proposed_rating="met")
    client = signed_in(rosa)
    assert listed(client) == [update.pk, own.pk]
    page = client.get("/review/").content.decode()
    assert "somebody else decides" in page
    assert f'href="/updates/{own.pk}/"' in page
    assert f'href="/updates/{update.pk}/?queue=1"' in page
    assert 'name="decision"' not in client.get(f"/updates/{own.pk}/?queue=1").content.decode()


@pytest.mark.promise("A2")
def test_nobody_finds_in_the_queue_what_they_may_not_see(
    alice: User, abel: User, rosa: User, benchmark: Benchmark, update: ProgressUpdate
) -> None:
    restricted = make_update(alice, benchmark, audience="restricted", narrative="Tenzin was there.")
    hiding.hide(make_update(alice, benchmark, narrative="Tenzin was there."), by=rosa)
    for user in (abel, rosa):
        assert listed(signed_in(user)) == [update.pk]
        assert listed(signed_in(user), "?q=Tenzin") == []
    assert listed(signed_in(alice)) == [update.pk, restricted.pk]


def test_contributors_read_the_queue_and_viewers_do_not(
    abel: User, victor: User, charlie: User, update: ProgressUpdate
) -> None:
    page = signed_in(abel).get("/review/").content.decode()
    assert "Begin with the oldest" not in page
    assert f'href="/updates/{update.pk}/"' in page
    assert 'href="/review/"' in signed_in(abel).get("/benchmarks/").content.decode()
    assert 'href="/review/"' not in signed_in(victor).get("/benchmarks/").content.decode()
    for user in (victor, charlie):
        assert signed_in(user).get("/review/").status_code == 404


def test_filters_narrow_the_queue(alice: User, abel: User, rosa: User, omar: User) -> None:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    tibet = make_benchmark(alice, themes=[theme], title="Access to Tibet", code="TIB-1")
    other = make_benchmark(alice)
    council = make_organisation(alice)
    rated = make_update(alice, tibet, proposed_rating="met")
    note = make_update(abel, other, narrative="A délégation spoke.")
    stated = make_update(alice, other, proposed_position="noted", addressee=council)
    own = make_update(rosa, other)
    line = make_line(other, alice, omar, "initial")
    taken_back = workflow.propose_withdrawal(line, by=alice, reason="It was wrong.")
    client = signed_in(rosa)
    for query, found in {
        "?theme=tibet": [rated],
        f"?author={abel.pk}": [note],
        "?whose=own": [own],
        "?whose=others": [rated, note, stated, taken_back],
        "?proposes=rating": [rated],
        "?proposes=position": [stated],
        "?proposes=nothing": [note, own, taken_back],
        "?kind=withdrawal": [taken_back],
        "?q=delegation": [note],
        "?q=TIB-1": [rated],
        "?q=Abel": [note],
        "?q=Abel+tibet": [],
        "?kind=assessment&whose=others&proposes=nothing": [note],
    }.items():
        assert listed(client, query) == [each.pk for each in found], query


def test_an_address_that_says_nonsense_is_told_so_and_the_rest_holds(
    rosa: User, update: ProgressUpdate
) -> None:
    answer = signed_in(rosa).get("/review/?theme=nonsense&kind=novel&author=none&q=met")
    assert answer.status_code == 200
    assert "was ignored" in text_of(answer)
    assert listed(signed_in(rosa), "?theme=nonsense&q=met") == [update.pk]
    assert signed_in(rosa).get(f"/updates/{update.pk}/?queue=1&theme=nonsense").status_code == 200


def test_an_empty_queue_says_what_would_fill_it(rosa: User, update: ProgressUpdate) -> None:
    client = signed_in(rosa)
    assert "Nothing that waits matches" in text_of(client.get("/review/?q=nothing-like-it"))
    workflow.reject(update, rosa, "No.")
    assert "Nothing waits for review" in text_of(client.get("/review/"))


def test_a_queue_of_30_costs_as_many_queries_as_one_of_3(
    alice: User, rosa: User, omar: User, django_assert_num_queries: Any
) -> None:
    council = make_organisation(alice)
    client = signed_in(rosa)
    for number in range(30):
        update = make_update(
            alice, make_benchmark(alice), proposed_position="noted", addressee=council, narrative=str(number)
        )
        if number % 3 == 0:
            hiding.hide(update, by=omar)
        if number in (5, 29):
            with django_assert_num_queries(QUEUE_QUERIES):
                client.get("/review/")


# Comparing ------------------------------


def test_the_reviewer_reads_what_stood_and_what_becomes_of_today(
    alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, omar, "no_progress", on=date(2020, 1, 1), narrative="Nobody was let in.")
    update = make_update(
        alice,
        benchmark,
        happened_on=date(2022, 11, 3),
        narrative="Nobody was let in but <one> delegation.",
        proposed_rating="initial",
    )
    answer = signed_in(rosa).get(f"/updates/{update.pk}/?queue=1")
    page = text_of(answer)
    assert "Stood on 3 November 2022 No progress since 1 January 2020" in page
    assert "Proposed, from 3 November 2022 Initial steps changed" in page
    assert "Today's rating changes from No progress to Initial steps ." in page
    assert "<ins>but &lt;one&gt; delegation.</ins>" in answer.content.decode()


@pytest.mark.parametrize(
    ("proposed", "told"),
    [
        (
            {"proposed_rating": "met", "happened_on": date(2019, 1, 1)},
            "a later assessment of 1 January 2020 stands",
        ),
        (
            {"proposed_rating": "initial", "happened_on": date(2021, 1, 1)},
            "It renews freshness, from 1 January 2020 to 1 January 2021",
        ),
        (
            {"happened_on": date(2021, 1, 1)},
            "It adds no line to the status history. Today's rating stays Initial steps.",
        ),
    ],
)
def test_what_becomes_of_today_is_said_in_a_sentence(
    alice: User, rosa: User, omar: User, benchmark: Benchmark, proposed: dict[str, Any], told: str
) -> None:
    make_line(benchmark, alice, omar, "initial", on=date(2020, 1, 1))
    update = make_update(alice, benchmark, **proposed)
    assert told in text_of(signed_in(rosa).get(f"/updates/{update.pk}/"))


def test_a_day_known_to_the_month_stood_at_its_beginning(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    update = make_update(alice, benchmark, happened_on=date(2023, 6, 1), happened_on_precision="month")
    assert "Stood at the beginning of June 2023" in text_of(signed_in(rosa).get(f"/updates/{update.pk}/"))


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
