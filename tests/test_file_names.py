"""The names files come under: they stay, are put right, or are refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import files
from benchmarks.files import check
from tests.uploads import GOOD, MAIL, pdf, picture, tried, upload

pytestmark = pytest.mark.promise("A4")


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("Scan.PDF", pdf(), "Scan.PDF"),
        ("photo.jpeg", picture("JPEG"), "photo.jpeg"),
        ("photo.png", picture("JPEG"), "photo.jpg"),
        ("report", pdf(), "report.pdf"),
        ("report.", pdf(), "report.pdf"),
        (".pdf", pdf(), "file.pdf"),
        ("...PDF", pdf(), "file.PDF"),
        (".png", picture("JPEG"), "file.jpg"),
        ("Letter v1.2", pdf(), "Letter v1.2.pdf"),
        ("report.txt", pdf(), "report.pdf"),
        ("answer.eml", b"only words", "answer.txt"),
        ("answer", MAIL, "answer.eml"),
        ("notes.md", b"# Notes", "notes.md.txt"),
        ("报告 2024.pdf", pdf(), "报告 2024.pdf"),
        ("گزارش\u200cها.pdf", pdf(), "گزارش\u200cها.pdf"),
        ("cafe\u0301.pdf", pdf(), "café.pdf"),
        ("50% off: a study.pdf", pdf(), "50% off: a study.pdf"),
        ("a" * 196 + ".pdf", pdf(), "a" * 196 + ".pdf"),
        ("a" * 200, pdf(), "a" * 196 + ".pdf"),
    ],
)
def test_a_name_stays_and_its_extension_says_what_the_file_is(name: str, data: bytes, shown: str) -> None:
    assert check(upload(data, name)).name == shown


def named(name: str) -> str:
    """The code with which a sound PDF is refused for this name, which no parser has shortened."""
    given_file = upload(pdf())
    given_file.given_name = name  # type: ignore[attr-defined]
    with pytest.raises(ValidationError) as caught:
        check(given_file)
    return str(caught.value.code)


@pytest.mark.parametrize(
    "name",
    [
        "../../x.pdf",
        "C:\\x.pdf",
        "C:x.pdf",
        "/etc/passwd",
        "..\\x.pdf",
        "..%2Fx.pdf",
        "a/b.pdf",
        "..",
        ".",
        " ",
        "a" * 201,
        "a" * 296 + ".pdf",
        "report\u202efdp.exe.pdf",
        "report\u2066.pdf",
        "line\nbreak.pdf",
        "nul\0.pdf",
        "tag\U000e0041.pdf",
        "report.exe",
        "report.pdf.html",
        "report.svg",
        "brief.docm",
    ],
)
def test_a_name_that_would_mislead_is_refused(name: str) -> None:
    assert named(name) == "name"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=260))
def test_whatever_a_name_is_it_is_refused_or_safe_to_show_and_to_save(name: str) -> None:
    given_file = upload(GOOD["report.pdf"])
    given_file.given_name = name  # type: ignore[attr-defined]
    shown, code = tried(given_file)
    if shown is None:
        assert code == "name"
        return
    assert len(shown) <= files.LONGEST_NAME
    assert shown.lower().endswith(".pdf")
    assert not set("/\\\0\r\n") & set(shown)
