"""Which code comes next: of the beginning that most benchmarks of a theme share."""

from __future__ import annotations

import pytest

from accounts.models import User
from benchmarks import codes, lifecycle
from benchmarks.models import Theme
from tests.make import make_benchmark


@pytest.fixture
def tibet(alice: User) -> Theme:
    return lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=alice)


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        (["DLG-09"], "DLG-10"),
        (["DLG-99"], "DLG-100"),
        (["TIB-9", "TIB-10"], "TIB-11"),
        (["TIB"], "TIB-2"),
        (["TIB", "TIB-2"], "TIB-3"),
        (["7"], "8"),
        (["TIB-01", "TIB-02", "UYG-07"], "TIB-03"),  # not after its newest
        (["TIB-01", "UYG-07"], "UYG-08"),  # as many of both: after its newest
        (["B" + "9" * 19], "B1" + "0" * 19),
    ],
)
def test_the_next_code_goes_on_with_what_the_theme_mostly_has(
    alice: User, tibet: Theme, taken: list[str], following: str
) -> None:
    for code in taken:
        make_benchmark(alice, code=code, themes=[tibet])
    assert codes.next_code(tibet) == following
    assert codes.next_codes([tibet]) == {tibet.pk: following}


def test_a_code_that_a_benchmark_of_another_theme_has_is_not_offered(alice: User, tibet: Theme) -> None:
    make_benchmark(alice, code="TIB-01", themes=[tibet])
    make_benchmark(alice, code="TIB-14")
    assert codes.next_code(tibet) == "TIB-15"


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("Tibet", "TIB-01"),
        ("Hong Kong", "HK-01"),
        ("The rule of law", "RL-01"),
        ("Человек", "B-01"),
    ],
)
def test_a_theme_without_benchmarks_has_codes_after_its_name(alice: User, name: str, following: str) -> None:
    theme = lifecycle.add_theme(Theme(name=name, slug="some"), by=alice)
    assert codes.next_code(theme) == following


def test_all_themes_are_asked_about_in_two_queries(
    alice: User, tibet: Theme, django_assert_num_queries: object
) -> None:
    other = lifecycle.add_theme(Theme(name="Other", slug="other"), by=alice)
    make_benchmark(alice, code="TIB-01", themes=[tibet, other])
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert codes.next_codes([tibet, other]) == {tibet.pk: "TIB-02", other.pk: "TIB-02"}
