"""Texts as long as they may be, on the pages that show them."""

from __future__ import annotations

import pytest

from accounts.models import User
from benchmarks.models import ProgressUpdate
from tests.browser import Window
from tests.make import make_benchmark, make_line, make_update

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = (
    "A sentence as people write them. " * 300,
    "x" * 5_000,
    "    " + "code" * 1_000,
    "[link](https://a.eu)",
)
LONGEST = "\n\n".join(PARTS)[: ProgressUpdate.LONGEST_NARRATIVE]


def test_the_longest_texts_break_no_page(window: Window, alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    make_line(benchmark, alice, rosa, narrative=LONGEST)
    update = make_update(
        alice, benchmark, narrative=f"{LONGEST} More.", proposed_rating="met", reason="y" * 5_000
    )
    window.sign_in(rosa)
    for path in (update.get_absolute_url(), benchmark.get_absolute_url(), "/review/"):
        window.open(path)
        window.check()
