"""Files on their way in: how each was called is kept, and one that is too large is not.

Django's own parser cuts the path off a name and shortens it, so that nobody would ever see that a name was
`../../x.pdf`; and it writes gigabytes to disk before a form can say that they are too many.
"""

from __future__ import annotations

import html
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from accounts.permissions import may_contribute

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict

MAX_SIZE = 25 * 1024 * 1024
MAX_TOGETHER = 4 * MAX_SIZE
# A temporary file is called by the extension, and no file system takes one of any length.
LONGEST_STEM, LONGEST_EXTENSION = 200, 20


class DroppedUpload(UploadedFile[bytes]):
    """A file of which nothing was kept: it is too large, or those of its form together are."""

    def __init__(self, name: str, content_type: str | None, size: int) -> None:
        super().__init__(BytesIO(), name, content_type, size)


def given_name(upload: UploadedFile[Any]) -> str:
    """The whole name that the browser sent, path and all."""
    return str(getattr(upload, "given_name", None) or upload.name or "")


class NamingParser(MultiPartParser):
    """Notes beside each file how it was called. No file is left out for its name."""

    called = ""

    def sanitize_file_name(self, file_name: str) -> str:
        self.called = html.unescape(file_name)
        name = PurePath(super().sanitize_file_name(file_name) or "file")
        return name.stem[:LONGEST_STEM] + name.suffix[:LONGEST_EXTENSION]

    def handle_file_complete(self, old_field_name: str, counters: list[int]) -> None:
        files: MultiValueDict[str, Any] = self._files  # type: ignore[attr-defined]
        before = {id(each) for _field, every in files.lists() for each in every}
        super().handle_file_complete(old_field_name, counters)
        for _field, every in files.lists():
            for upload in every:
                if id(upload) not in before:
                    upload.given_name = self.called


class LimitingUploadHandler(FileUploadHandler):
    """Stands before Django's own handlers and lets nothing pass to them that is too large.

    What is left of such a file is read and forgotten, so that the rest of the form arrives; in its place
    comes a DroppedUpload. So it is with every file of somebody who may not contribute: a form is parsed
    before anybody asks who sent it, and strangers must not be able to fill the disk.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.parsing = False
        self.together = 0
        self.passed = 0
        self.dropped = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  # Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile[Any]]] | None:
        """Parse with our parser; it asks each handler this question once more."""
        if self.parsing or self.request is None:
            return None
        self.parsing = True
        return NamingParser(META, input_data, self.request.upload_handlers, encoding).parse()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.passed = 0
        self.dropped = not self._is_welcome()

    def _is_welcome(self) -> bool:
        user = getattr(self.request, "user", None)
        return user is not None and may_contribute(user)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        size = len(raw_data)
        if self.dropped or start + size > MAX_SIZE or self.together + size > MAX_TOGETHER:
            self._drop()
            return None
        self.together += size
        self.passed += size
        return raw_data

    def _drop(self) -> None:
        """What was let pass of it is thrown away at once, and does not count."""
        self.together -= self.passed
        self.passed = 0
        self.dropped = True
        for handler in self.request.upload_handlers if self.request else ():
            if handler is not self and hasattr(handler, "file"):
                handler.file.close()

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if not self.dropped:
            return None
        return DroppedUpload(self.file_name or "file", self.content_type, file_size)
