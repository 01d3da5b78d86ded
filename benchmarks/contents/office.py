"""Documents and tables of office programs: zip archives, read entry by entry and never whole."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from io import BytesIO
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from benchmarks.contents.kinds import Kind

KINDS = frozenset({Kind.DOCX, Kind.ODT, Kind.XLSX})
MAX_ENTRIES = 5000
MAX_DIRECTORY = 2 * 1024 * 1024
MAX_UNPACKED = 250 * 1024 * 1024
MAX_RATIO = 100
# So little may unpack to any multiple of itself.
HARMLESS = 5 * 1024 * 1024
STEP = 64 * 1024
MAX_LISTING = 2 * 1024 * 1024

OPEN_XML = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    f"{OPEN_XML}wordprocessingml.document.main+xml": Kind.DOCX,
    f"{OPEN_XML}spreadsheetml.sheet.main+xml": Kind.XLSX,
}
CONTENT_TYPE = re.compile(rb"""\bContentType\s*=\s*["']([^"']*)["']""")
MACRO_PARTS = re.compile(
    r"(^|/)(vbaproject\w*\.bin|vbadata\.xml|macrosheets/.*|attachedtoolbars\.bin)$|^(basic|scripts)/", re.I
)
MACRO_TYPES = re.compile(rb"macroenabled|vbaproject|intlmacrosheet|macrosheet", re.IGNORECASE)
ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
HAS_DESCRIPTOR = 0x8
# After an entry's data its sizes may stand once more, with or without a signature, short or long.
DESCRIPTORS = (0, 12, 16, 20, 24)

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(data: bytes) -> Kind:
    """DOCX, XLSX or ODT. Raises ValidationError for any other archive, and for one that is not safe."""
    try:
        with _opened(data) as archive:
            entries = archive.infolist()
            _check_names(entries)
            _check_protection(entries)
            _check_sizes(entries, len(data))
            _check_layout(data, archive)
            _unpack(archive)
            return _kind(archive)
    except (zipfile.BadZipFile, zlib.error, struct.error) as error:
        raise _broken() from error
    except (EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise _broken() from error


def is_old_office(data: bytes) -> bool:
    return data.startswith(OLD_OFFICE)


def refuse_old_office(data: bytes) -> NoReturn:
    """Files of old office programs; a new one behind a password is packed into such a file, too."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ValidationError(
            _("This document wants a password: save it without one and upload that."), code="encrypted"
        )
    raise ValidationError(
        _("This is a file of an old office program: save it as DOCX, XLSX, EML or PDF and upload that."),
        code="kind",
    )


def _opened(data: bytes) -> zipfile.ZipFile:
    """The archive, after its end was seen to be its end and its directory to be of bearable length."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise _broken()
    if len(data) > end + 22:
        raise _padded()
    count, size, offset = struct.unpack_from("<HII", data, end + 10)
    if data[end - 20 : end - 16] == b"PK\x06\x07" or offset + size != end:
        raise _padded()
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise _bomb()
    archive = zipfile.ZipFile(BytesIO(data))
    if len(archive.infolist()) != count:
        raise _broken()
    return archive


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen = set()
    for entry in entries:
        name = entry.orig_filename
        parts = name.rstrip("/").split("/")
        if "\\" in name or ":" in parts[0] or {"", ".", ".."} & set(parts) or not name.isprintable():
            raise _unusual()
        if stat.S_ISLNK(entry.external_attr >> 16) or name.casefold() in seen:
            raise _unusual()
        seen.add(name.casefold())


def _check_protection(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if entry.flag_bits & ENCRYPTED_FLAGS:
            raise _locked()
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _unusual()


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """What the directory says; `_unpack` holds the archive to it."""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > max(HARMLESS, MAX_RATIO * packed):
        raise _bomb()


def _check_layout(data: bytes, archive: zipfile.ZipFile) -> None:
    """Entry follows entry from the first byte on: none shares its bytes, and nothing lies between them."""
    possible = {0}
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        at = entry.header_offset
        if at not in possible:
            raise _padded()
        signature, flags, name_length, extra_length = struct.unpack_from("<4s2xH18xHH", data, at)
        name = data[at + 30 : at + 30 + name_length]
        if signature != b"PK\x03\x04" or name != _raw_name(entry):
            raise _broken()
        if flags & ENCRYPTED_FLAGS:
            raise _locked()
        end = at + 30 + name_length + extra_length + entry.compress_size
        possible = {end + more for more in (DESCRIPTORS if flags & HAS_DESCRIPTOR else (0,))}
    if archive.start_dir not in possible:
        raise _padded()


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")


def _unpack(archive: zipfile.ZipFile) -> None:
    """Read every entry to its end, a piece at a time: sizes and sums must be what the directory says."""
    for entry in archive.infolist():
        with archive.open(entry) as content:
            length = 0
            while piece := content.read(STEP):
                length += len(piece)
        if length != entry.file_size:
            raise _broken()


def _kind(archive: zipfile.ZipFile) -> Kind:
    names = archive.namelist()
    if any(MACRO_PARTS.search(name) for name in names):
        raise _macros()
    if names[0] == "mimetype":
        return _open_document(archive)
    if "[Content_Types].xml" not in names:
        raise _other()
    return _open_xml(_listing(archive, "[Content_Types].xml"))


def _open_document(archive: zipfile.ZipFile) -> Kind:
    if _listing(archive, "mimetype").decode("latin-1").strip() != Kind.ODT.content_type:
        raise _other()
    if not {"content.xml", "META-INF/manifest.xml"} <= set(archive.namelist()):
        raise _broken()
    # Its entries are encrypted one by one, and as an archive it is none the wiser.
    if b"encryption-data" in _listing(archive, "META-INF/manifest.xml"):
        raise _locked()
    return Kind.ODT


def _open_xml(listing: bytes) -> Kind:
    if MACRO_TYPES.search(listing):
        raise _macros()
    # Signs written as numbers could hide a word from us that an office program reads.
    if b"&#" in listing or b"<!" in listing:
        raise _unusual()
    types = {found.decode("latin-1") for found in CONTENT_TYPE.findall(listing)}
    kinds = [kind for main, kind in MAIN_PARTS.items() if main in types]
    if len(kinds) != 1:
        raise _other()
    return kinds[0]


def _listing(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MAX_LISTING:
        raise _bomb()
    return archive.read(name)


def _broken() -> ValidationError:
    return ValidationError(
        _("This document is broken or cut off: save it anew and upload that."), code="broken"
    )


def _padded() -> ValidationError:
    return ValidationError(
        _("There is something before, between or after the parts of this document: save it anew."),
        code="trailing",
    )


def _locked() -> ValidationError:
    return ValidationError(
        _("This document wants a password: save it without one and upload that."), code="encrypted"
    )


def _bomb() -> ValidationError:
    return ValidationError(
        _("This document unpacks to far more than it is: save it as PDF and upload that."), code="bomb"
    )


def _unusual() -> ValidationError:
    return ValidationError(
        _("This document has parts that no office program writes: save it anew, or as PDF."), code="parts"
    )


def _macros() -> ValidationError:
    return ValidationError(
        _("There are macros in this document: save it as DOCX or XLSX without them, or as PDF."),
        code="macros",
    )


def _other() -> ValidationError:
    return ValidationError(
        _(
            "This is an archive, or a document other than DOCX, ODT and XLSX: unpack it, or save it as one "
            "of these or as PDF."
        ),
        code="kind",
    )
