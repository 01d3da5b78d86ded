"""PDF: whole, readable without a password, and nothing after its end."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

END = b"%%EOF"
# A few kilobytes of a PDF can unpack to gigabytes. The limits hold for the whole process.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=100 * 1024 * 1024,
    png_max_memory=100 * 1024 * 1024,
    tiff_max_memory=100 * 1024 * 1024,
    run_length_max_memory=100 * 1024 * 1024,
    parser_max_container_size=1_000_000,
)


def check(data: bytes) -> None:
    """Raise ValidationError for a PDF that is cut off, broken, protected, or followed by something else."""
    _body, end, rest = data.rpartition(END)
    if not end:
        raise ValidationError(
            _("This PDF is cut off: get it again from where it comes from."), code="truncated"
        )
    if rest.strip(b"\0 \t\r\n\f"):
        raise ValidationError(
            _("This PDF goes on after its end, or is cut off: print it to a new PDF and upload that."),
            code="trailing",
        )
    try:
        # Without repairs: what a program guesses a broken file to be need not be what it was.
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as opened:
            encrypted, pages = opened.is_encrypted, len(opened.pages)
    except pikepdf.PasswordError as error:
        raise ValidationError(
            _("This PDF wants a password: save it without one and upload that."), code="encrypted"
        ) from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise _broken() from error
    if encrypted:
        raise ValidationError(
            _("This PDF is encrypted, so that not all may be done with it: print it to a new PDF."),
            code="encrypted",
        )
    if not pages:
        raise _broken()


def _broken() -> ValidationError:
    return ValidationError(_("This PDF is broken: print it to a new PDF and upload that."), code="broken")
