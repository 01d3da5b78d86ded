"""A file on the page, in a real browser: saved by keyboard, and clean also where it is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from benchmarks import files
from benchmarks.models import Evidence
from tests.browser import Window
from tests.make import make_benchmark, make_line, make_link
from tests.uploads import GOOD, upload

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "Minutes of the dialogue.pdf"


@pytest.mark.promise("A4")
def test_a_file_is_saved_from_the_page_by_keyboard_under_its_own_name(
    window: Window, alice: User, rosa: User, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    benchmark = make_benchmark(alice)
    minutes = files.evidence_from(upload(GOOD["report.pdf"], NAME))
    minutes.publisher = "EEAS"
    make_line(benchmark, alice, rosa, evidence=[minutes, make_link()])
    window.sign_in(alice)
    page = window.open(benchmark.get_absolute_url())
    page.locator(".sum summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".sum code").is_visible()
    window.check()
    page.get_by_role("link", name="Minutes of the dialogue").focus()
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    assert saving.value.suggested_filename == NAME
    assert Path(saving.value.path()).read_bytes() == GOOD["report.pdf"]


@pytest.mark.promise("A5")
def test_the_page_of_a_missing_file_is_accessible_and_clean(
    window: Window, alice: User, rosa: User, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    evidence = [files.evidence_from(upload(GOOD["report.pdf"], NAME))]
    make_line(make_benchmark(alice), alice, rosa, evidence=evidence)
    piece = Evidence.objects.get()
    piece.file.storage.delete(str(piece.file.name))
    window.sign_in(alice)
    page = window.open(f"/evidence/{piece.pk}/file/")
    assert page.get_by_role("heading", name="This file is missing").is_visible()
    window.check()
