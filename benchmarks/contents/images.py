"""Pictures: whole, of a size that can be looked at, and nothing after their end."""

from __future__ import annotations

import re
import struct
import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from benchmarks.contents.kinds import Kind

MAX_PIXELS = 50_000_000
# JPEG that holds further pictures (of depth, of brightness) is known to Pillow under another name.
FORMATS = {Kind.PNG: {"PNG"}, Kind.JPEG: {"JPEG", "MPO"}, Kind.WEBP: {"WEBP"}}
MARKUP = re.compile(rb"<(?:script|iframe|!doctype\s+html|html)[\s>/]", re.IGNORECASE)
START_OF_JPEG, END_OF_JPEG, START_OF_SCAN = 0xD8, 0xD9, 0xDA
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
MAX_PICTURES = 8


def check(data: bytes, kind: Kind) -> None:
    """Raise ValidationError for a picture that is broken, cut off, too large, or more than a picture."""
    _check_pixels(data, kind)
    if data[end_of(data, kind) :].strip(b"\0"):
        raise ValidationError(
            _("This picture goes on after its end: save it anew, or take a screenshot of it."),
            code="trailing",
        )
    if MARKUP.search(data):
        raise ValidationError(
            _("There is a web page in this picture: save it anew, or take a screenshot of it."),
            code="two_in_one",
        )


def _check_pixels(data: bytes, kind: Kind) -> None:
    """Let Pillow read it to the last pixel, after its size was seen to be bearable."""
    formats = sorted(FORMATS[kind])
    try:
        with warnings.catch_warnings():
            # The limit is ours; Pillow's warning about its own would only reach the log.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=formats) as image:
                _check_size(image)
                image.verify()
            with Image.open(BytesIO(data), formats=formats) as image:
                image.draft("L", (image.width // 8, image.height // 8))
                image.load()
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, struct.error) as error:
        raise _broken() from error
    except (EOFError, IndexError, KeyError, OverflowError, ZeroDivisionError, RuntimeError) as error:
        raise _broken() from error


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()


def end_of(data: bytes, kind: Kind) -> int:
    """Where the picture ends; raises ValidationError where it does not."""
    try:
        if kind is Kind.PNG:
            return _end_of_png(data)
        if kind is Kind.WEBP:
            return 8 + int.from_bytes(data[4:8], "little")
        return _end_of_jpegs(data)
    except IndexError as error:
        raise _broken() from error


def _end_of_png(data: bytes) -> int:
    at = 8
    while True:
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if len(name) < 4:
            raise IndexError
        at += 12 + length
        if name == b"IEND":
            return at


def _end_of_jpegs(data: bytes) -> int:
    """Phones put further whole pictures behind the one that is shown; nothing else may be there."""
    at = _end_of_jpeg(data, 0)
    for _number in range(MAX_PICTURES):
        following = at + len(data[at:]) - len(data[at:].lstrip(b"\0"))
        if not data.startswith(b"\xff\xd8\xff", following):
            break
        at = _end_of_jpeg(data, following)
    return at


def _end_of_jpeg(data: bytes, at: int) -> int:
    """Walk from marker to marker; within a scan, 0xFF that is data is followed by 0 or a restart."""
    at += 2
    while True:
        if data[at] != 0xFF:
            raise IndexError
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker == END_OF_JPEG:
            return at + 2
        elif marker in WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            if marker == START_OF_SCAN:
                at = _end_of_scan(data, at)


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise IndexError
        if data[at + 1] not in {0x00, 0xFF, *range(0xD0, 0xD8)}:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _broken() -> ValidationError:
    return ValidationError(
        _("This picture is broken or cut off: get it again from where it comes from."), code="broken"
    )


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("This picture has more than %(limit)d million pixels: make it smaller and upload that.")
        % {"limit": MAX_PIXELS // 1_000_000},
        code="pixels",
    )
