"""The desk's lists of what is everybody's: the queue, what nobody looks after, what changed, what stands."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role, User
from benchmarks import discussion, events, hiding, workflow
from benchmarks.models import Benchmark, ProgressUpdate
from tests.desk import TODAY, begun, days_ago, latest, page, part, stale, words
from tests.make import (
    make_benchmark,
    make_event,
    make_line,
    make_organisation,
    make_update,
    make_user,
)
from tests.pages import tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, title="Access to Tibet")


# What waits for a reviewer ------------------------------


def test_a_reviewer_finds_how_many_wait_and_since_when_without_their_own(
    client: Client, alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    with days_ago(6):
        make_update(alice, benchmark)
    for _number in range(3):
        make_update(alice, make_benchmark(alice))
    make_update(rosa, benchmark)
    said = part(client, rosa, "Waiting for review")
    assert said.startswith("Waiting for review 4 4 updates, the oldest for 6 days · Open the queue")
    assert said.count("Alice , waits") == 3
    assert "5 updates" in part(client, omar, "Waiting for review")
    assert '<a href="/review/?whose=others">Open the queue</a>' in page(client, rosa)
    assert part(client, alice, "Waiting for review") == ""


def test_a_reviewer_is_told_of_hidden_updates_to_confirm_and_not_what_they_say(
    client: Client, alice: User, rosa: User, omar: User, benchmark: Benchmark
) -> None:
    hiding.hide(make_update(alice, benchmark, narrative="It names a source."), by=rosa)
    assert "1 update was hidden" in words(client, omar)
    assert "It names a source." not in page(client, omar)
    for user in (rosa, alice):
        assert "was hidden" not in words(client, user), user
    update = ProgressUpdate.objects.get()
    hiding.confirm(update, by=omar)
    assert "was hidden" not in words(client, omar)


# What nobody looks after any more ------------------------------


def rows_under(said: str, heading: str) -> list[str]:
    part = re.split(rf"<h[23][^>]*>{heading}", said)[1].split("</ul>")[0]
    return re.findall(r'class="row-title"><a href="[^"]+">(.*?)</a>', part)


def test_stale_and_never_assessed_are_listed_ones_own_first(
    client: Client, alice: User, abel: User, rosa: User
) -> None:
    stale(alice, rosa, "Mine, for long", 300, owner=alice)
    stale(alice, rosa, "Mine, lately", 3, owner=alice)
    make_benchmark(alice, title="Mine, never", owner=alice)
    stale(alice, rosa, "Abel's", 20, owner=abel)
    make_benchmark(alice, title="Nobody's, never")
    stale(alice, rosa, "Fresh enough", -1, owner=alice)
    stale(alice, rosa, "Retired", 30, owner=alice, lifecycle="active")
    Benchmark.objects.filter(title="Retired").update(lifecycle="retired")
    said = page(client, alice)
    assert rows_under(said, "Yours <") == ["Mine, for long", "Mine, lately", "Mine, never"]
    assert rows_under(said, "Others’ <") == ["Abel&#x27;s", "Nobody&#x27;s, never"]
    assert part(client, alice, "Stale and never assessed") == "Stale and never assessed 5"
    for link in (
        '<a href="/benchmarks/?owner=me&amp;freshness=stale">2 of yours stale</a>',
        '<a href="/benchmarks/?owner=me&amp;freshness=never_assessed">1 of yours never assessed</a>',
        '<a href="/benchmarks/?freshness=stale">All 3 stale</a>',
        '<a href="/benchmarks/?freshness=never_assessed">All 2 never assessed</a>',
    ):
        assert link in said, link


def test_many_stale_ones_leave_room_for_what_was_never_assessed(
    client: Client, alice: User, rosa: User
) -> None:
    for number in range(1, 7):
        stale(alice, rosa, f"Stale {number}", number, owner=alice)
        make_benchmark(alice, title=f"Never {number}", owner=alice)
    said = page(client, alice)
    assert rows_under(said, "Yours <") == ["Stale 6", "Stale 5", "Stale 4", "Never 1", "Never 2"]
    assert "6 of yours stale" in said
    assert "6 of yours never assessed" in said


def test_benchmarks_without_an_owner_are_listed_for_somebody_to_take(
    client: Client, alice: User, abel: User, rosa: User
) -> None:
    make_benchmark(alice, title="Abel's", owner=abel)
    make_benchmark(alice, title="Alice's", owner=alice)
    for number in range(6):
        make_benchmark(alice, title=f"Nobody's {number}")
    assert part(client, alice, "Without an owner").startswith("Without an owner 6 ")
    User.objects.filter(pk=abel.pk).update(is_active=False)
    said = page(client, alice)
    assert part(client, alice, "Without an owner").startswith("Without an owner 7 ")
    assert rows_under(said, "Without an owner")[0] == "Abel&#x27;s"
    assert len(rows_under(said, "Without an owner")) == 5
    assert "Abel left" in words(client, alice)
    assert '<a href="/benchmarks/?owner=nobody">6 owned by nobody</a>' in said
    assert '<a href="/benchmarks/?owner=left">1 of somebody who left</a>' in said


def test_where_everything_is_looked_after_it_says_so(client: Client, alice: User, rosa: User) -> None:
    stale(alice, rosa, "Fresh", -50, owner=alice)
    assert "Every active benchmark was assessed within its review interval." in words(client, alice)
    assert part(client, alice, "Without an owner") == ""


# What changed ------------------------------


def test_the_latest_lines_say_what_became_of_what_and_why(
    client: Client, alice: User, rosa: User, victor: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa, "no_progress", on=TODAY - timedelta(days=40), reason="Nobody came.")
    make_line(benchmark, alice, rosa, "initial", on=TODAY, reason="A first visit.")
    make_line(benchmark, alice, rosa, "initial", on=TODAY, reason="Another visit.")
    said = latest(client, victor)
    assert re.search(
        r"Initial steps confirmed, unchanged Another visit\. decided by Rosa .*"
        r"Initial steps from no progress A first visit\. .*"
        r"No progress from not yet assessed Nobody came\. decided by Rosa , holds from ",
        said,
    )


def test_a_backdated_line_is_compared_with_what_stood_then(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    make_line(benchmark, alice, rosa, "met", on=TODAY)
    make_line(benchmark, alice, rosa, "regression", on=TODAY - timedelta(days=500), reason="Long ago.")
    assert "Regression from not yet assessed Long ago." in latest(client, alice)


def test_positions_are_told_by_addressee(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    council, service = (make_organisation(alice, name=name) for name in ("Council", "Service"))
    for organisation, position in ((council, "noted"), (service, "rejected"), (council, "accepted")):
        make_line(benchmark, alice, rosa, None, on=TODAY, proposed_position=position, addressee=organisation)
    said = latest(client, alice)
    assert "Position of Council : accepted from noted" in said
    assert "Position of Service : rejected from not stated" in said


def test_a_line_that_was_taken_back_says_so(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=TODAY)
    withdrawal = workflow.propose_withdrawal(line, by=alice, reason="A mistake.")
    workflow.approve(withdrawal, rosa, "It was one.")
    said = latest(client, alice)
    assert "withdrawal takes back the line of" in said
    assert "taken back since Met" in said


def test_the_reason_of_a_line_whose_update_was_hidden_is_kept_back_too(
    client: Client, alice: User, abel: User, rosa: User, victor: User, benchmark: Benchmark
) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=TODAY, reason="As the monk told.")
    assert "As the monk told." in latest(client, victor)
    hiding.hide(line.update, by=rosa)
    for user in (victor, abel, rosa):
        assert "As the monk told." not in page(client, user), user
        assert "The update behind it is hidden; so is the reason." in latest(client, user)
    assert "As the monk told." in latest(client, alice)


def test_eight_lines_are_shown_and_more_where_asked_for(
    client: Client, alice: User, rosa: User, benchmark: Benchmark
) -> None:
    for _number in range(9):
        make_line(benchmark, alice, rosa, on=TODAY)
    assert page(client, alice).count('class="entry"') == 8
    assert '<a href="?all=lines#lines">Show the last 100</a>' in page(client, alice)
    assert page(client, alice, "?all=lines").count('class="entry"') == 9


# Where everything stands ------------------------------


def test_all_active_benchmarks_are_counted_by_rating_and_by_age_apart(
    client: Client, alice: User, rosa: User, victor: User
) -> None:
    make_line(make_benchmark(alice), alice, rosa, "met", on=TODAY)
    make_line(make_benchmark(alice), alice, rosa, "met", on=TODAY - timedelta(days=170))
    make_line(make_benchmark(alice), alice, rosa, "regression")
    make_benchmark(alice)
    make_benchmark(alice, lifecycle="draft")
    make_benchmark(alice, lifecycle="retired")
    for user in (alice, victor):
        said = part(client, user, "All 4 active benchmarks")
        assert said.endswith(
            "Met 2 Substantial progress 0 Initial steps 0 No progress 0 Regression 1 Not yet assessed 1"
        )
        said = part(client, user, "By the age of their assessment")
        assert said.endswith("current 1 due 1 stale 1 never assessed 1")
    assert 'href="/benchmarks/?rating=regression"' in page(client, victor)
    assert 'href="/benchmarks/?freshness=due"' in page(client, victor)


# Where the links lead ------------------------------


def test_every_number_leads_to_as_many_benchmarks(
    client: Client, alice: User, abel: User, rosa: User
) -> None:
    summit = make_event(alice, slug="summit", starts_on=TODAY + timedelta(days=9))
    for days, owner in ((-50, alice), (-3, abel), (5, rosa), (50, rosa), (80, None)):
        benchmark = stale(alice, rosa, f"Stale since {days}", days, owner=owner)
        events.put_on_agenda(summit, benchmark, ask="", by=alice)
    events.put_on_agenda(summit, make_benchmark(alice, owner=rosa), ask="", by=alice)
    User.objects.filter(pk=abel.pk).update(is_active=False)
    links = re.findall(r'<a [^>]*href="(/benchmarks/\?[^"]+)">([^<]*)</a>', page(client, rosa))
    found = {}
    for address, label in links:
        number = re.search(r"\d+", label)
        if number and "Bring the" not in label:
            response = client.get(address.replace("&amp;", "&"))
            found[label] = (number[0], tally(response).split(" ")[0])
    assert [label for label, (said, shown) in found.items() if said != shown] == []
    assert set(found) >= {
        "1 current",
        "1 due",
        "3 stale",
        "1 never assessed",
        "2 of yours stale",
        "1 of yours never assessed",
        "All 3 stale",
        "1 owned by nobody",
        "1 of somebody who left",
    }


def test_every_link_leads_somewhere(client: Client, alice: User, rosa: User, benchmark: Benchmark) -> None:
    hiding.hide(make_update(alice, benchmark), by=make_user("otto", Role.REVIEWER))
    update = make_update(alice, benchmark)
    discussion.comment(update, "@Rosa?", by=alice)
    begun(rosa, benchmark)
    events.put_on_agenda(make_event(alice, starts_on=TODAY), benchmark, ask="", by=alice)
    addresses = set(re.findall(r'href="(/[^"#]*|\?[^"#]*)', page(client, rosa).split("<main")[1]))
    assert len(addresses) > 12
    for address in addresses:
        path = address if address.startswith("/") else f"/{address}"
        assert client.get(path.replace("&amp;", "&")).status_code == 200, path
