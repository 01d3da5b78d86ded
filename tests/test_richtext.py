"""Markdown of staff as safe HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.richtext import TAGS, rendered


def test_the_usual_marks_are_set() -> None:
    html = rendered(
        "Met in *Lhasa*, **twice**.\n\n- one\n- two\n\n> said so\n\n[source](https://example.org/a)"
    )
    for piece in ("<em>Lhasa</em>", "<strong>twice</strong>", "<li>one</li>", "<blockquote>"):
        assert piece in html
    assert 'href="https://example.org/a" rel="noopener noreferrer nofollow external"' in html


def test_a_new_line_stays_one() -> None:
    assert "one<br>" in rendered("one\ntwo")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='javascript:alert(1)' style='position:fixed'>x</a>",
        "<svg><style>*{}</style></svg>",
    ],
)
def test_nothing_that_runs_or_loads_comes_through(text: str) -> None:
    html = rendered(text)
    assert not re.search(r"<(script|img|svg|style|iframe)|(href|src)=\"(javascript|data):|<[^>]*style=", html)


def test_a_heading_does_not_break_into_those_of_the_page() -> None:
    assert "<h1" not in rendered("# Big\n\nBig\n===\n\ntext")


@given(st.text(alphabet="<>&\"'/ =:[]()!*_`#-\\\n\tabcjsvgimxp\u202e\u0000"))
def test_whatever_is_typed_only_known_tags_come_out(text: str) -> None:
    assert set(re.findall(r"</?([a-z0-9]+)", rendered(text))) <= TAGS
