"""Plain text, tables as text, and mails."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE
from email.parser import BytesHeaderParser

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from benchmarks.contents.kinds import Kind

# Anywhere in a text: a program that guesses would show it as a page and run what is in it.
MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|svg)[\s>/]", re.IGNORECASE
)
BEGINS_AS_MARKUP = re.compile(r"\s*<(?:[a-z][a-z0-9-]*(?::[a-z]+)?[\s>/]|!--|!doctype|\?)", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
FIRST_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n")
LONGEST_HEAD = 256 * 1024
# What libmagic takes some mails for.
MAY_BE_MAIL = {"text/html", "text/xml", "application/xml"}


def kind_of(data: bytes, extension: str) -> Kind:
    """A mail if it is one and is not called a text; a table if it is called so; else a text."""
    is_wide = is_utf16(data)
    if b"\0" in data and not is_wide:
        raise ValidationError(
            _("This is none of the kinds of file that can be taken: save it as PDF and upload that."),
            code="kind",
        )
    if extension not in {"txt", "csv"} and is_mail(data):
        return Kind.EML
    _check_words(_decoded(data, "utf-16" if is_wide else "utf-8-sig"))
    if is_wide and MARKUP.search(data.decode("latin-1")):
        raise _is_markup()  # for a program that does not heed how it begins
    return Kind.CSV if extension == "csv" else Kind.TXT


def is_utf16(data: bytes) -> bool:
    """True if it says at its beginning that it is a text in UTF-16, as tables saved as "Unicode text" do."""
    return data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and not data.startswith(BOM_UTF32_LE)


def content_type(kind: Kind, data: bytes) -> str:
    """The type that it is served as, with the signs that it is written in."""
    is_text = kind in {Kind.TXT, Kind.CSV}
    return kind.content_type.replace("utf-8", "utf-16") if is_text and is_utf16(data) else kind.content_type


def is_mail(data: bytes) -> bool:
    """True if it begins with a mail's headers: from whom, and something that mail programs add.

    Not a web page saved as one: browsers write those in the form of a mail.
    """
    if not FIRST_HEADER.match(data):
        return False
    head = re.split(rb"\r?\n\r?\n", data[:LONGEST_HEAD], maxsplit=1)[0]
    headers = BytesHeaderParser().parsebytes(head)
    if "Snapshot-Content-Location" in headers or str(headers["From"]).startswith("<Saved by"):
        return False
    if MARKUP.search(head.decode("latin-1")):
        return False
    return "From" in headers and any(name in headers for name in ("Date", "Message-ID", "Received"))


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValidationError(
            _(
                "This is none of the kinds of file that can be taken, or a text that is not in UTF-8: "
                "save it as UTF-8, or as PDF."
            ),
            code="not_utf8",
        ) from error


def _check_words(words: str) -> None:
    if not words.strip():
        raise ValidationError(_("This file is empty: choose the one you meant."), code="empty")
    if CONTROLS.search(words):
        raise ValidationError(
            _("There are signs in this text that no text has: save it as PDF and upload that."),
            code="controls",
        )
    if BEGINS_AS_MARKUP.match(words) or MARKUP.search(words):
        raise _is_markup()
    if words.startswith("#!"):
        raise ValidationError(
            _("This is a program: upload a document, a table, a picture or a mail."), code="kind"
        )


def _is_markup() -> ValidationError:
    return ValidationError(
        _("There is a web page (HTML) in this text: print it to a PDF and upload that."), code="markup"
    )
