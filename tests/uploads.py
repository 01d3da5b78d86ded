"""Files for tests, built in code: good ones of each kind, and the parts that bad ones are made of."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any

import openpyxl
import pikepdf
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from benchmarks.files import check

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = '<Types><Override PartName="/word/document.xml" ContentType="{}"/></Types>'
NOTHING: Mapping[str, bytes | str] = MappingProxyType({})
ODT = "application/vnd.oasis.opendocument.text"


def upload(data: bytes, name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def tried(given_file: SimpleUploadedFile) -> tuple[str | None, str]:
    """The name under which it is kept, or None and the code of the refusal; nothing else ever happens."""
    try:
        return check(given_file).name, ""
    except ValidationError as error:
        (_message,) = error.messages
        return None, str(error.code)


def pdf(**save: Any) -> bytes:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.save(out, **save)
    return out.getvalue()


def picture(form: str, size: tuple[int, int] = (40, 30), **save: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, form, **save)
    return out.getvalue()


def archive(entries: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries.items():
            made.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def docx(more: Mapping[str, bytes | str] = NOTHING, *, main: str = WORD) -> bytes:
    """A document; `more` are further parts by their names."""
    return archive({"[Content_Types].xml": TYPES.format(main), "word/document.xml": "<w:document/>", **more})


def odt(more: Mapping[str, bytes | str] = NOTHING, *, mimetype: str = ODT) -> bytes:
    return archive(
        {
            "mimetype": mimetype,
            "content.xml": "<office:document-content/>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
            **more,
        }
    )


def xlsx() -> bytes:
    book, out = openpyxl.Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Releases"
    book.save(out)
    return out.getvalue()


def large_png(width: int, height: int) -> bytes:
    """A picture that says it is large, and holds nothing of it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


MAIL = (
    b"From: Desk <desk@example.org>\r\nTo: alice@example.org\r\nDate: Tue, 4 Jun 2024 09:00:00 +0200\r\n"
    b"Subject: Answer\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n"
    b"<html><body><script>1</script>caf\xe9</body></html>\r\n"
)
GOOD = {
    "report.pdf": pdf(),
    "Brief.docx": docx(),
    "notes.odt": odt(),
    "figures.xlsx": xlsx(),
    "figures.csv": "name;n\r\nTibet;3\r\n".encode("utf-8-sig"),
    "notes.txt": "བོད། 西藏 and more.\n".encode(),
    "map.png": picture("PNG"),
    "photo.jpg": picture("JPEG"),
    "scan.webp": picture("WEBP"),
    "answer.eml": MAIL,
}
