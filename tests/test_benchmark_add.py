"""Adding a benchmark: a contributor's begins as a draft, and nothing that was typed is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts.models import User
from accounts.permissions import NotAllowed
from benchmarks import editing, lifecycle, verify
from benchmarks.models import Benchmark, Change, LetterParty, Organisation, Theme
from tests.make import make_benchmark, make_letter, make_organisation
from tests.pages import errors, filled, said, signed_in

ADD = "/benchmarks/add/"
GIVEN = {"title": "Access to Tibet", "measure": "outcome", "criterion": "Diplomats travel freely."}


@pytest.fixture
def tibet(ada: User) -> Theme:
    return lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=ada)


@pytest.fixture
def council(ada: User) -> Organisation:
    return make_organisation(ada, name="The Council")


def add(user: User, **given: Any) -> Any:
    """Fill in the page and send it."""
    client = signed_in(user)
    return client.post(ADD, filled(client.get(ADD), **GIVEN | given), follow=True)


def refused(user: User, **given: Any) -> dict[str, list[str]]:
    """Send what is not sound; what the page says is wrong. Nothing was kept."""
    before = Benchmark.objects.count(), Change.objects.count()
    page = add(user, **given)
    assert page.status_code == 200
    assert (Benchmark.objects.count(), Change.objects.count()) == before
    return errors(page)


def test_a_contributor_adds_a_draft_of_their_own(alice: User, tibet: Theme, council: Organisation) -> None:
    page = add(alice, themes=[tibet.pk], addressees=[council.pk], due_on="2030-01-01")
    benchmark = Benchmark.objects.get()
    assert page.redirect_chain == [(benchmark.get_absolute_url(), 302)]
    assert said(page) == "The draft is kept."
    assert (benchmark.lifecycle, benchmark.owner, benchmark.published) == ("draft", alice, False)
    assert (benchmark.slug, benchmark.due_on) == ("access-to-tibet", date(2030, 1, 1))
    assert (list(benchmark.themes.all()), list(benchmark.addressees.all())) == ([tibet], [council])
    assert str(benchmark.criterion) == "Diplomats travel freely."
    assert benchmark.criterion is not None
    assert benchmark.criterion.effective_on == timezone.localdate()
    assert [change.kind for change in Change.objects.filter(object_type="benchmarks.benchmark")] == [
        "benchmark_defined"
    ]
    assert list(verify.findings()) == []


def test_a_contributor_who_forges_more_gets_a_draft_of_their_own_all_the_same(
    alice: User, rosa: User
) -> None:
    add(alice, active="on", owner=rosa.pk, lifecycle="active", published="on", rating="met")
    benchmark = Benchmark.objects.get()
    assert (benchmark.lifecycle, benchmark.owner) == ("draft", alice)
    assert (benchmark.published, benchmark.rating) == (False, "unassessed")


def test_a_reviewer_may_make_it_active_at_once_and_choose_any_owner(rosa: User, alice: User) -> None:
    page = add(rosa, active="on", owner=alice.pk)
    benchmark = Benchmark.objects.get()
    assert (benchmark.lifecycle, benchmark.owner, benchmark.published) == ("active", alice, False)
    assert said(page) == "The benchmark was added."


def test_owners_are_people_who_contribute_and_whose_account_is_open(
    rosa: User, alice: User, abel: User, victor: User, charlie: User
) -> None:
    User.objects.filter(pk=abel.pk).update(is_active=False)
    owners = signed_in(rosa).get(ADD).context["form"].fields["owner"].queryset
    assert list(owners) == [alice, rosa]
    assert "valid choice" in refused(rosa, owner=victor.pk)["owner"][0]


def test_viewers_may_not_add_and_outsiders_find_nothing(victor: User, charlie: User) -> None:
    for user, status in ((victor, 403), (charlie, 404)):
        client = signed_in(user)
        assert client.get(ADD).status_code == status
        assert client.post(ADD, GIVEN).status_code == status
    assert not Benchmark.objects.exists()
    with pytest.raises(NotAllowed):
        editing.add(Benchmark(title="T"), criterion="x", effective_on=date(2020, 1, 1), by=victor)


def test_who_is_asked_for_something_is_offered_before_who_only_asks(alice: User) -> None:
    sender, asked, addressed = (
        make_organisation(alice, name=name) for name in ("Amnesty", "EEAS", "The Council")
    )
    make_letter(
        alice,
        parties=[
            LetterParty(role="signatory", order=1, organisation=sender),
            LetterParty(role="addressee", order=1, organisation=addressed),
        ],
    )
    make_benchmark(alice, addressees=[asked])
    page = signed_in(alice).get(ADD)
    groups = [
        (str(group), [label for _key, label in choices])
        for group, choices in page.context["form"].fields["addressees"].choices
    ]
    assert groups == [
        ("Addressed by letters or benchmarks", ["EEAS", "The Council"]),
        ("Other organisations", ["Amnesty"]),
    ]
    body = page.content.decode()
    places = [
        body.index(words) for words in ("Addressed by letters", ">EEAS<", "Other organisations", ">Amnesty<")
    ]
    assert places == sorted(places)


# Codes and addresses ------------------------------


def test_the_code_offered_is_the_next_of_the_theme_and_none_before_one_is_chosen(
    alice: User, tibet: Theme
) -> None:
    make_benchmark(alice, code="TIB-09", themes=[tibet])
    make_benchmark(alice, code="DLG-3")
    page = signed_in(alice).get(ADD)
    assert not page.context["form"]["code"].value()
    assert 'data-code="TIB-10"' in page.content.decode()
    assert signed_in(alice).get(f"{ADD}?theme=tibet").context["form"]["code"].value() == "TIB-10"


def test_a_code_left_empty_is_the_next_of_its_first_theme(alice: User, tibet: Theme) -> None:
    make_benchmark(alice, code="TIB-09", themes=[tibet])
    make_benchmark(alice, code="DLG-3")
    add(alice, code="", themes=[tibet.pk])
    assert Benchmark.objects.get(title="Access to Tibet").code == "TIB-10"


def test_a_code_left_empty_without_a_theme_is_still_one_of_its_own(alice: User) -> None:
    make_benchmark(alice, code="DLG-3")
    add(alice, code="")
    assert Benchmark.objects.get(title="Access to Tibet").code == "B-01"


def test_a_code_is_written_in_capitals_and_is_nobody_elses(alice: User) -> None:
    add(alice, code="tib-01", title="One")
    assert Benchmark.objects.get().code == "TIB-01"
    assert "has this code" in refused(alice, code="Tib-01", title="Two")["code"][0]
    for unfit in ("TIB 01", "<b>", "-1", "TIB--1", "Тиб-1"):
        assert "letters and figures" in refused(alice, code=unfit)["code"][0]


def test_whoever_takes_a_code_first_has_it(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_benchmark(alice, code="TIB-01")
    late = Benchmark(code="TIB-01", slug="late", title="Late", measure="process")
    # The check before it is written finds nothing, as when both come at the same moment.
    with monkeypatch.context() as patched:
        patched.setattr(Benchmark, "full_clean", lambda self: None)
        with pytest.raises(ValidationError) as refusal:
            editing.add(late, criterion="x", effective_on=date(2020, 1, 1), by=alice)
    assert list(refusal.value.message_dict) == ["code"]
    assert Benchmark.objects.count() == 1


@pytest.mark.parametrize("slug", sorted(lifecycle.RESERVED_SLUGS))
def test_an_address_that_leads_to_another_page_is_refused(alice: User, slug: str) -> None:
    assert "leads to another page" in refused(alice, slug=slug)["slug"][0]


def test_every_page_beside_those_of_single_benchmarks_has_a_reserved_address() -> None:
    routes = [
        str(pattern.pattern)
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [])
        if isinstance(pattern, URLPattern)
    ]
    beside = {
        route.split("/")[1]
        for route in routes
        if route.startswith("benchmarks/") and route.count("/") > 1 and "<" not in route.split("/")[1]
    }
    assert "add" in beside
    assert beside <= lifecycle.RESERVED_SLUGS


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Add", "add-b-01"),
        ("西藏", "b-01"),
        ("Taken before", "taken-before-b-01"),
        ("A" * 300, "a" * 120),
        ("Zürich & Genève", "zurich-geneve"),
    ],
)
def test_an_address_is_made_from_the_title(alice: User, title: str, slug: str) -> None:
    make_benchmark(alice, slug="taken-before")
    add(alice, title=title, code="B-01")
    assert Benchmark.objects.get(code="B-01").slug == slug


def test_an_address_in_use_is_refused(alice: User) -> None:
    make_benchmark(alice, slug="tibet")
    assert "has this address" in refused(alice, slug="tibet")["slug"][0]
    assert refused(alice, slug="no slug/../")["slug"]


# What is wrong is said, and every word is kept ------------------------------


def test_what_is_missing_is_said_at_each_field_and_what_was_typed_is_kept(alice: User, tibet: Theme) -> None:
    page = add(alice, title="", criterion="", measure="", description="Typed words", themes=[tibet.pk])
    assert set(errors(page)) == {"title", "criterion", "measure"}
    body = page.content.decode()
    assert "Typed words" in body
    assert '<a href="#id_title">' in body
    assert '<a href="#id_measure">' in body
    assert 'id="id_measure"' in body
    assert page.context["form"]["themes"].value() == [str(tibet.pk)]


def test_a_criterion_is_not_in_force_before_its_day(alice: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "still to come" in refused(alice, effective_on=str(tomorrow))["effective_on"][0]
    assert "too early" in refused(alice, effective_on="0900-01-01")["effective_on"][0]
    assert "is no day" in refused(alice, effective_on="soon")["effective_on"][0]


@pytest.mark.parametrize("days", ["0", "-1", "many", "99999", "1.5"])
def test_a_review_interval_is_a_number_of_days(alice: User, days: str) -> None:
    assert refused(alice, review_interval_days=days)["review_interval_days"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("title", "x" * 100_000),
        ("description", "x" * 100_000),
        ("criterion", "x" * 100_000),
        ("code", "x" * 100_000),
        ("slug", "x" * 100_000),
        ("title", "null\x00character"),
        ("criterion", "null\x00character"),
        ("measure", "another"),
        ("themes", "999999"),
        ("addressees", "x"),
        ("due_on", "2030-02-30"),
        ("due_on", "June 2030"),
        ("effective_on", "12/06/2023"),
    ],
)
def test_what_cannot_be_kept_is_refused_where_it_stands(alice: User, name: str, typed: str) -> None:
    assert list(refused(alice, **{name: typed})) == [name]


def test_days_are_written_as_in_the_form_for_logging(alice: User) -> None:
    assert 'type="date"' not in signed_in(alice).get(ADD).content.decode()
    add(alice, due_on="12 June 2030", effective_on="2023-6-1")
    benchmark = Benchmark.objects.get()
    assert benchmark.criterion is not None
    assert (benchmark.due_on, benchmark.criterion.effective_on) == (date(2030, 6, 12), date(2023, 6, 1))


def test_markup_and_texts_from_right_to_left_are_words_like_others(alice: User, victor: User) -> None:
    title = "<script>alert(1)</script> \u202eعربي"
    add(alice, title=title, criterion="<img src=x onerror=alert(1)> & \u202e", code="T-1")
    benchmark = Benchmark.objects.get()
    assert (benchmark.title, str(benchmark.criterion)) == (title, "<img src=x onerror=alert(1)> & \u202e")
    for address in (benchmark.get_absolute_url(), f"{benchmark.get_absolute_url()}edit/"):
        body = signed_in(alice).get(address).content.decode()
        assert "<script>alert" not in body
        assert "<img" not in body


def test_the_page_asks_as_often_for_many_choices_as_for_few(
    alice: User, ada: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        theme = lifecycle.add_theme(Theme(name=f"T{number}", slug=f"t{number}"), by=ada)
        make_benchmark(ada, code=f"T{number}-01", themes=[theme], addressees=[make_organisation(ada)])
    client = signed_in(alice)
    with django_assert_max_num_queries(12):
        assert client.get(ADD).status_code == 200
