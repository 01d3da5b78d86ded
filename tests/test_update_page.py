"""The page of one update: what it shows whom, and the steps it offers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import events, hiding, workflow
from benchmarks.models import Benchmark, ProgressUpdate
from tests.administration import signed_in
from tests.make import make_benchmark, make_event, make_line, make_link, make_organisation, make_update
from tests.reviewing import text_of

# session, user, update, readers, evidence, comments, mentions seen, participants
PAGE_QUERIES = 8
# and the lines before, what was logged then, how many wait, which is next
REVIEW_QUERIES = PAGE_QUERIES + 4


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, title="Access to Tibet", criterion="Diplomats travel freely.")


def told(user: User, update: ProgressUpdate, query: str = "") -> str:
    answer = signed_in(user).get(f"/updates/{update.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_happened_when_and_on_what_evidence(
    alice: User, abel: User, benchmark: Benchmark
) -> None:
    council = make_organisation(alice, name="The Council", short_name="Council")
    update = make_update(
        alice,
        benchmark,
        happened_on=date(2023, 6, 1),
        happened_on_precision="month",
        narrative="A **delegation** went to Lhasa.",
        reason="First visit in years.",
        proposed_rating="initial",
        proposed_position="noted",
        addressee=council,
        evidence=[make_link(title="Press release", publisher="An agency")],
    )
    page = told(abel, update)
    for words in (
        "Access to Tibet",
        "June 2023",
        "<strong>delegation</strong>",
        "First visit in years.",
        "Initial steps",
        "Position of <bdi>Council</bdi>:",
        "Press release",
        "An agency",
        "Diplomats travel freely.",
        "<bdi>Alice</bdi>",
        'dir="auto"',
    ):
        assert words in page, words


def test_an_outcome_says_whether_it_was_raised_and_what_was_answered(
    alice: User, abel: User, benchmark: Benchmark
) -> None:
    event = make_event(alice, title="EU-China summit", starts_on=date(2023, 12, 7))
    item = events.put_on_agenda(event, benchmark, ask="Press for it.", by=alice)
    update = make_update(
        alice, benchmark, agenda_item=item, raised_in_public="no", raised_in_private="yes", answer="*Noted.*"
    )
    page = told(abel, update)
    assert "EU-China summit" in page
    assert "<em>Noted.</em>" in page


@pytest.mark.promise("A2")
def test_viewers_see_approved_updates_only_and_no_discussion(
    alice: User, rosa: User, victor: User, benchmark: Benchmark
) -> None:
    update = make_update(alice, benchmark, proposed_rating="met")
    signed_in(rosa).post(f"/updates/{update.pk}/comment/", {"text": "Is that so?"})
    client = signed_in(victor)
    assert client.get(f"/updates/{update.pk}/").status_code == 404
    workflow.approve(update, rosa, "It is public.")
    page = told(victor, update)
    assert "<bdi>Rosa</bdi> approved it" in page
    assert "It is public." in page
    assert "Is that so?" not in page
    assert "/comment/" not in page
    assert "<form" not in page.split("<main")[1]


@pytest.mark.promise("A2")
def test_restricted_hidden_and_unsubmitted_updates_do_not_exist_for_others(
    alice: User, abel: User, rosa: User, ada: User, victor: User, charlie: User, benchmark: Benchmark
) -> None:
    restricted = make_update(alice, benchmark, audience="restricted", readers=[abel])
    hidden = make_update(alice, benchmark)
    hiding.hide(hidden, by=alice)
    draft = workflow.draft(
        ProgressUpdate(benchmark=benchmark, author=alice, happened_on=date(2020, 1, 1), narrative="x")
    )
    for user in (rosa, ada, victor, charlie):
        client = signed_in(user)
        for update in (restricted, hidden, draft):
            assert client.get(f"/updates/{update.pk}/").status_code == 404, user
    assert "<bdi>Abel</bdi>" in told(abel, restricted)
    assert "A second person has not confirmed that yet." in told(alice, hidden)


def test_the_decision_is_told_with_its_reason(alice: User, rosa: User, benchmark: Benchmark) -> None:
    line = make_line(benchmark, alice, rosa, "met", reason="All travel freely.")
    page = told(alice, line.update)
    assert "All travel freely." in page
    assert f'href="/benchmarks/{benchmark.slug}/#line-{line.pk}"' in page
    note = make_update(alice, benchmark)
    workflow.approve(note, rosa, "Good to know.")
    page = told(alice, note)
    assert "Good to know." in page
    assert "It added no line to the status history." in page
    rejected = make_update(alice, benchmark)
    workflow.reject(rejected, rosa, "No source.")
    page = told(alice, rejected)
    assert "<bdi>Rosa</bdi> rejected it" in page
    assert page.count("No source.") == 1


@pytest.mark.parametrize(
    ("state", "offered", "not_offered"),
    [
        ("draft", ["/edit/", "/discard/"], ["/withdraw/", "/reopen/", "/hide/", "/comment/"]),
        (
            "submitted",
            ["/withdraw/", "/hide/", "/comment/", "/readers/"],
            ["/edit/", "/discard/", "/reopen/"],
        ),
        ("changes_requested", ["/edit/", "/withdraw/"], ["/discard/", "/reopen/"]),
        ("withdrawn", ["/reopen/"], ["/edit/", "/withdraw/", "/discard/"]),
        ("rejected", ["/hide/"], ["/edit/", "/withdraw/", "/discard/", "/reopen/"]),
    ],
)
def test_its_author_is_offered_the_steps_of_its_state(
    alice: User, rosa: User, benchmark: Benchmark, state: str, offered: list[str], not_offered: list[str]
) -> None:
    update = workflow.draft(
        ProgressUpdate(benchmark=benchmark, author=alice, happened_on=date(2020, 1, 1), narrative="They met.")
    )
    if state != "draft":
        workflow.submit(update, by=alice)
    if state == "changes_requested":
        workflow.request_changes(update, rosa, "When?")
    if state == "rejected":
        workflow.reject(update, rosa, "No.")
    if state == "withdrawn":
        workflow.withdraw(update, by=alice)
    page = told(alice, update)
    for step in offered:
        assert f"/updates/{update.pk}{step}" in page, step
    for step in not_offered:
        assert f"/updates/{update.pk}{step}" not in page, step
    assert 'name="decision"' not in page


def test_somebody_elses_update_offers_a_contributor_the_discussion_alone(
    alice: User, abel: User, benchmark: Benchmark
) -> None:
    page = told(abel, make_update(alice, benchmark))
    assert "/comment/" in page
    for step in ("/edit/", "/withdraw/", "/hide/", "/readers/", "/review/?"):
        assert step not in page


def test_what_was_typed_is_no_markup(alice: User, abel: User, benchmark: Benchmark) -> None:
    page = told(abel, make_update(alice, benchmark, narrative="<script>alert(1)</script> [x](javascript:1)"))
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_draft_without_a_day_or_a_word_has_a_page(alice: User, benchmark: Benchmark) -> None:
    from benchmarks import drafts

    page = told(alice, drafts.begin(benchmark, by=alice))
    assert "Nothing is written here yet." in page


@pytest.mark.promise("A2")
def test_the_reason_of_a_hidden_line_is_not_told_beside_what_takes_it_back(
    alice: User, abel: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met", reason="Tenzin saw it.", narrative="Tenzin says so.")
    update = workflow.propose_withdrawal(line, by=abel, reason="It was another valley.")
    assert "Tenzin saw it." in told(omar, update)
    hiding.hide(line.update, by=alice)
    later = make_update(alice, benchmark, proposed_rating="initial")
    for user, page in [(omar, update), (abel, update), (omar, later)]:
        assert "Tenzin" not in told(user, page), user
        assert "withheld" in told(user, page)
    assert "Tenzin" not in signed_in(omar).get(f"/lines/{line.pk}/withdraw/").content.decode()


def test_the_page_takes_few_queries(
    alice: User, abel: User, rosa: User, benchmark: Benchmark, django_assert_num_queries: Any
) -> None:
    make_line(
        benchmark, alice, rosa, "no_progress", proposed_position="noted", addressee=make_organisation(alice)
    )
    update = make_update(
        alice, benchmark, proposed_rating="met", evidence=[make_link(title=str(n)) for n in range(4)]
    )
    for number in range(4):
        signed_in(abel).post(f"/updates/{update.pk}/comment/", {"text": f"{number}, @rosa"})
        make_update(alice, benchmark)
    client = signed_in(abel)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(f"/updates/{update.pk}/")
    client = signed_in(rosa)
    with django_assert_num_queries(REVIEW_QUERIES):
        client.get(f"/updates/{update.pk}/?queue=1")


def test_a_number_beyond_all_numbers_is_not_found(rosa: User) -> None:
    assert signed_in(rosa).get(f"/updates/{10**25}/").status_code == 404
    assert Client().get("/updates/1/").status_code == 302


def test_who_logged_an_update_is_told_that_somebody_else_decides(
    rosa: User, omar: User, benchmark: Benchmark
) -> None:
    own = make_update(rosa, benchmark, proposed_rating="met")
    said = "Somebody else decides this: it is your own."
    assert said in text_of(signed_in(rosa).get(f"/updates/{own.pk}/"))
    assert said not in text_of(signed_in(omar).get(f"/updates/{own.pk}/"))
    workflow.reject(own, omar, "No.")
    assert said not in text_of(signed_in(rosa).get(f"/updates/{own.pk}/"))


def test_the_note_of_what_was_sent_back_is_said_once(alice: User, rosa: User, benchmark: Benchmark) -> None:
    update = make_update(alice, benchmark)
    workflow.request_changes(update, rosa, "Which delegation?")
    for page in (f"/updates/{update.pk}/", f"/updates/{update.pk}/edit/"):
        assert text_of(signed_in(alice).get(page)).count("Which delegation?") == 1, page


def test_every_round_stands_in_the_discussion_once_it_was_submitted_again(
    alice: User, rosa: User, benchmark: Benchmark
) -> None:
    update = make_update(alice, benchmark)
    workflow.request_changes(update, rosa, "Which delegation?")
    workflow.submit(update, by=alice)
    workflow.request_changes(update, rosa, "And when?")
    said = text_of(signed_in(alice).get(f"/updates/{update.pk}/"))
    assert [said.count(each) for each in ("Which delegation?", "And when?")] == [1, 1]
