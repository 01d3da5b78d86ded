"""The filters of the list of benchmarks: what each leaves, what it offers, and what an address says wrong."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import events
from benchmarks.models import Benchmark, Freshness
from tests.listed import make_mixed, told
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_organisation,
    make_recommendation,
)
from tests.pages import shown, tally


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def mixed(alice: User, rosa: User) -> None:
    make_mixed(alice, rosa)


def offered(client: Client, name: str, **query: str) -> list[str]:
    """What one filter offers to choose from, from the top."""
    page = client.get("/benchmarks/", query).content.decode()
    found = re.search(rf'<select name="{name}".*?</select>', page, re.S)
    assert found
    return re.findall(r"<option[^>]*>(.*?)</option>", found[0])


def is_more_open(client: Client, query: str) -> bool:
    page = client.get(f"/benchmarks/?{query}").content.decode()
    return '<details class="more" open>' in page


# What each leaves ------------------------------


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["Fresh", "Nearly due", "Long ago", "Never"]),
        ({"theme": "tibet"}, ["Fresh", "Nearly due"]),
        ({"theme": "dialogue"}, ["Nearly due", "Long ago", "Never"]),
        ({"addressee": "commission"}, ["Nearly due", "Long ago"]),
        ({"rating": "unassessed"}, ["Never"]),
        ({"rating": "no_progress"}, ["Long ago"]),
        ({"freshness": "current"}, ["Fresh"]),
        ({"freshness": "due"}, ["Nearly due"]),
        ({"freshness": "stale"}, ["Long ago"]),
        ({"freshness": "never_assessed"}, ["Never"]),
        ({"lifecycle": "retired"}, ["Given up"]),
        ({"lifecycle": "any", "theme": "tibet"}, ["Fresh", "Nearly due", "Given up"]),
        ({"owner": "nobody"}, ["Long ago", "Never"]),
        ({"due": "overdue"}, ["Long ago"]),
        ({"due": "30"}, ["Nearly due"]),
        ({"due": "90"}, ["Nearly due", "Never"]),
        ({"due": "none"}, ["Fresh"]),
        ({"theme": "dialogue", "addressee": "commission", "rating": "initial"}, ["Nearly due"]),
        ({"theme": "dialogue", "owner": "nobody", "due": "90", "q": "never"}, ["Never"]),
        (
            {"theme": "", "rating": "", "owner": "", "due": "", "q": ""},
            ["Fresh", "Nearly due", "Long ago", "Never"],
        ),
    ],
)
def test_filters_narrow_the_list_together(reader: Client, query: dict[str, str], titles: list[str]) -> None:
    assert shown(reader, **query) == titles


@pytest.mark.usefixtures("mixed")
def test_the_list_is_narrowed_to_what_is_mine_somebodys_or_left_behind(
    client: Client, alice: User, rosa: User
) -> None:
    client.force_login(alice)
    assert shown(client, owner="me") == ["Nearly due"]
    assert shown(client, owner=str(rosa.pk)) == ["Fresh"]
    assert shown(client, owner="left") == []
    assert offered(client, "owner") == ["anyone, or nobody", "me", "nobody", "somebody who left", "Rosa"]
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    assert shown(client, owner="left") == ["Fresh"]
    assert offered(client, "owner")[4:] == []
    assert offered(client, "owner", owner=str(rosa.pk))[4:] == ["Rosa"]


def test_the_position_is_an_axis_of_its_own(reader: Client, alice: User, rosa: User) -> None:
    make_benchmark(alice, title="Silence")
    for title, position in (("Yes", "accepted"), ("No", "rejected")):
        benchmark = make_benchmark(alice, title=title)
        make_line(
            benchmark, alice, rosa, None, proposed_position=position, addressee=make_organisation(alice)
        )
    assert shown(reader, position="accepted") == ["Yes"]
    assert shown(reader, position="not_stated") == ["Silence"]
    assert shown(reader, position="differs") == []


def test_a_letter_leaves_what_it_asks_and_not_what_it_misses(reader: Client, alice: User) -> None:
    asked, missed = make_benchmark(alice, title="Asked"), make_benchmark(alice, title="Missed")
    make_benchmark(alice, title="Neither")
    letter = make_letter(alice, slug="summit", title="Summit letter", dated=date(2023, 6, 1))
    make_recommendation(alice, letter, asked)
    make_recommendation(alice, letter, asked)
    make_recommendation(alice, letter, missed, mode="notes_absence")
    make_letter(alice, title="It asks for nothing")
    assert shown(reader, letter="summit") == ["Asked"]
    assert offered(reader, "letter") == ["any letter, or none", "Summit letter, 1 June 2023"]


def test_an_event_leaves_what_is_on_its_agenda(reader: Client, alice: User) -> None:
    pressed = make_benchmark(alice, title="Pressed")
    make_benchmark(alice, title="Not pressed")
    for slug, day in (("old", date(2020, 1, 1)), ("undated", None), ("new", date(2031, 1, 1))):
        event = make_event(alice, slug=slug, title=slug.capitalize(), starts_on=day)
        events.put_on_agenda(event, pressed, ask="", by=alice)
    make_event(alice, title="Without an agenda")
    assert shown(reader, event="new") == ["Pressed"]
    named = ["any event, or none", "Undated", "New, 1 January 2031", "Old, 1 January 2020"]
    assert offered(reader, "event") == named


@pytest.mark.promise("A2")
def test_a_choice_does_not_tell_of_drafts(client: Client, alice: User, victor: User) -> None:
    draft = make_benchmark(alice, title="Half an idea", lifecycle="draft", owner=alice)
    event = make_event(alice, title="Summit")
    events.put_on_agenda(event, draft, ask="", by=alice)
    client.force_login(victor)
    assert offered(client, "event") == ["any event, or none"]
    assert "Alice" not in offered(client, "owner")
    assert told(client, f"owner={alice.pk}") == [
        f"The filter “owned by” was ignored: there is no “{alice.pk}”."
    ]
    assert offered(client, "lifecycle") == ["active", "retired", "all"]
    client.force_login(alice)
    assert offered(client, "event") == ["any event, or none", "Summit"]
    assert offered(client, "lifecycle") == ["active", "draft", "retired", "all"]


def test_a_select_offers_the_newest_hundred_and_what_is_chosen(reader: Client, alice: User) -> None:
    benchmark = make_benchmark(alice, title="Access")
    for number in range(103):
        day = date(2000, 1, 1) + timedelta(days=number)
        letter = make_letter(alice, slug=f"letter-no-{number}", dated=day)
        make_recommendation(alice, letter, benchmark)
        event = make_event(alice, slug=f"event-no-{number}", starts_on=day)
        events.put_on_agenda(event, benchmark, ask="", by=alice)
    for name in ("letter", "event"):
        assert len(offered(reader, name)) == 1 + 100
        assert len(offered(reader, name, **{name: f"{name}-no-0"})) == 1 + 101
        assert offered(reader, name, **{name: f"{name}-no-0"})[-1].endswith("1 January 2000")
        assert shown(reader, **{name: f"{name}-no-0"}) == ["Access"]


def test_what_is_met_is_never_overdue(reader: Client, alice: User, rosa: User) -> None:
    make_line(make_benchmark(alice, title="Done", due_on=date(2020, 1, 1)), alice, rosa, "met")
    make_benchmark(alice, title="Open", due_on=date(2020, 1, 1))
    make_benchmark(alice, title="Due today", due_on=timezone.localdate())
    assert shown(reader, due="overdue") == ["Open"]
    assert shown(reader, due="30") == ["Due today"]


@pytest.mark.parametrize("days", [0, 105, 106, 107, 119, 120, 121, 400])
def test_freshness_is_filtered_by_as_it_is_shown(reader: Client, alice: User, rosa: User, days: int) -> None:
    """The stored column, the annotation and the model agree at every edge of the interval."""
    day = timezone.localdate() - timedelta(days=days)
    benchmark = make_benchmark(alice, title="Access", review_interval_days=120)
    make_line(benchmark, alice, rosa, "initial", on=day)
    benchmark.refresh_from_db()
    expected = benchmark.freshness_on(timezone.localdate())
    for each in Freshness:
        assert shown(reader, freshness=each.value) == (["Access"] if each == expected else [])
    annotated: Benchmark = Benchmark.objects.with_freshness(timezone.localdate()).get()
    assert annotated.freshness == expected  # type: ignore[attr-defined]


# The sentence ------------------------------


@pytest.mark.usefixtures("mixed")
def test_the_tally_counts_against_all_of_that_lifecycle(reader: Client) -> None:
    assert tally(reader.get("/benchmarks/")) == "4 of 4"
    assert tally(reader.get("/benchmarks/?rating=met")) == "1 of 4"
    assert tally(reader.get("/benchmarks/?rating=met&lifecycle=any")) == "1 of 5"


@pytest.mark.usefixtures("mixed")
def test_the_address_holds_the_whole_state(reader: Client) -> None:
    address = (
        "/benchmarks/?lifecycle=any&theme=tibet&addressee=council&sort=-title&q=e&due=none&position=noted"
    )
    page = reader.get(address).content.decode()
    for chosen in ("any", "tibet", "council", "none", "noted"):
        assert f'<option value="{chosen}" selected>' in page
    assert 'name="q" id="id_q" value="e"' in page
    assert '<input type="hidden" name="sort" value="-title">' in page


@pytest.mark.usefixtures("mixed")
def test_what_is_seldom_used_stays_away_until_it_is_used(reader: Client) -> None:
    assert not is_more_open(reader, "theme=tibet")
    for query in ("owner=me", "due=30", "letter=nonsense"):
        assert is_more_open(reader, query), query


@pytest.mark.usefixtures("mixed")
def test_there_is_a_way_to_clear_what_was_chosen(reader: Client) -> None:
    clear = '<a href="/benchmarks/">Clear</a>'
    assert clear not in reader.get("/benchmarks/").content.decode()
    for query in ("theme=tibet", "sort=-title", "columns=title", "per_page=25"):
        assert clear in reader.get(f"/benchmarks/?{query}").content.decode(), query


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    "query",
    [
        "theme=nonsense",
        "theme=%00",
        "addressee=1'--",
        "rating=great",
        "position=%F0%9F%99%82",
        "freshness=unripe",
        "lifecycle=eternal",
        "owner=%00",
        "owner=0",
        "owner=-1",
        "owner=1.5",
        "owner=%C2%B2",
        f"owner={'9' * 18}",
        f"owner={'9' * 5000}",
        "letter=%00",
        "letter=a'b",
        f"letter={'a' * 5000}",
        "event=%00",
        "event=no-such-event",
        "due=31",
        "due=-30",
        "q=%00",
        f"q={'a' * 201}",
    ],
)
def test_what_an_address_says_wrong_is_told_and_ignored(reader: Client, query: str) -> None:
    response = reader.get(f"/benchmarks/?{query}")
    assert response.status_code == 200
    assert re.search(r"The filter “[a-z ]+” was ignored</a>: \S", response.content.decode())
    assert tally(response) == "4 of 4"


@pytest.mark.usefixtures("mixed")
def test_of_an_address_that_is_half_wrong_the_other_half_holds(reader: Client) -> None:
    assert shown(reader, rating="great", theme="tibet", owner="x", due="30") == ["Nearly due"]
    assert len(told(reader, "rating=great&theme=tibet&owner=x&due=30&columns=evil&per_page=7&sort=evil")) == 5
