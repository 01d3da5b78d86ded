"""How many benchmarks each choice of a filter would show: asked for apart from the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from benchmarks import events
from benchmarks.models import Benchmark
from tests.listed import make_mixed
from tests.make import make_benchmark, make_event, make_letter, make_person, make_recommendation
from tests.pages import shown

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

Counts = dict[str, dict[str, int]]

# session, user; themes, addressees, owners, letters and events to choose from; one a filter but for the words
COUNT_QUERIES = 2 + 5 + 10


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def mixed(alice: User, rosa: User) -> None:
    make_mixed(alice, rosa)


def counts(client: Client, **query: str) -> Counts:
    response = client.get("/benchmarks/counts/", query)
    assert response.status_code == 200
    found: Counts = response.json()
    return found


@pytest.mark.usefixtures("mixed")
def test_each_choice_says_how_many_it_would_show(reader: Client, alice: User, rosa: User) -> None:
    found = counts(reader, theme="tibet")
    assert found["lifecycle"] == {"active": 2, "retired": 1, "any": 3}
    assert found["theme"] == {"dialogue": 3, "tibet": 2}
    assert found["addressee"] == {"commission": 1, "council": 2}
    assert found["rating"]["met"] == 1
    assert found["rating"]["no_progress"] == 0
    assert found["position"] == {"not_stated": 2} | dict.fromkeys(
        ("accepted", "accepted_in_part", "noted", "rejected", "differs"), 0
    )
    assert found["freshness"] == {"current": 1, "due": 1, "stale": 0, "never_assessed": 0}
    assert found["due"] == {"overdue": 0, "30": 1, "90": 1, "none": 1}
    assert found["owner"] == {"me": 0, "nobody": 0, "left": 0, str(alice.pk): 1, str(rosa.pk): 1}


@pytest.mark.usefixtures("mixed")
def test_each_number_is_what_the_choice_then_shows(client: Client, alice: User, rosa: User) -> None:
    """For every choice of every filter, beside each of several others."""
    letter, event = make_letter(alice, slug="letter"), make_event(alice, slug="event")
    for benchmark in Benchmark.objects.order_by("pk")[:3]:
        make_recommendation(alice, letter, benchmark)
        make_recommendation(alice, letter, benchmark)
        events.put_on_agenda(event, benchmark, ask="", by=alice)
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    client.force_login(alice)
    for other in (
        {},
        {"lifecycle": "any"},
        {"theme": "dialogue", "q": "e"},
        {"owner": "left"},
        {"letter": "letter"},
    ):
        found = counts(client, **other)
        assert set(found) >= {"letter", "event", "owner", "due"}
        for name, numbers in found.items():
            for value, number in numbers.items():
                assert number == len(shown(client, **other | {name: value})), (other, name, value)


@pytest.mark.promise("A2")
def test_nothing_is_counted_that_one_may_not_see(
    client: Client, alice: User, rosa: User, victor: User
) -> None:
    make_mixed(alice, rosa)
    draft = make_benchmark(alice, title="Half an idea", lifecycle="draft", owner=alice)
    event = make_event(alice, slug="event")
    events.put_on_agenda(event, draft, ask="", by=alice)
    make_person(
        alice,
        name="Tashi Hidden",
        audience="restricted",
        readers=[rosa],
        benchmarks=Benchmark.objects.all()[:2],
    )
    client.force_login(victor)
    found = counts(client, lifecycle="any")
    assert "draft" not in found["lifecycle"]
    assert found["lifecycle"]["any"] == 5
    assert found["event"] == {}
    assert sum(counts(client, q="Tashi")["rating"].values()) == 0
    client.force_login(rosa)
    assert counts(client)["lifecycle"]["any"] == 6
    assert sum(counts(client, q="Tashi")["rating"].values()) == 2


@pytest.mark.usefixtures("mixed")
def test_the_page_itself_counts_nothing_but_what_it_found(reader: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = reader.get("/benchmarks/?theme=tibet").content.decode()
    assert not re.search(r"<option[^>]*>[^<]*\(\d+\)</option>", page)
    assert 'data-counts="/benchmarks/counts/"' in page
    counted = [each for each in captured.captured_queries if each["sql"].startswith("SELECT COUNT(")]
    assert len(counted) == 2


@pytest.mark.usefixtures("mixed")
def test_without_a_script_the_same_page_shows_the_numbers(reader: Client) -> None:
    page = reader.get("/benchmarks/?theme=tibet").content.decode()
    assert '<noscript><a href="?theme=tibet&amp;counts=1">Show counts</a></noscript>' in page
    page = reader.get("/benchmarks/?theme=tibet&counts=1").content.decode()
    options = dict(re.findall(r'<option value="(\w+)"[^>]*>(.*?)</option>', page))
    assert options["active"] == "active (2)"
    assert options["any"] == "all (3)"
    assert options["dialogue"] == "Dialogue (3)"
    assert options["no_progress"] == "No progress (0)"
    assert '<option value="" selected>anyone</option>' in page
    assert '<input type="hidden" name="counts" value="1">' in page
    assert "data-counts" not in page
    assert "counts.js" not in page


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    "query", ["theme=%00", "owner=" + "9" * 5000, "columns=evil&page=-1&per_page=x&q=%00"]
)
def test_what_an_address_says_wrong_is_left_out_of_the_counts_too(reader: Client, query: str) -> None:
    response = reader.get(f"/benchmarks/counts/?{query}")
    assert response.status_code == 200
    assert response.json() == counts(reader)


@pytest.mark.usefixtures("mixed")
def test_counting_asks_once_a_filter(
    reader: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    benchmark = Benchmark.objects.order_by("pk")[0]
    make_recommendation(alice, make_letter(alice), benchmark)
    events.put_on_agenda(make_event(alice), benchmark, ask="", by=alice)
    with django_assert_num_queries(COUNT_QUERIES):
        counts(reader, theme="tibet", owner="nobody")
    with django_assert_num_queries(COUNT_QUERIES + 1):
        counts(reader, q="never")
