"""The page on which a benchmark is split, merged or replaced: it shows first what would happen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.models import User
from benchmarks import amendments, drafts, events, lifecycle, succession, verify, workflow
from benchmarks.models import (
    Benchmark,
    Succession,
    Theme,
)
from benchmarks.succession import Outdated
from tests.lineage import agenda, coming, kinds, plan_of
from tests.make import make_benchmark, make_update
from tests.pages import errors, filled, signed_in

REPLACE = Succession.Kind.REPLACE


@pytest.fixture
def old(alice: User) -> Benchmark:
    return make_benchmark(alice, code="OLD-1", title="The old one")


@pytest.fixture
def new(alice: User) -> Benchmark:
    return make_benchmark(alice, code="NEW-1", title="The new one")


@pytest.fixture
def other(alice: User) -> Benchmark:
    return make_benchmark(alice, code="NEW-2", title="The other one", lifecycle="draft")


def succeed(user: User, benchmark: Benchmark, **given: Any) -> Any:
    """Fill in the page and look at what would happen."""
    client, here = signed_in(user), f"{benchmark.get_absolute_url()}succeed/"
    return client.post(here, filled(client.get(here), kind="replace", reason="Better.") | given)


def confirmed(user: User, page: Any, benchmark: Benchmark) -> Any:
    seal = page.context["outlook"].seal
    sent = filled(page, seal=seal)
    return signed_in(user).post(f"{benchmark.get_absolute_url()}succeed/", sent, follow=True)


def test_the_page_shows_what_would_happen_before_it_does(
    old: Benchmark, new: Benchmark, alice: User, ada: User
) -> None:
    make_update(alice, old)
    workflow.request_changes(make_update(alice, old), ada, "Which one?")
    make_update(alice, old, audience="restricted")
    drafts.begin(old, by=alice)
    events.put_on_agenda(coming(alice, title="Summit 30"), old, ask="", by=alice)
    before = kinds()
    page = succeed(ada, old, successors="new-1")
    body = page.content.decode()
    for word in (
        "1 update that waits for review goes back",
        "1 draft or returned update stays",
        "updates and drafts that you may not see, if there are any",
        "Summit 30",
        "NEW-1",
        "is taken off its agenda",
    ):
        assert word in body, word
    assert kinds() == before
    done = confirmed(ada, page, old)
    assert done.redirect_chain == [(old.get_absolute_url(), 302)]
    old.refresh_from_db()
    assert old.lifecycle == "retired"
    assert list(verify.findings()) == []


def test_nobody_confirms_what_they_have_not_read(
    old: Benchmark, new: Benchmark, other: Benchmark, alice: User, ada: User
) -> None:
    page = succeed(ada, old, successors="NEW-1")
    make_update(alice, old)
    again = confirmed(ada, page, old)
    assert "Something changed since you looked" in again.content.decode()
    changed_words = filled(again, seal=again.context["outlook"].seal) | {"reason": "Another reason."}
    here = f"{old.get_absolute_url()}succeed/"
    assert "Something changed" in signed_in(ada).post(here, changed_words).content.decode()
    assert not Succession.objects.exists()
    assert confirmed(ada, again, old).redirect_chain
    with pytest.raises(Outdated):
        succession.carry_out(plan_of(REPLACE, [new], [other]), seal="", by=ada)


def test_whoever_is_put_on_the_agenda_at_the_same_moment_is_not_put_there_twice(
    old: Benchmark, new: Benchmark, alice: User, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = coming(alice)
    events.put_on_agenda(event, old, ask="", by=alice)
    plan = plan_of(REPLACE, [old], [new])
    ahead = succession.outlook(plan, by=ada)
    events.put_on_agenda(event, new, ask="Meanwhile.", by=alice)
    looks = iter([ahead])
    look = succession.outlook
    # The look under the lock does not see yet what the other is about to commit.
    monkeypatch.setattr(succession, "outlook", lambda plan, by: next(looks, None) or look(plan, by=by))
    with pytest.raises(Outdated) as outdated:
        succession.carry_out(plan, seal=ahead.seal, by=ada)
    assert outdated.value.outlook.ends[0].agenda[0].to == ()
    assert agenda(event) == {"OLD-1": ("", 2), "NEW-1": ("Meanwhile.", 2)}
    assert not Succession.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "word"),
    [
        ({"successors": ""}, "successors", "required"),
        ({"successors": "NEW-1, NO-1"}, "successors", "No benchmark has the code “NO-1”"),
        ({"successors": "<script>alert(1)</script>"}, "successors", "No benchmark has the code"),
        ({"successors": "x" * 100_000}, "successors", "at most 2000"),
        ({"successors": "N\x00"}, "successors", "Null"),
        ({"successors": "NEW-1", "kind": "split"}, "successors", "two successors"),
        ({"successors": "NEW-1", "kind": "melt"}, "kind", "valid choice"),
        ({"successors": "NEW-1", "others": "OLD-1 NEW-2"}, "others", "Only a merge"),
        ({"successors": "NEW-1", "reason": " "}, "reason", "required"),
        ({"successors": "NEW-1", "effective_on": "2999-01-01"}, "effective_on", "still to come"),
        ({"successors": "OLD-1"}, "successors", "its own place"),
    ],
)
@pytest.mark.usefixtures("new", "other")
def test_what_the_page_cannot_do_it_says_where_it_stands(
    old: Benchmark, ada: User, given: dict[str, str], field: str, word: str
) -> None:
    page = succeed(ada, old, **given)
    assert page.status_code == 200
    assert word in errors(page)[field][0]
    assert "<script>alert" not in page.content.decode()
    assert not Succession.objects.exists()


def test_two_are_merged_on_the_page(old: Benchmark, new: Benchmark, alice: User, ada: User) -> None:
    make_benchmark(alice, code="OLD-2")
    page = succeed(ada, old, kind="merge", successors="NEW-1", others="old-2; OLD-1")
    assert confirmed(ada, page, old).redirect_chain
    assert Succession.objects.filter(to_benchmark=new, kind="merge").count() == 2


def test_each_code_may_stand_in_an_input_of_its_own(
    old: Benchmark, new: Benchmark, other: Benchmark, ada: User
) -> None:
    page = succeed(ada, old, kind="split", successors=["NEW-1", "", "new-2"])
    assert page.context["outlook"].plan.new == [new, other]
    assert "Split OLD-1" in page.content.decode()
    wrong = succeed(ada, old, kind="split", successors=["NEW-1", "NO-1"])
    assert list(errors(wrong)) == ["successors"]
    assert 'value="NEW-1"' in wrong.content.decode()
    assert 'value="NO-1"' in wrong.content.decode()


def test_the_codes_offered_are_those_one_may_see_and_of_the_same_theme_first(
    old: Benchmark, new: Benchmark, other: Benchmark, alice: User, ada: User
) -> None:
    make_benchmark(alice, code="GONE-1", lifecycle="retired")
    old.themes.add(theme := lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=ada))
    other.themes.add(theme)
    page = signed_in(ada).get(f"{old.get_absolute_url()}succeed/").content.decode()
    assert re.findall('<option value="(.*?)">', page) == ["NEW-2", "NEW-1"]


def test_it_asks_as_often_for_many_updates_and_agendas_as_for_few(
    old: Benchmark, new: Benchmark, alice: User, ada: User, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        make_update(alice, old)
        events.put_on_agenda(coming(alice), old, ask="", by=alice)
    client = signed_in(ada)
    with django_assert_max_num_queries(14):
        client.get(f"{old.get_absolute_url()}retire/")
    given = {"kind": "replace", "reason": "So.", "successors": "NEW-1", "effective_on": "2024-01-01"}
    with django_assert_max_num_queries(18):
        page = client.post(f"{old.get_absolute_url()}succeed/", given)
    assert page.context["outlook"].ends[0].waiting == 12


def test_an_agenda_item_is_still_not_amended_to_be_anothers(
    old: Benchmark, new: Benchmark, alice: User
) -> None:
    item = events.put_on_agenda(coming(alice), old, ask="", by=alice)
    item.benchmark = new
    with pytest.raises(TypeError):
        amendments.amend(item, fields=["benchmark"], by=alice)
