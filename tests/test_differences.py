"""Which words of a new text are marked as new."""

from __future__ import annotations

import pytest

from benchmarks.differences import MOST_WORDS, marked


def test_new_words_are_marked_and_old_ones_are_not() -> None:
    html = marked(
        "One of the eleven is released.", "One of the eleven is released with restrictions on movement."
    )
    assert html == "<p>One of the eleven is released <ins>with restrictions on movement.</ins></p>\n"


def test_case_and_punctuation_are_no_difference() -> None:
    assert marked("They met, and spoke.", "They met. And spoke!") == "<p>They met. And spoke!</p>\n"


def test_marks_stay_inside_the_markup() -> None:
    html = marked("He was *released* in May.", "He was *released again* in **late** May.")
    assert html == (
        "<p>He was <em>released <ins>again</ins></em> in <strong><ins>late</ins></strong> May.</p>\n"
    )


def test_a_new_paragraph_is_marked() -> None:
    html = marked("One two three.", "One two three.\n\nFour.")
    assert html == "<p>One two three.</p>\n<p><ins>Four.</ins></p>\n"


def test_chinese_is_compared_sign_by_sign() -> None:
    assert marked("他被释放", "他被有条件释放") == "<p>他被<ins>有条件</ins>释放</p>\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "Anything."),
        ("Anything.", ""),
        ("Nothing in common here.", "Entirely other words stand there."),
        ("word " * (MOST_WORDS + 1), "word"),
    ],
)
def test_where_a_comparison_says_nothing_there_is_none(old: str, new: str) -> None:
    assert marked(old, new) is None


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "new", ["a b <script>alert(1)</script>", "a b &lt;b&gt; <b>c</b>", "a b [c](javascript:alert(1))"]
)
def test_nothing_that_was_typed_becomes_markup(new: str) -> None:
    html = marked("a b", new) or ""
    assert "a b" in html
    assert "<script" not in html
    assert "<b>" not in html
    assert "href=" not in html
