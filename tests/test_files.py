"""What may come in as a file, and how what may not is refused."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.contents import Kind, images, office
from benchmarks.files import check, evidence_from
from benchmarks.uploads import MAX_SIZE
from tests.uploads import (
    GOOD,
    MAIL,
    ODT,
    WORD,
    archive,
    docx,
    large_png,
    odt,
    pdf,
    picture,
    tried,
    upload,
)

pytestmark = pytest.mark.promise("A4")

OLD_OFFICE = office.OLD_OFFICE + b"\0" * 600
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
TWO_PICTURES = picture("JPEG") + picture("JPEG", (8, 8))


def refusal(data: bytes, name: str = "report.pdf") -> str:
    """The code of the refusal; its sentence says what is wrong and, after a colon or point, what to do."""
    with pytest.raises(ValidationError) as caught:
        check(upload(data, name))
    (message,) = caught.value.messages
    assert ":" in message, message
    assert message.endswith(".")
    assert "%(" not in message
    return str(caught.value.code)


# What is taken ------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_each_of_the_ten_kinds_is_taken(name: str) -> None:
    checked = check(upload(GOOD[name], name))
    assert name.rpartition(".")[2] == checked.kind.extension
    assert (checked.name, checked.size) == (name, len(GOOD[name]))


def test_there_is_a_good_file_of_each_kind() -> None:
    assert {check(upload(data, name)).kind for name, data in GOOD.items()} == set(Kind)


def test_the_sum_is_that_of_the_bytes_and_the_file_can_be_read_again() -> None:
    given_file = upload(b"abc", "notes.txt")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert check(given_file).sha256 == known
    assert given_file.read() == b"abc"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf(linearize=True), "linearized.pdf"),
        (pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), "streams.pdf"),
        (pdf() + b"\r\n\0\0", "padded.pdf"),
        (docx({"word/vbaAdvice.xml": "no macro", "customXml/item1.xml": "<a/>"}), "vba.docx"),
        (docx({"word/media/big": "0" * 4_000_000}), "dense.docx"),
        (picture("JPEG", progressive=True), "progressive.jpg"),
        (TWO_PICTURES, "phone.jpg"),
        (picture("JPEG") + b"\0" * 100, "padded.jpg"),
        (picture("WEBP", lossless=True), "lossless.webp"),
        (b"The page said <john@example.org> and 3 < 4.", "quoted.txt"),
        (b"From: us\nTo: them\n\nA letter that looks like a mail.", "letter.txt"),
        (b"a", "short.txt"),
        ("Lhasa\t拉萨\r\n".encode("utf-16"), "table.csv"),
        (b"\xfe\xff" + "拉萨".encode("utf-16-be"), "notes.txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_unusual_and_harmless_is_taken(data: bytes, name: str) -> None:
    assert check(upload(data, name)).name == name


def test_a_text_in_utf_16_stays_as_it_is_and_is_served_as_that() -> None:
    data = "Lhasa\t拉萨".encode("utf-16")
    piece = evidence_from(upload(data, "table.csv"))
    assert piece.content_type == "text/csv; charset=utf-16"
    assert piece.file.read() == data


# What is refused ------------------------------

BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "report.pdf", "empty"),
    "blank text": (b" \r\n\t", "notes.txt", "empty"),
    "SVG named .pdf": (SVG, "report.pdf", "kind"),
    "SVG with a declaration": (b'<?xml version="1.0"?>' + SVG, "map.png", "kind"),
    "SVG under a prefix": (b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', "map.txt", "markup"),
    "HTML": (HTML, "page.html", "kind"),
    "HTML named .txt": (HTML, "notes.txt", "kind"),
    "HTML named .csv": (HTML, "figures.csv", "kind"),
    "HTML named .eml": (HTML, "answer.eml", "kind"),
    "HTML behind words": (b"Minutes of the meeting\n" * 9000 + HTML, "notes.txt", "markup"),
    "HTML behind one header": (b"X-Mailer: none\r\n\r\n" + HTML, "answer.eml", "kind"),
    "HTML in a header": (
        MAIL.replace(b"Subject: ", b"Subject: <script>").replace(b"\xe9", b"e"),
        "answer.eml",
        "markup",
    ),
    "HTML behind a mark": (b"\xef\xbb\xbf" + HTML, "notes.txt", "kind"),
    "a saved page": (
        MAIL.replace(b"Subject", b"Snapshot-Content-Location: https://example.org/\r\nSubject"),
        "page.eml",
        "not_utf8",
    ),
    "XML": (b'<?xml version="1.0"?><a/>', "data.txt", "kind"),
    "RTF": (b"{\\rtf1\\ansi words}", "letter.txt", "kind"),
    "a script": (b"#!/bin/sh\nrm -r ~\n", "notes.txt", "kind"),
    "a picture in GIF": (picture("GIF"), "map.png", "kind"),
    "a picture in TIFF": (picture("TIFF"), "map.png", "kind"),
    "NUL in a text": (b"words\0words", "notes.txt", "kind"),
    "controls in a text": (b"words \x1b[2J words", "notes.txt", "controls"),
    "text in UTF-16 that does not say so": ("words".encode("utf-16-le"), "notes.txt", "kind"),
    "UTF-16 cut off": ("words".encode("utf-16")[:-1], "notes.txt", "not_utf8"),
    "UTF-32": ("words".encode("utf-32"), "notes.txt", "kind"),
    "HTML in UTF-16": (("Words. " * 9000 + "<script>").encode("utf-16"), "notes.txt", "markup"),
    "HTML behind the mark of UTF-16": (b"\xff\xfe<script>  ", "notes.txt", "markup"),
    "NUL in UTF-16": ("words\0words".encode("utf-16"), "notes.txt", "controls"),
    "text in Latin 1": ("caf\xe9 society".encode("latin-1"), "notes.txt", "not_utf8"),
    "PDF behind a password": (pdf(encryption=pikepdf.Encryption(user="u", owner="o")), "a.pdf", "encrypted"),
    "PDF that may not be copied": (pdf(encryption=pikepdf.Encryption(owner="o")), "a.pdf", "encrypted"),
    "PDF cut off": (pdf()[:-40], "a.pdf", "truncated"),
    "linearized PDF cut off": (pdf(linearize=True)[:-40], "a.pdf", "trailing"),
    "PDF with a hole": (pdf().replace(b"/Pages", b"/", 1), "a.pdf", "broken"),
    "PDF that is only a beginning and an end": (b"%PDF-1.7\n%%EOF\n", "a.pdf", "broken"),
    "PDF behind other bytes": (b"GIF89a" + pdf(), "a.pdf", "kind"),
    "PDF behind words": (b"words\n" + b"%PDF-1.4 words", "a.txt", "two_in_one"),
    "PDF with an archive behind it": (pdf() + docx(), "a.pdf", "trailing"),
    "PDF with much behind it": (pdf() + b"x" * 5000, "a.pdf", "trailing"),
    "PDF that ends as an archive": (pdf() + docx() + b"%%EOF", "a.pdf", "two_in_one"),
    "OOXML behind a password": (
        OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"),
        "brief.docx",
        "encrypted",
    ),
    "an old office program": (OLD_OFFICE, "brief.doc", "kind"),
    "macros in DOCX": (docx({"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
    "macros under another case": (docx({"word/VBAPROJECT.BIN": b"x"}), "a.docx", "macros"),
    "DOCM": (
        docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "a.docx",
        "macros",
    ),
    "a macro sheet": (docx({"xl/macrosheets/sheet1.xml": b"x"}), "a.xlsx", "macros"),
    "macros in ODT": (odt({"Basic/Standard/Module1.xml": "x"}), "a.odt", "macros"),
    "types that are spelt in numbers": (docx(main=WORD + "&#65;"), "a.docx", "parts"),
    "a presentation": (docx(main=WORD.replace("word", "presentation")), "a.pptx", "kind"),
    "ODS": (odt(mimetype=ODT.replace("text", "spreadsheet")), "a.ods", "kind"),
    "encrypted ODT": (odt({"META-INF/manifest.xml": "<manifest:encryption-data/>"}), "a.odt", "encrypted"),
    "any archive": (archive({"a.txt": b"words"}), "a.docx", "kind"),
    "an archive of nothing": (b"PK\x05\x06" + b"\0" * 18, "a.docx", "kind"),
    "a path in an archive": (docx({"../../etc/passwd": b"x"}), "a.docx", "parts"),
    "a whole path in an archive": (docx({"/etc/passwd": b"x"}), "a.docx", "parts"),
    "a drive in an archive": (docx({"C:/x": b"x"}), "a.docx", "parts"),
    "a backward path in an archive": (docx({"..\\x": b"x"}), "a.docx", "parts"),
    "one name twice in an archive": (docx({"WORD/document.xml": b"x"}), "a.docx", "parts"),
    "a bomb": (docx({"word/media/big": "0" * 10_000_000}), "a.docx", "bomb"),
    "a bomb of many entries": (
        docx({f"word/{number}": b"" for number in range(office.MAX_ENTRIES)}),
        "a.docx",
        "bomb",
    ),
    "bytes before an archive": (b"PK\x03\x04" + b"x" * 60 + docx(), "a.docx", "trailing"),
    "bytes after an archive": (docx() + b"x", "a.docx", "trailing"),
    "an archive cut off": (docx()[:-30], "a.docx", "broken"),
    "another method": (archive({"a": b"words"}, zipfile.ZIP_LZMA), "a.docx", "parts"),
    "a picture cut off: PNG": (picture("PNG")[:-20], "map.png", "broken"),
    "a picture cut off: JPEG": (picture("JPEG")[:-20], "map.jpg", "broken"),
    "a picture cut off: WebP": (picture("WEBP")[:-20], "map.webp", "broken"),
    "a picture with bytes behind it: PNG": (picture("PNG") + b"x", "map.png", "trailing"),
    "a picture with bytes behind it: JPEG": (picture("JPEG") + b"x", "map.jpg", "trailing"),
    "a picture with bytes behind it: WebP": (picture("WEBP") + b"xx", "map.webp", "trailing"),
    "a picture with an archive behind it": (picture("JPEG") + docx(), "map.jpg", "trailing"),
    "a picture with a page behind it": (picture("PNG") + HTML, "map.png", "trailing"),
    "a picture with a page in it": (picture("JPEG", comment=HTML), "map.jpg", "two_in_one"),
    "a picture with a PDF in it": (picture("JPEG", comment=b"%PDF-1.4"), "map.jpg", "two_in_one"),
    "a picture with an archive in it": (picture("JPEG", comment=docx()), "map.jpg", "two_in_one"),
    "a picture only by its beginning": (b"\x89PNG\r\n\x1a\n" + b"words" * 20, "map.png", "broken"),
    "a picture of too many points": (large_png(10_000, 10_000), "map.png", "pixels"),
    "a picture of far too many points": (large_png(100_000, 100_000), "map.png", "pixels"),
    "a picture in RIFF that is sound": (b"RIFF\x10\0\0\0WAVEfmt " + b"\0" * 20, "map.webp", "kind"),
}


@pytest.mark.parametrize("case", BAD)
def test_anything_else_is_refused_with_one_sentence(case: str) -> None:
    data, name, code = BAD[case]
    assert refusal(data, name) == code


def changed_entry(data: bytes, **fields: int) -> bytes:
    """The archive with its first entry's flags or sizes said otherwise, in both places where they stand."""
    made = bytearray(data)
    directory = data.index(b"PK\x01\x02")
    for name, value in fields.items():
        form, local, central = {"flags": ("<H", 6, 8), "size": ("<I", 22, 24)}[name]
        struct.pack_into(form, made, local, value)
        struct.pack_into(form, made, directory + central, value)
    return bytes(made)


def test_an_entry_that_is_encrypted_is_refused() -> None:
    assert refusal(changed_entry(docx(), flags=1), "a.docx") == "encrypted"
    only_in_its_own_head = bytearray(docx())
    only_in_its_own_head[6] |= 1
    assert refusal(bytes(only_in_its_own_head), "a.docx") == "encrypted"


def test_an_archive_that_understates_its_size_is_not_believed() -> None:
    bomb = archive({"[Content_Types].xml": b"0" * 3_000_000})
    assert refusal(changed_entry(bomb, size=10), "a.docx") == "broken"


def test_entries_that_share_their_bytes_are_refused() -> None:
    made = bytearray(docx())
    first, second = (found for found in range(len(made)) if made[found : found + 4] == b"PK\x01\x02")
    made[second + 42 : second + 46] = made[first + 42 : first + 46]
    assert refusal(bytes(made), "a.docx") == "trailing"


def test_bytes_between_the_entries_are_refused() -> None:
    made = docx()
    directory = made.index(b"PK\x01\x02")
    end = bytearray(made[-22:])
    struct.pack_into("<I", end, 16, directory + 50)
    assert refusal(made[:directory] + b"x" * 50 + made[directory:-22] + bytes(end), "a.docx") == "trailing"


def test_a_directory_for_larger_archives_is_refused() -> None:
    made = docx()
    locator = b"PK\x06\x07" + b"\0" * 16
    assert refusal(made[:-22] + locator + made[-22:], "a.docx") == "trailing"


def test_no_bomb_is_unpacked_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = zipfile.ZipExtFile.read

    def noting(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        piece = original(self, n)
        read.append(len(piece))
        return piece

    monkeypatch.setattr(zipfile.ZipExtFile, "read", noting)
    check(upload(docx({"word/media/big": "0" * 4_000_000}), "dense.docx"))
    assert max(read) <= office.STEP
    assert sum(read) > 4_000_000


def test_a_stream_of_a_pdf_is_not_unpacked_without_end() -> None:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert 0 < pikepdf.settings.get_qpdf_limits()["flate_max_memory"] <= 100 * 1024 * 1024


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    assert check(upload(b"a" * MAX_SIZE, "notes.txt")).size == MAX_SIZE
    assert refusal(b"a" * (MAX_SIZE + 1), "notes.txt") == "too_large"


def test_what_a_browser_says_about_the_size_is_not_believed() -> None:
    lying = upload(b"a" * (MAX_SIZE + 1), "notes.txt")
    lying.size = 3
    with pytest.raises(ValidationError, match="larger than 25 MB"):
        check(lying)


# Whatever comes ------------------------------

STARTS = [b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"PK\x03\x04"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*STARTS, office.OLD_OFFICE]), st.binary(max_size=300), st.sampled_from(sorted(GOOD)))
def test_any_bytes_are_taken_as_text_or_refused_and_never_fail(start: bytes, rest: bytes, name: str) -> None:
    shown, _code = tried(upload(start + rest, name))
    assert shown is None or shown.endswith((".txt", ".csv", ".eml"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_sound_file_with_bytes_changed_is_taken_or_refused_and_never_fails(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD)))
    made = bytearray(GOOD[name])
    for _change in range(data.draw(st.integers(1, 4))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    tried(upload(bytes(made), name))


WITH_AN_END = sorted(name for name in GOOD if not name.endswith((".txt", ".csv", ".eml")))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(WITH_AN_END), st.floats(0.01, 0.99))
def test_no_file_that_was_cut_off_is_taken(name: str, share: float) -> None:
    whole = GOOD[name]
    with pytest.raises(ValidationError):
        check(upload(whole[: int(len(whole) * share)], name))


def test_the_end_of_a_picture_is_found_also_between_fill_bytes_and_restarts() -> None:
    restarts = picture("JPEG", (64, 64), restart_marker_blocks=1)
    filled = restarts.replace(b"\xff\xda", b"\xff\xff\xff\xda", 1)
    assert images.end_of(restarts, Kind.JPEG) == len(restarts)
    assert images.end_of(filled, Kind.JPEG) == len(filled)
