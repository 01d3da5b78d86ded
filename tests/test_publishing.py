"""Benchmarks become active and are published: by reviewers, never by who added them, and it can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.permissions import NotAllowed
from benchmarks import events, lifecycle, publishing, verify
from benchmarks.models import Benchmark, Change
from tests.make import make_benchmark, make_event, make_update
from tests.pages import said, signed_in, words


def step(user: User, benchmark: Benchmark, name: str) -> str:
    """Press the button; what the page says then."""
    page = signed_in(user).post(f"{benchmark.get_absolute_url()}{name}/", follow=True)
    assert page.redirect_chain == [(benchmark.get_absolute_url(), 302)]
    benchmark.refresh_from_db()
    return said(page)


def newest() -> tuple[str, User | None]:
    head = Change.objects.head()
    assert head is not None
    return head.kind, head.actor


def made(by: User, publisher: User, state: dict[str, Any]) -> Benchmark:
    """A benchmark in a lifecycle, or active and published."""
    benchmark = make_benchmark(by, **{name: value for name, value in state.items() if name != "published"})
    if "published" in state:
        publishing.publish(benchmark, by=publisher)
    return benchmark


def test_a_reviewer_makes_a_draft_active_and_takes_that_back(alice: User, rosa: User, victor: User) -> None:
    draft = make_benchmark(alice, lifecycle="draft")
    assert signed_in(victor).get(draft.get_absolute_url()).status_code == 404
    assert "It is active" in step(rosa, draft, "activate")
    assert (draft.lifecycle, newest()) == ("active", ("benchmark_activated", rosa))
    assert signed_in(victor).get(draft.get_absolute_url()).status_code == 200
    assert step(rosa, draft, "deactivate") == "It is a draft again."
    assert (draft.lifecycle, newest()) == ("draft", ("benchmark_amended", rosa))
    assert list(verify.findings()) == []


def test_what_others_built_on_does_not_become_a_draft_again(alice: User, rosa: User) -> None:
    logged, pressed, published = (make_benchmark(alice) for _ in range(3))
    make_update(alice, logged)
    events.put_on_agenda(make_event(alice), pressed, ask="", by=alice)
    publishing.publish(published, by=rosa)
    for benchmark in (logged, pressed, published):
        with pytest.raises(ValidationError):
            publishing.back_to_draft(benchmark, by=rosa)


def test_a_reviewer_publishes_and_takes_off(alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    assert step(rosa, benchmark, "publish") == "It is on the scorecard."
    assert (benchmark.published, newest()) == (True, ("benchmark_published", rosa))
    assert step(rosa, benchmark, "unpublish") == "It was taken off the scorecard."
    assert (benchmark.published, newest()) == (False, ("benchmark_unpublished", rosa))
    assert list(verify.findings()) == []


def test_what_was_done_can_be_undone_beside_the_word_that_says_it(alice: User, rosa: User) -> None:
    benchmark, client = make_benchmark(alice), signed_in(rosa)
    for name, undo in (("publish", "unpublish"), ("unpublish", "publish")):
        page = client.post(f"{benchmark.get_absolute_url()}{name}/", follow=True).content.decode()
        form = page.split('class="note undoable"')[1].split("</form>")[0]
        assert f'action="{benchmark.get_absolute_url()}{undo}/"' in form
        assert "csrfmiddlewaretoken" in form
        assert "Undo" in form


def test_a_draft_is_not_published(alice: User, rosa: User) -> None:
    draft, before = make_benchmark(alice, lifecycle="draft"), Change.objects.count()
    assert step(rosa, draft, "publish") == "A draft cannot be published."
    assert (draft.published, Change.objects.count()) == (False, before)


def test_nobody_publishes_what_they_added(rosa: User, omar: User, ada: User) -> None:
    benchmark, before = make_benchmark(rosa), Change.objects.count()
    assert signed_in(rosa).post(f"{benchmark.get_absolute_url()}publish/").status_code == 403
    with pytest.raises(NotAllowed, match="second person"):
        publishing.publish(benchmark, by=rosa)
    own = make_benchmark(ada)
    with pytest.raises(NotAllowed, match="second person"):
        publishing.publish(own, by=ada)
    assert Change.objects.count() == before + 1
    page = words(signed_in(rosa), benchmark)
    assert "another reviewer looks at it and publishes it" in page
    assert "Publish on the scorecard" not in page
    assert step(omar, benchmark, "publish") == "It is on the scorecard."


def test_who_added_it_may_take_it_off_and_is_offered_no_undo_that_would_be_refused(
    rosa: User, omar: User
) -> None:
    benchmark = make_benchmark(rosa)
    publishing.publish(benchmark, by=omar)
    page = signed_in(rosa).post(f"{benchmark.get_absolute_url()}unpublish/", follow=True)
    assert said(page) == "It was taken off the scorecard."
    assert "Undo" not in page.content.decode()


@pytest.mark.parametrize(
    ("state", "name", "word"),
    [
        ({}, "activate", "no draft any more"),
        ({"lifecycle": "draft"}, "deactivate", "Only what is active"),
        ({"lifecycle": "retired"}, "deactivate", "Only what is active"),
        ({"lifecycle": "retired"}, "publish", "take it up again first"),
        ({"published": "yes"}, "publish", "published already"),
        ({}, "unpublish", "not published"),
    ],
)
def test_a_step_from_a_page_that_is_out_of_date_is_refused_with_a_word(
    alice: User, rosa: User, omar: User, state: dict[str, Any], name: str, word: str
) -> None:
    benchmark = made(alice, omar, state)
    before = Change.objects.count()
    assert word in step(rosa, benchmark, name)
    assert Change.objects.count() == before


def test_contributors_and_viewers_take_no_step(alice: User, victor: User) -> None:
    benchmark, draft = make_benchmark(alice, owner=alice), make_benchmark(alice, lifecycle="draft")
    steps: list[Callable[..., None]] = [publishing.publish, publishing.take_off, publishing.back_to_draft]
    for person in (alice, victor):
        for take in steps:
            with pytest.raises(NotAllowed):
                take(benchmark, by=person)
        with pytest.raises(NotAllowed):
            publishing.activate(draft, by=person)


def test_steps_are_taken_by_buttons_only_and_their_addresses_lead_to_the_benchmark(
    alice: User, rosa: User
) -> None:
    benchmark = make_benchmark(alice)
    for name in ("activate", "deactivate", "publish", "unpublish"):
        answer = signed_in(rosa).get(f"{benchmark.get_absolute_url()}{name}/")
        assert (answer.status_code, answer["Location"]) == (302, benchmark.get_absolute_url())
    benchmark.refresh_from_db()
    assert not benchmark.published


OFFERED = [
    "Edit",
    "Make it active",
    "Publish on the scorecard",
    "Take off the scorecard",
    "Split, merge",
    "Retire…",
]


@pytest.mark.parametrize(
    ("who", "state", "offered"),
    [
        ("victor", {}, []),
        ("alice", {}, []),
        ("rosa", {}, ["Edit", "Publish on the scorecard"]),
        ("rosa", {"lifecycle": "draft"}, ["Edit", "Make it active"]),
        ("rosa", {"published": "yes"}, ["Edit", "Take off the scorecard"]),
        ("ada", {}, ["Edit", "Publish on the scorecard", "Split, merge", "Retire…"]),
        ("ada", {"lifecycle": "retired"}, ["Edit", "Split, merge", "Take up again"]),
        ("ada", {"lifecycle": "draft"}, ["Edit", "Make it active"]),
    ],
)
def test_a_page_offers_the_steps_its_reader_may_take(
    request: pytest.FixtureRequest,
    abel: User,
    omar: User,
    who: str,
    state: dict[str, Any],
    offered: list[str],
) -> None:
    benchmark = made(abel, omar, state)
    page = words(signed_in(request.getfixturevalue(who)), benchmark)
    assert [word for word in [*OFFERED, "Take up again"] if f" {word}" in page] == offered


def test_an_owner_is_offered_to_edit_a_draft(alice: User) -> None:
    draft = make_benchmark(alice, owner=alice, lifecycle="draft")
    assert (
        f"{draft.get_absolute_url()}edit/" in signed_in(alice).get(draft.get_absolute_url()).content.decode()
    )


def test_a_page_of_another_day_offers_no_steps(alice: User, ada: User) -> None:
    benchmark = make_benchmark(alice)
    assert "Retire…" not in words(signed_in(ada), benchmark, "?as_of=2020-01-01")


def test_the_administration_neither_publishes_nor_retires_by_itself(ada: User, alice: User) -> None:
    benchmark, client = make_benchmark(alice, code="T-1"), signed_in(ada)
    here = f"/admin/benchmarks/benchmark/{benchmark.pk}/change/"
    fields = client.get(here).context["adminform"].form.fields
    assert not {"lifecycle", "published"} & set(fields)
    given = {"title": "T", "measure": "process", "review_interval_days": "90", "lifecycle": "retired"}
    client.post(here, given | {"published": "on"})
    benchmark.refresh_from_db()
    assert (benchmark.title, benchmark.lifecycle, benchmark.published) == ("T", "active", False)


def test_an_address_that_is_reserved_is_refused_by_the_function_too(alice: User) -> None:
    with pytest.raises(ValidationError, match="another page"):
        make_benchmark(alice, slug="add")
    assert "add" in lifecycle.RESERVED_SLUGS
