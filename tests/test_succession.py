"""Benchmarks are split, merged and replaced by others, and coming agendas go with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from benchmarks import events, succession, verify
from benchmarks.models import (
    Benchmark,
    PersonMention,
    Succession,
)
from tests.lineage import DAY, agenda, carry_out, coming, kinds, plan_of
from tests.make import make_benchmark, make_event, make_line, make_person, make_update
from tests.pages import signed_in, words

SPLIT, MERGE, REPLACE = Succession.Kind.SPLIT, Succession.Kind.MERGE, Succession.Kind.REPLACE


@pytest.fixture
def old(alice: User) -> Benchmark:
    return make_benchmark(alice, code="OLD-1", title="The old one")


@pytest.fixture
def new(alice: User) -> Benchmark:
    return make_benchmark(alice, code="NEW-1", title="The new one")


@pytest.fixture
def other(alice: User) -> Benchmark:
    return make_benchmark(alice, code="NEW-2", title="The other one", lifecycle="draft")


# Split, merged, replaced ------------------------------


def test_a_split_is_one_change_with_a_line_for_each_successor(
    old: Benchmark, new: Benchmark, other: Benchmark, alice: User, rosa: User, ada: User
) -> None:
    make_line(old, alice, rosa, "met")
    carry_out(plan_of(SPLIT, [old], [new, other]), ada)
    lines = Succession.objects.order_by("pk")
    assert [(each.from_benchmark, each.to_benchmark, each.kind) for each in lines] == [
        (old, new, "split"),
        (old, other, "split"),
    ]
    assert len({each.change_id for each in lines}) == 1
    assert {(each.effective_on, str(each.reason)) for each in lines} == {(DAY, "It says it better.")}
    for benchmark in (old, new, other):
        benchmark.refresh_from_db()
    assert (old.lifecycle, new.lifecycle, other.lifecycle) == ("retired", "active", "draft")
    assert old.retirement_reason == "This benchmark was split into NEW-1 and NEW-2: It says it better."
    assert (old.rating, new.rating, other.rating) == ("met", "unassessed", "unassessed")
    assert kinds()[-2:] == ["benchmark_succeeded", "benchmark_retired"]
    assert list(verify.findings()) == []


def test_a_merge_ends_all_that_go_into_one(old: Benchmark, new: Benchmark, alice: User, ada: User) -> None:
    third = make_benchmark(alice, code="OLD-2")
    carry_out(plan_of(MERGE, [old, third], [new]), ada)
    assert set(Succession.objects.values_list("from_benchmark", "to_benchmark")) == {
        (old.pk, new.pk),
        (third.pk, new.pk),
    }
    assert set(Benchmark.objects.filter(lifecycle="retired")) == {old, third}
    assert list(verify.findings()) == []


def test_lineage_shows_on_both_pages(old: Benchmark, new: Benchmark, victor: User, ada: User) -> None:
    carry_out(plan_of(REPLACE, [old], [new]), ada)
    assert "successor" in words(signed_in(victor), old)
    assert "The new one" in words(signed_in(victor), old)
    assert "predecessor" in words(signed_in(victor), new)
    assert "The old one" in words(signed_in(victor), new)


def test_what_ends_may_stay_active_beside_its_successors(
    old: Benchmark, new: Benchmark, alice: User, ada: User
) -> None:
    event = coming(alice)
    events.put_on_agenda(event, old, ask="Press.", by=alice)
    carry_out(plan_of(REPLACE, [old], [new], retires=False), ada)
    old.refresh_from_db()
    assert (old.lifecycle, old.retirement_reason) == ("active", "")
    assert agenda(event) == {"OLD-1": ("Press.", 2), "NEW-1": ("Press.", 2)}


def test_what_was_retired_before_may_still_be_said_to_have_a_successor(
    old: Benchmark, new: Benchmark, ada: User
) -> None:
    succession.retire(old, reason="Earlier.", by=ada)
    carry_out(plan_of(REPLACE, [old], [new]), ada)
    old.refresh_from_db()
    assert old.retirement_reason == "Earlier."
    assert Succession.objects.count() == 1


def test_the_reason_of_a_split_is_what_the_authors_read(
    old: Benchmark, new: Benchmark, other: Benchmark, alice: User, ada: User
) -> None:
    update = make_update(alice, old)
    carry_out(plan_of(SPLIT, [old], [new, other]), ada)
    update.refresh_from_db()
    assert update.review_note == "This benchmark was split into NEW-1 and NEW-2: It says it better."
    assert (update.state, update.benchmark) == ("changes_requested", old)


# Agendas ------------------------------


def test_coming_agenda_items_pass_to_the_successors_with_ask_and_priority(
    old: Benchmark, new: Benchmark, other: Benchmark, alice: User, ada: User
) -> None:
    event = coming(alice)
    item = events.put_on_agenda(event, old, ask="Press for it.", priority=1, by=alice)
    carry_out(plan_of(SPLIT, [old], [new, other]), ada)
    assert agenda(event) == {"NEW-1": ("Press for it.", 1), "NEW-2": ("Press for it.", 1)}
    item.refresh_from_db()
    assert item.benchmark == new  # its place is kept
    assert {"agenda_item_amended", "agenda_item_added"} <= set(kinds()[-5:])
    assert list(verify.findings()) == []


def test_a_successor_that_stands_there_keeps_its_own_ask(
    old: Benchmark, new: Benchmark, alice: User, ada: User
) -> None:
    event = coming(alice)
    events.put_on_agenda(event, old, ask="The old words.", by=alice)
    events.put_on_agenda(event, new, ask="Its own words.", priority=3, by=alice)
    carry_out(plan_of(REPLACE, [old], [new]), ada)
    assert agenda(event) == {"NEW-1": ("Its own words.", 3)}


def test_two_that_merge_are_put_on_an_agenda_once(
    old: Benchmark, new: Benchmark, alice: User, ada: User
) -> None:
    third, event = make_benchmark(alice, code="OLD-2"), coming(alice)
    events.put_on_agenda(event, old, ask="First.", priority=1, by=alice)
    events.put_on_agenda(event, third, ask="Second.", priority=2, by=alice)
    carry_out(plan_of(MERGE, [old, third], [new]), ada)
    assert agenda(event) == {"NEW-1": ("First.", 1)}


def test_an_item_that_something_hangs_on_stays_where_it_is(
    old: Benchmark, new: Benchmark, alice: User, ada: User
) -> None:
    logged, named = coming(alice), coming(alice)
    item = events.put_on_agenda(logged, old, ask="Logged.", by=alice)
    update = make_update(alice, old, agenda_item=item)
    mentioned = events.put_on_agenda(named, old, ask="Named.", by=alice)
    PersonMention.objects.create(person=make_person(alice), agenda_item=mentioned)
    carry_out(plan_of(REPLACE, [old], [new]), ada)
    assert agenda(logged) == {"OLD-1": ("Logged.", 2), "NEW-1": ("Logged.", 2)}
    assert agenda(named) == {"OLD-1": ("Named.", 2), "NEW-1": ("Named.", 2)}
    update.refresh_from_db()
    assert update.agenda_item == item


def test_only_agendas_of_events_still_ahead_change(
    old: Benchmark, new: Benchmark, alice: User, ada: User
) -> None:
    today = timezone.localdate()
    ahead = [
        coming(alice),
        make_event(alice),
        make_event(alice, state="postponed"),
        make_event(alice, starts_on=today - timedelta(days=2), ends_on=today),
        make_event(alice, starts_on=today.replace(day=1), starts_on_precision="month"),
    ]
    over = [
        make_event(alice, starts_on=today - timedelta(days=2)),
        coming(alice, state="cancelled"),
        make_event(alice, starts_on=date(2020, 1, 1), state="held"),
    ]
    for event in [*ahead, *over]:
        events.put_on_agenda(event, old, ask="", by=alice)
    carry_out(plan_of(REPLACE, [old], [new]), ada)
    assert [list(agenda(event)) for event in ahead] == [["NEW-1"]] * len(ahead)
    assert [list(agenda(event)) for event in over] == [["OLD-1"]] * len(over)


# What makes no sense ------------------------------


@pytest.mark.parametrize(
    ("kind", "ends", "follow", "field", "word"),
    [
        (SPLIT, "o", "n", "successors", "two successors"),
        (SPLIT, "o", "nn", "successors", "two successors"),
        (REPLACE, "o", "nd", "successors", "Name one"),
        (REPLACE, "o", "", "successors", "Name one"),
        (MERGE, "o", "nd", "successors", "Name one"),
        (REPLACE, "oa", "n", "others", "Only a merge"),
        (REPLACE, "o", "o", "successors", "its own place"),
        (MERGE, "on", "n", "successors", "its own place"),
        (REPLACE, "o", "r", "successors", "Retired: RET-1"),
        (MERGE, "od", "n", "others", "Still a draft: NEW-2"),
    ],
)
def test_what_makes_no_sense_is_refused(
    old: Benchmark, new: Benchmark, other: Benchmark, alice: User, ada: User, kind: Succession.Kind,
    ends: str, follow: str, field: str, word: str,
) -> None:  # fmt: skip
    named = {
        "o": old,
        "n": new,
        "d": other,
        "a": make_benchmark(alice),
        "r": make_benchmark(alice, code="RET-1", lifecycle="retired"),
    }
    before = kinds()
    plan = plan_of(kind, [named[each] for each in ends], [named[each] for each in follow])
    with pytest.raises(ValidationError) as refusal:
        carry_out(plan, ada)
    assert word in " ".join(refusal.value.message_dict[field])
    assert kinds() == before


def test_a_succession_is_dated_today_or_before_and_has_a_reason(
    old: Benchmark, new: Benchmark, ada: User
) -> None:
    plan = plan_of(REPLACE, [old], [new])
    tomorrow = timezone.localdate() + timedelta(days=1)
    for unsound, field in (
        (replace(plan, effective_on=tomorrow), "effective_on"),
        (replace(plan, reason=" "), "reason"),
    ):
        with pytest.raises(ValidationError) as refusal:
            carry_out(unsound, ada)
        assert list(refusal.value.message_dict) == [field]
    assert not Succession.objects.exists()


def test_nothing_takes_its_own_place_over_any_number_of_steps(
    old: Benchmark, new: Benchmark, alice: User, ada: User
) -> None:
    third = make_benchmark(alice)
    carry_out(plan_of(REPLACE, [old], [new]), ada)
    carry_out(plan_of(REPLACE, [new], [third]), ada)
    succession.take_up_again(old, by=ada)
    with pytest.raises(ValidationError, match="come to take its own place"):
        carry_out(plan_of(REPLACE, [third], [old]), ada)
    succession.take_up_again(new, by=ada)
    with pytest.raises(ValidationError, match="NEW-1 took the place of OLD-1 before"):
        carry_out(plan_of(REPLACE, [old], [new]), ada)
