"""How a benchmark begins, how its criterion changes, and what succeeds it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from benchmarks import lifecycle, verify
from benchmarks.models import Benchmark, Change, CriterionVersion, Succession, Theme
from benchmarks.urls import urlpatterns
from tests.make import make_benchmark, make_line, make_organisation


def newest_change() -> Change:
    head = Change.objects.head()
    assert head is not None
    return head


def test_a_benchmark_begins_with_a_criterion(alice: User) -> None:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)
    council = make_organisation(alice)
    benchmark = make_benchmark(alice, criterion="Access is free.", themes=[theme], addressees=[council])
    assert str(benchmark.criterion) == "Access is free."
    assert (benchmark.lifecycle, benchmark.rating, benchmark.position) == (
        "active",
        "unassessed",
        "not_stated",
    )
    assert (list(benchmark.themes.all()), list(benchmark.addressees.all())) == ([theme], [council])
    assert newest_change().rows[0][:2] == ["benchmarks.criterionversion", benchmark.criterion_id]


@pytest.mark.parametrize("criterion", ["", "  \n "])
def test_without_a_criterion_nothing_is_kept(alice: User, criterion: str) -> None:
    changes = Change.objects.count()
    with pytest.raises(ValidationError):
        make_benchmark(alice, criterion=criterion)
    assert (Benchmark.objects.count(), Change.objects.count()) == (0, changes)


@pytest.mark.parametrize("slug", sorted(lifecycle.RESERVED_SLUGS))
def test_no_benchmark_stands_where_another_page_is(alice: User, slug: str) -> None:
    with pytest.raises(ValidationError, match="leads to another page"):
        make_benchmark(alice, slug=slug)
    assert not Benchmark.objects.exists()


def test_every_page_beside_those_of_benchmarks_is_reserved() -> None:
    """An address of two parts that a benchmark's slug could take is taken by a page or by a benchmark."""
    beside = {
        str(each.pattern).split("/")[1] for each in urlpatterns if str(each.pattern).startswith("benchmarks/")
    }
    assert {name for name in beside if re.fullmatch(r"[-\w]+", name)} <= lifecycle.RESERVED_SLUGS


def test_a_code_is_given_once(alice: User) -> None:
    benchmark = make_benchmark(alice)
    with pytest.raises(ValidationError):
        make_benchmark(alice, code=benchmark.code)


def test_a_revised_criterion_takes_the_next_number_and_a_reason(alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    version = lifecycle.revise_criterion(
        benchmark, text="Twice.", effective_on=date(2005, 1, 1), reason="Once is chance.", by=rosa
    )
    assert (version.number, str(version.reason), benchmark.criterion) == (2, "Once is chance.", version)
    for text, reason in (("", "Why not."), ("Thrice.", " ")):
        with pytest.raises(ValidationError):
            lifecycle.revise_criterion(
                benchmark, text=text, effective_on=date(2006, 1, 1), reason=reason, by=rosa
            )
    assert CriterionVersion.objects.count() == 2


def test_a_criterion_from_an_earlier_day_is_not_the_one_in_force(alice: User) -> None:
    benchmark = make_benchmark(alice, effective_on=date(2010, 1, 1))
    first = benchmark.criterion
    lifecycle.revise_criterion(
        benchmark,
        text="As it was before.",
        effective_on=date(2000, 1, 1),
        reason="Found in an archive.",
        by=alice,
    )
    assert benchmark.criterion == first


def test_a_successor_inherits_no_rating(alice: User, rosa: User) -> None:
    old, new = make_benchmark(alice), make_benchmark(alice)
    make_line(old, alice, rosa, "met")
    succession = lifecycle.succeed(
        old,
        new,
        kind=Succession.Kind.REPLACE,
        effective_on=date(2020, 1, 1),
        reason="It says it better.",
        by=rosa,
    )
    new.refresh_from_db()
    assert new.rating == "unassessed"
    assert new.predecessions.get() == succession
    assert newest_change().kind == Change.Kind.BENCHMARK_SUCCEEDED
    assert list(verify.findings()) == []


def test_a_succession_is_said_once_and_of_two(alice: User) -> None:
    old, new = make_benchmark(alice), make_benchmark(alice)

    def succeed(one: Benchmark, other: Benchmark, reason: str = "It was split.") -> None:
        with transaction.atomic():
            lifecycle.succeed(
                one, other, kind=Succession.Kind.SPLIT, effective_on=date(2020, 1, 1), reason=reason, by=alice
            )

    succeed(old, new)
    with pytest.raises(IntegrityError, match="succession_once"):
        succeed(old, new)
    with pytest.raises(IntegrityError, match="not_to_itself"):
        succeed(old, old)
    with pytest.raises(ValidationError):
        succeed(new, old, reason=" ")
    assert Succession.objects.count() == 1
