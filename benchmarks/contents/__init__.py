"""What a file is by its content, whatever its name says; what cannot be taken is refused with a sentence."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from benchmarks.contents import images, office, pdf, text
from benchmarks.contents.kinds import Kind
from benchmarks.contents.sniffing import looks_like

__all__ = ["Kind", "kind_of"]

IMAGES = {b"\x89PNG\r\n\x1a\n": Kind.PNG, b"\xff\xd8\xff": Kind.JPEG, b"RIFF": Kind.WEBP}
# Readers of PDF find its beginning anywhere in the first kilobyte.
PDF_BEGINS = 1024
END_OF_ARCHIVE = b"PK\x05\x06"
LONGEST_END_OF_ARCHIVE = 22 + 65535


def kind_of(data: bytes, extension: str = "") -> Kind:
    """The kind that this content is; the extension only says which kind of text a text is.

    Raises ValidationError for what is none of the ten kinds, is broken, hidden behind a password or
    dangerous. The sentence says what is wrong and what to do.
    """
    if not data:
        raise ValidationError(_("This file is empty: choose the one you meant."), code="empty")
    if data.startswith(b"%PDF-"):
        pdf.check(data)
        kind = Kind.PDF
    elif data.startswith(b"PK\x03\x04"):
        kind = office.kind_of(data)
    elif (image := _image(data)) is not None:
        images.check(data, image)
        kind = image
    else:
        kind = _text(data, extension)
    _check_is_one_thing(data, kind)
    return kind


def _image(data: bytes) -> Kind | None:
    kind = next((kind for start, kind in IMAGES.items() if data.startswith(start)), None)
    return None if kind is Kind.WEBP and data[8:12] != b"WEBP" else kind


def _text(data: bytes, extension: str) -> Kind:
    """Text of some kind; all that is left is nothing that can be taken, and is called by its name."""
    found = looks_like(data)
    if office.is_old_office(data):
        office.refuse_old_office(data)
    if found in NAMED and not (found in text.MAY_BE_MAIL and text.is_mail(data)):
        what, advice = NAMED[found]
        raise ValidationError(
            _("This is %(what)s, whatever its name says: %(advice)s.") % {"what": what(), "advice": advice()},
            code="kind",
        )
    return text.kind_of(data, extension)


def _check_is_one_thing(data: bytes, kind: Kind) -> None:
    """Refuse a file that another program would read as something else."""
    if (kind is not Kind.PDF and b"%PDF-" in data[:PDF_BEGINS]) or (
        kind not in office.KINDS and _ends_as_archive(data)
    ):
        raise ValidationError(
            _("This file is two kinds of file in one: save it anew from the program it was made with."),
            code="two_in_one",
        )


def _ends_as_archive(data: bytes) -> bool:
    """True if programs for zip archives would open it: they look for a directory near the end."""
    tail = data[-LONGEST_END_OF_ARCHIVE:]
    for found in re.finditer(re.escape(END_OF_ARCHIVE), tail):
        at = len(data) - len(tail) + found.start()
        if len(data) < at + 22:
            continue
        (size,) = struct.unpack_from("<I", data, at + 12)
        if data[max(0, at - size) : at].startswith(b"PK\x01\x02"):
            return True
    return False


# What people most often have instead, what to call it, and what to do. Words are looked up when they are
# said, in the language of who reads them.
def _as_pdf() -> str:
    return _("print it to a PDF and upload that")


def _as_jpeg() -> str:
    return _("save it as JPEG or PNG and upload that")


def _unpack() -> str:
    return _("unpack it and upload the document in it")


def _not_taken() -> str:
    return _("upload a document, a table, a picture or a mail")


def _as_docx() -> str:
    return _("save it as DOCX or PDF and upload that")


NAMED: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "text/html": (lambda: _("a web page (HTML)"), _as_pdf),
    "application/xhtml+xml": (lambda: _("a web page (HTML)"), _as_pdf),
    "image/svg+xml": (lambda: _("a drawing (SVG)"), _as_pdf),
    "text/xml": (lambda: _("a file in XML"), _as_pdf),
    "application/xml": (lambda: _("a file in XML"), _as_pdf),
    "text/rtf": (lambda: _("a text in RTF"), _as_docx),
    "application/rtf": (lambda: _("a text in RTF"), _as_docx),
    "application/postscript": (lambda: _("a print file (PostScript)"), _as_pdf),
    "text/x-shellscript": (lambda: _("a program"), _not_taken),
    "application/x-dosexec": (lambda: _("a program"), _not_taken),
    "application/vnd.microsoft.portable-executable": (lambda: _("a program"), _not_taken),
    "application/x-executable": (lambda: _("a program"), _not_taken),
    "application/x-pie-executable": (lambda: _("a program"), _not_taken),
    "application/x-sharedlib": (lambda: _("a program"), _not_taken),
    "application/x-mach-binary": (lambda: _("a program"), _not_taken),
    "image/gif": (lambda: _("a picture in GIF"), _as_jpeg),
    "image/bmp": (lambda: _("a picture in BMP"), _as_jpeg),
    "image/tiff": (lambda: _("a picture in TIFF"), _as_jpeg),
    "image/heic": (lambda: _("a picture in HEIC"), _as_jpeg),
    "image/heif": (lambda: _("a picture in HEIF"), _as_jpeg),
    "image/avif": (lambda: _("a picture in AVIF"), _as_jpeg),
    "application/gzip": (lambda: _("an archive"), _unpack),
    "application/x-7z-compressed": (lambda: _("an archive"), _unpack),
    "application/x-rar": (lambda: _("an archive"), _unpack),
    "application/x-tar": (lambda: _("an archive"), _unpack),
    "application/zip": (lambda: _("an archive"), _unpack),
}
