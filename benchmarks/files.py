"""Files that support an update: what may come in, where it is kept, and what is left over."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from benchmarks.contents import Kind, kind_of, text
from benchmarks.models import Evidence
from benchmarks.uploads import MAX_SIZE, MAX_TOGETHER, DroppedUpload, given_name

LONGEST_NAME, LONGEST_SHOWN = 200, 60
EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})$")
# A slash, also as an address writes it, or a drive.
PATH = re.compile(r"[/\\]|%(?:2f|5c)|^[A-Za-z]:", re.IGNORECASE)
# Signs without a look of their own that names in Arabic, Persian or Indian scripts are written with.
JOINERS = {"\u00ad", "\u061c", "\u200c", "\u200d", "\u200e", "\u200f"}
# What a computer runs, or shows as a page, when it is opened. A name that says so is not put right quietly.
DANGEROUS = frozenset(
    re.findall(
        r"\w+",
        """
        app bat cmd com cpl desktop dll dmg docm dotm exe gadget hta htm html iso jar js jse lnk mht mhtml msi
        mjs php pif pl potm ppam pptm ps1 py rb reg scr sh shtml svg svgz url vb vbe vbs wsf wsh xht xhtml xla
        xlam xlsb xlsm xltm xml xsl
        """,
    )
)
TAKEN = frozenset(extension for kind in Kind for extension in kind.extensions)

FOLDER = "evidence"
STORED = re.compile(r"[0-9a-f]{32}")
# Longer than any transaction that stores a file may still take to say that it did.
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept. `name` ends in an extension of its kind; `size` is in bytes."""

    kind: Kind
    content_type: str
    sha256: str
    size: int
    name: str


def check(upload: UploadedFile[Any]) -> Checked:
    """What an uploaded file is, after all of it was looked at.

    Raises ValidationError, with one sentence that says what is wrong and what to do, for a file that is not
    one of the ten kinds by its content, is too large, broken or dangerous, or has a name that would mislead.
    """
    name = _name(given_name(upload))
    _check_size(upload)
    upload.seek(0)
    data = upload.read(MAX_SIZE + 1)
    upload.seek(0)
    if len(data) > MAX_SIZE:
        raise _too_large()
    kind = kind_of(data, _extension(name))
    content_type = text.content_type(kind, data)
    return Checked(kind, content_type, hashlib.sha256(data).hexdigest(), len(data), _put_right(name, kind))


def evidence_from(upload: UploadedFile[Any]) -> Evidence:
    """Evidence, unsaved and of no update yet. Raises what `check` raises, the file's name before it."""
    try:
        checked = check(upload)
    except ValidationError as error:
        said = {"name": _readable(given_name(upload)), "sentence": error.messages[0]}
        raise ValidationError(_("“%(name)s”: %(sentence)s") % said, code=error.code) from error
    return Evidence(
        kind=Evidence.Kind.FILE,
        title=checked.name.rpartition(".")[0] or checked.name,
        file=upload,
        file_name=checked.name,
        content_type=checked.content_type,
        sha256=checked.sha256,
        size=checked.size,
    )


def _check_size(upload: UploadedFile[Any]) -> None:
    if (upload.size or 0) > MAX_SIZE:
        raise _too_large()
    if isinstance(upload, DroppedUpload):
        raise ValidationError(
            _("These files together are larger than %(limit)d MB: add this one after the others are saved.")
            % {"limit": MAX_TOGETHER // 1024**2},
            code="too_large",
        )


def _too_large() -> ValidationError:
    return ValidationError(
        _("This file is larger than %(limit)d MB: make it smaller, or put it elsewhere and add a link.")
        % {"limit": MAX_SIZE // 1024**2},
        code="too_large",
    )


# Names ------------------------------


def _name(given: str) -> str:
    """The name as it was given, its letters composed as everybody else composes them."""
    name = unicodedata.normalize("NFC", given)
    if PATH.search(name) or name.strip(". ") == "":
        raise _misnamed(_("The name of this file is a path: give it a plain name and upload it again."))
    if len(name) > LONGEST_NAME:
        raise _misnamed(
            _("The name of this file is longer than %(limit)d characters: give it a shorter one.")
            % {"limit": LONGEST_NAME}
        )
    if any(_hides(sign) for sign in name):
        raise _misnamed(_("There are hidden signs in the name of this file: type the name anew."))
    return name.strip()


def _hides(sign: str) -> bool:
    """True for signs that are not seen and change what is: controls, and turns of the direction."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} and sign not in JOINERS


def _readable(name: str) -> str:
    """A name that may be anything, to be said in a sentence."""
    seen = "".join(sign if sign.isprintable() or sign in JOINERS else "�" for sign in name)
    return seen if len(seen) <= LONGEST_SHOWN else f"{seen[: LONGEST_SHOWN - 1]}…"


def _misnamed(message: str) -> ValidationError:
    return ValidationError(message, code="name")


def _extension(name: str) -> str:
    found = EXTENSION.search(name)
    return found[1].lower() if found else ""


def _put_right(name: str, kind: Kind) -> str:
    """The name with an extension that says what the content is.

    A picture called .png that is JPEG was misnamed by some program: it gets the right extension. What follows
    another point ("Letter v1.2") belongs to the name, and the extension comes after it. But content that says
    one thing under a name that says "program" or "page" is somebody's trick, and is refused.
    """
    extension = _extension(name)
    if extension in kind.extensions:
        stem, _point, ending = name.rpartition(".")
        return name if stem.strip(". ") else f"{gettext('file')}.{ending}"
    if extension in DANGEROUS:
        raise _misnamed(
            _("The name of this file ends in .%(extension)s, and it is none: give it the name of what it is.")
            % {"extension": extension}
        )
    stem = name[: -len(extension) - 1] if extension in TAKEN else name
    stem = stem.rstrip(". ")[: LONGEST_NAME - len(kind.extension) - 1] or gettext("file")
    return f"{stem}.{kind.extension}"


# What nothing points to ------------------------------


def remove_orphans(older_than: timedelta = A_DAY) -> int:
    """Remove stored files which no evidence names, and tell how many.

    A file is stored before the row that names it is committed: what failed in between leaves it behind, as
    does a draft that was thrown away. Younger files may be of a transaction that still runs.
    """
    storage = Evidence._meta.get_field("file").storage
    before = timezone.now() - older_than
    removed = 0
    for path in _stored(storage):
        if storage.get_modified_time(path) < before and not Evidence.objects.filter(file=path).exists():
            storage.delete(path)
            removed += 1
    return removed


def _stored(storage: Storage) -> list[str]:
    if not storage.exists(FOLDER):
        return []
    folders = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[0]]
    return [
        f"{folder}/{name}"
        for folder in folders
        for name in storage.listdir(folder)[1]
        if STORED.fullmatch(name)
    ]
