"""The ten kinds of file that can support an update."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """A kind of file: the extension its name ends in, and the type it is served as."""

    PDF = "pdf", "application/pdf"
    DOCX = "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "odt", "application/vnd.oasis.opendocument.text"
    XLSX = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    CSV = "csv", "text/csv; charset=utf-8"
    TXT = "txt", "text/plain; charset=utf-8"
    PNG = "png", "image/png"
    JPEG = "jpg", "image/jpeg"
    WEBP = "webp", "image/webp"
    EML = "eml", "message/rfc822"

    def __init__(self, extension: str, content_type: str) -> None:
        self.extension = extension
        self.content_type = content_type

    @property
    def extensions(self) -> frozenset[str]:
        """Every extension by which people know this kind, in lower case."""
        return frozenset({"jpg", "jpeg", "jpe", "jfif"} if self is Kind.JPEG else {self.extension})
