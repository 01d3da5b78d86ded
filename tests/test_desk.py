"""The desk: who has one, what one has under way, and what is restricted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role, User
from benchmarks import discussion, drafts, events, hiding, workflow
from benchmarks.models import Benchmark
from tests.desk import TODAY, begun, days_ago, latest, page, part, sent_back, stale, words
from tests.make import (
    make_benchmark,
    make_event,
    make_line,
    make_organisation,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, title="Access to Tibet")


# Who sees it ------------------------------


def test_everyone_with_a_role_has_a_desk_and_nobody_else(
    client: Client, victor: User, alice: User, rosa: User, ada: User, charlie: User
) -> None:
    assert client.get("/")["Location"] == "/accounts/login/?next=/"
    for user in (victor, alice, rosa, ada):
        assert 'aria-current="page">Desk</a>' in page(client, user)
    client.force_login(charlie)
    assert client.get("/").status_code == 404


def test_a_viewer_finds_what_concerns_a_viewer(
    client: Client, victor: User, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa)
    make_update(alice, benchmark)
    said = words(client, victor)
    assert "Latest in the status history" in said
    assert "The 1 active benchmark" in said
    for theirs in ("For you to do", "Waiting for review", "Log progress", "owner", "Your desk"):
        assert theirs not in said, theirs


# What one has under way ------------------------------


def test_a_draft_shows_what_was_typed_and_how_long_ago(
    client: Client, alice: User, benchmark: Benchmark
) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=20), tick=True):
        draft = begun(alice, benchmark, "A delegation", "A delegation\n\nwas turned away.")
    said = part(client, alice, "Your drafts")
    assert said == "Your drafts 1 Access to Tibet saved 20 minutes ago A delegation was turned away."
    assert f'<a href="/updates/{draft.pk}/edit/">Access to Tibet</a>' in page(client, alice)


def test_an_empty_draft_is_there_too(client: Client, alice: User, benchmark: Benchmark) -> None:
    begun(alice, benchmark)
    assert "saved just now Nothing typed yet" in part(client, alice, "Your drafts")


def test_a_draft_that_two_windows_hold_differently_is_marked(
    client: Client, alice: User, benchmark: Benchmark
) -> None:
    draft = begun(alice, benchmark, "From one window.")
    drafts.keep(draft, {"narrative": ["From another."]}, by=alice, window="two", version=0)
    said = part(client, alice, "Your drafts")
    assert "another window holds other words" in said
    assert "From one window." in said
    assert "From another." not in said


def test_a_draft_that_was_thrown_away_is_gone_until_it_is_restored(
    client: Client, alice: User, benchmark: Benchmark
) -> None:
    draft = begun(alice, benchmark, "A delegation")
    begun(alice, benchmark, "Something else")
    drafts.discard(draft, by=alice)
    assert part(client, alice, "Your drafts").startswith("Your drafts 1 ")
    assert "A delegation" not in words(client, alice)
    drafts.restore(draft, by=alice)
    assert part(client, alice, "Your drafts").startswith("Your drafts 2 ")


def test_what_was_sent_back_says_who_asks_for_what(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    update = sent_back(make_update(alice, benchmark, happened_on=TODAY.replace(day=1)), rosa)
    said = part(client, alice, "Returned to you")
    assert said.startswith("Returned to you 1 Access to Tibet")
    assert "Rosa : “ Which delegation? ” returned just now" in said
    assert f'<a class="step" href="/updates/{update.pk}/edit/">Mend it' in page(client, alice)
    assert f'<a href="/updates/{update.pk}/">Access to Tibet</a>' in page(client, alice)


def test_what_was_mended_and_not_sent_yet_says_so(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    update = sent_back(make_update(alice, benchmark), rosa)
    drafts.keep(update, {"narrative": ["The Polish one."]}, by=alice, window="one", version=0)
    assert "what you mended is saved, just now" in part(client, alice, "Returned to you")


def test_decisions_of_the_last_thirty_days_are_told_with_who_made_them(
    client: Client, alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    with days_ago(31):
        workflow.reject(make_update(alice, benchmark), rosa, "Long ago.")
    with days_ago(3):
        workflow.reject(make_update(alice, benchmark), omar, "It is logged already.")
    make_line(benchmark, alice, rosa)
    said = part(client, alice, "Decided in the last 30 days")
    assert said.startswith("Decided in the last 30 days 2 approved Access to Tibet")
    assert "by Rosa , just now rejected" in said
    assert "by Omar , 3 days ago “ It is logged already. ”" in said


def test_only_what_is_ones_own_stands_on_ones_desk(
    client: Client, alice: User, abel: User, rosa: User, benchmark: Benchmark
) -> None:
    begun(abel, benchmark, "Abel's own words.")
    sent_back(make_update(abel, benchmark), rosa)
    make_line(benchmark, abel, rosa)
    make_update(abel, benchmark)
    assert "Abel's own words" not in words(client, alice)
    for heading in ("Your drafts", "Returned to you", "Decided in", "Yours that wait"):
        assert part(client, alice, heading) == "", heading
        assert part(client, abel, heading), heading


def test_what_waits_says_how_long_the_longest_first(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    with days_ago(6):
        make_update(alice, benchmark)
    with days_ago(0, hours=3):
        make_update(alice, make_benchmark(alice, title="Releases"))
    said = part(client, alice, "Yours that wait for review")
    assert re.search(r"review 2 Access to Tibet .*waits 6 days Releases .*waits 3 hours$", said)


def test_what_waits_and_was_hidden_says_why_nobody_decides(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    hiding.hide(make_update(alice, benchmark), by=rosa)
    assert "is hidden: nobody decides on it" in part(client, alice, "Yours that wait for review")


def test_whoever_is_asked_for_finds_it_until_they_have_looked(
    client: Client, alice: User, abel: User, benchmark: Benchmark
) -> None:
    update = make_update(alice, benchmark)
    discussion.comment(update, "@Abel, were you there?", by=alice)
    said = part(client, abel, "You are asked for")
    assert re.search(r"1 Access to Tibet just now Alice : “ @Abel, were you there\? ”$", said)
    assert part(client, alice, "You are asked for") == ""
    discussion.seen(update, by=abel)
    assert part(client, abel, "You are asked for") == ""


@pytest.mark.parametrize("name", ["drafts", "returned", "waiting", "decided"])
def test_a_long_list_shows_five_says_how_many_and_leads_to_the_rest(
    client: Client, alice: User, rosa: User, benchmark: Benchmark, name: str
) -> None:
    for _number in range(7):
        if name == "drafts":
            begun(alice, benchmark)
        elif name == "decided":
            make_line(benchmark, alice, rosa)
        else:
            update = make_update(alice, benchmark)
            if name == "returned":
                sent_back(update, rosa)

    def rows(said: str) -> int:
        return said.split(f'id="{name}"')[1].split("</ul>")[0].count("<li>")

    short = page(client, alice)
    assert (rows(short), re.search(rf'id="{name}">[^<]+<span class="count">7<', short) is None) == (5, False)
    assert f'<a href="?all={name}#{name}">Show all 7</a>' in short
    long = page(client, alice, f"?all={name}")
    assert rows(long) == 7
    assert f'<a href="/#{name}">Show fewer</a>' in long


def test_an_unknown_list_in_the_address_changes_nothing(client: Client, alice: User) -> None:
    assert words(client, alice, "?all=everything") == words(client, alice)


def test_how_much_there_is_stands_at_the_top(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    sent_back(make_update(rosa, benchmark), make_user("otto", Role.REVIEWER))
    update = make_update(alice, benchmark)
    discussion.comment(update, "@Rosa?", by=alice)
    begun(rosa, benchmark)
    jumps = page(client, rosa).split('class="jumps"')[1].split("</ul>")[0]
    assert re.findall(r'href="#([\w-]+)">(.*?)<', jumps) == [
        ("returned", "1 returned to you"),
        ("mentions", "1 comment asks for you"),
        ("drafts", "1 draft"),
        ("to-review", "1 to review"),
    ]


# A desk with nothing on it ------------------------------


def test_a_new_colleague_is_told_what_will_stand_here_and_what_to_do_first(
    client: Client, abel: User, benchmark: Benchmark
) -> None:
    said = words(client, abel)
    assert "Here will stand your drafts as you left them" in said
    assert '<a href="/benchmarks/">Choose a benchmark</a>' in page(client, abel)
    assert "For you to do" not in said


def test_whoever_has_done_everything_is_told_so(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    with days_ago(60):
        make_line(benchmark, alice, rosa)
    assert "Nothing of yours is open" in words(client, alice)
    assert "Here will stand your drafts" not in words(client, alice)


def test_a_desk_before_there_is_anything_says_what_will_be(client: Client, alice: User, rosa: User) -> None:
    said = words(client, rosa)
    assert "No event is planned" in said
    assert "No active benchmark is kept here yet." in said
    assert "A line stands here once" in said
    assert "Nothing of others waits for you." in said


# Restricted things ------------------------------

CANARY = "canary-7f3a"


@pytest.mark.promise("A2")
def test_restricted_things_neither_show_nor_count_for_who_may_not_read_them(
    client: Client, alice: User, abel: User, rosa: User, omar: User, ada: User, victor: User
) -> None:
    benchmark = make_benchmark(alice)
    everybody = (abel, rosa, omar, ada, victor)
    before = {user.pk: words(client, user) for user in everybody}
    secret = make_update(alice, benchmark, narrative=CANARY, audience="restricted", readers=[omar])
    discussion.comment(secret, f"{CANARY} @Omar", by=alice)
    begun(alice, benchmark, CANARY)
    for user in (abel, rosa, ada, victor):
        assert words(client, user) == before[user.pk], user
    assert "Waiting for review 1 " in words(client, omar)
    assert CANARY in part(client, omar, "You are asked for")
    assert "restricted" in part(client, alice, "Yours that wait for review")


@pytest.mark.promise("A2")
def test_what_is_hidden_stops_counting_as_waiting(
    client: Client, alice: User, rosa: User, omar: User
) -> None:
    update = make_update(alice, make_benchmark(alice), narrative=CANARY)
    discussion.comment(update, f"{CANARY} @Omar", by=alice)
    assert "Waiting for review 1 " in words(client, omar)
    hiding.hide(update, by=rosa)
    assert "Waiting for review 0 " in words(client, omar)
    assert CANARY not in page(client, omar)
    assert part(client, omar, "You are asked for") == ""


@pytest.mark.promise("A2")
def test_viewers_learn_nothing_of_draft_benchmarks(
    client: Client, alice: User, rosa: User, victor: User
) -> None:
    before = words(client, victor)
    benchmark = make_benchmark(alice, lifecycle="draft", title=CANARY)
    make_line(benchmark, alice, rosa, reason=CANARY)
    assert words(client, victor) == before
    assert CANARY in latest(client, alice)


# How much it asks of the database ------------------------------


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.REVIEWER])
def test_the_desk_takes_as_many_queries_whatever_it_holds(
    client: Client,
    alice: User,
    rosa: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    role: Role,
) -> None:
    me = make_user("marta", role)
    event = make_event(alice, starts_on=TODAY + timedelta(days=3))
    council = make_organisation(alice)
    for number in range(4):
        benchmark = stale(alice, rosa, f"Stale {number}", 3, owner=me if number % 2 else None)
        events.put_on_agenda(event, benchmark, ask="Now.", by=alice)
        make_line(benchmark, alice, rosa, "met", on=TODAY, proposed_position="noted", addressee=council)
        events.put_on_agenda(event, make_benchmark(alice, owner=alice), ask="", by=alice)
        update = make_update(alice, benchmark)
        discussion.comment(update, "@Marta?", by=alice)
        hiding.hide(make_update(alice, benchmark), by=rosa)
        if role != Role.VIEWER:
            begun(me, benchmark, "Typed.")
            sent_back(make_update(me, benchmark), rosa)
            make_line(benchmark, me, rosa)
            make_update(me, benchmark)
    client.force_login(me)
    with django_assert_max_num_queries(15):
        client.get("/")
    with django_assert_max_num_queries(15):
        client.get("/?all=drafts")
