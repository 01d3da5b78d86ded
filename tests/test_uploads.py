"""Files on their way in, through a real request: names are kept whole, what is too large is not kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, JsonResponse
from django.test import Client
from django.urls import include, path

from accounts.models import User
from benchmarks import files
from benchmarks.uploads import MAX_SIZE, MAX_TOGETHER, DroppedUpload, given_name
from tests.uploads import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.promise("A4")]

BOUNDARY = "a-line-between"
SMALL, LARGE = pdf(), b"a" * (MAX_SIZE + 1)


class OneFile(forms.Form):
    words = forms.CharField()
    file = forms.FileField(required=False)


def receive(request: HttpRequest) -> JsonResponse:
    """Say back what arrived, and what `check` makes of each file."""
    form = OneFile(request.POST, request.FILES)
    arrived = []
    for field, uploads in request.FILES.lists():
        for upload in uploads:
            kept = not isinstance(upload, DroppedUpload)
            arrived.append([field, given_name(upload), upload.name, upload.size, kept, verdict(upload)])
    return JsonResponse({"words": request.POST.getlist("words"), "files": arrived, "form": form.is_valid()})


def verdict(upload: Any) -> str:
    try:
        return files.check(upload).name
    except ValidationError as error:
        return error.messages[0]


urlpatterns = [path("receive/", receive), path("", include("tracker.urls"))]


@pytest.fixture(autouse=True)
def _with_a_page_that_receives(settings: Any, tmp_path: Path) -> None:
    settings.ROOT_URLCONF = __name__
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)


@pytest.fixture
def contributor(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def part(name: str, content: bytes, filename: str | None = None, more: str = "") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"\r\nContent-Type: application/pdf'
    return f"--{BOUNDARY}\r\n{head}{more}\r\n\r\n".encode() + content + b"\r\n"


def send(client: Client, *parts: bytes, **headers: str) -> dict[str, Any]:
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    response = client.post("/receive/", body, content_type=content_type, headers=headers)
    assert response.status_code == 200, response
    found: dict[str, Any] = response.json()
    return found


def words(text: str) -> bytes:
    return part("words", text.encode())


# Ordinary forms ------------------------------


def test_a_form_with_a_file_arrives_as_always(contributor: Client) -> None:
    arrived = send(contributor, words("Tibet"), part("file", SMALL, "report.pdf"), words("དབུས"))
    assert arrived == {
        "words": ["Tibet", "དབུས"],
        "files": [["file", "report.pdf", "report.pdf", len(SMALL), True, "report.pdf"]],
        "form": True,
    }


def test_several_files_keep_their_names_and_their_order(contributor: Client) -> None:
    parts = [part("file", SMALL, f"{name}.pdf") for name in ("one", "two", "../three")]
    arrived = send(contributor, *parts, part("other", SMALL, "four.pdf"), words("x"))
    names = [given for _field, given, *_rest in arrived["files"]]
    assert names == ["one.pdf", "two.pdf", "../three.pdf", "four.pdf"]


def test_a_field_for_a_file_that_was_left_empty_brings_none(contributor: Client) -> None:
    assert send(contributor, part("file", b"", ""), words("x"))["files"] == []


def test_forms_without_files_and_requests_of_other_types_are_parsed_as_always(contributor: Client) -> None:
    assert contributor.post("/receive/", {"words": "x"}).json()["words"] == ["x"]
    plain = contributor.post("/receive/", "words=y", content_type="application/x-www-form-urlencoded").json()
    assert plain["words"] == ["y"]
    empty = contributor.post("/receive/", b"", content_type=f"multipart/form-data; boundary={BOUNDARY}")
    assert empty.json()["words"] == []


def test_a_form_with_a_file_is_still_guarded_against_forgery(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    body = part("file", SMALL, "report.pdf") + f"--{BOUNDARY}--\r\n".encode()
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    assert client.post("/receive/", body, content_type=content_type).status_code == 403
    token = client.get("/accounts/password/change/").cookies["csrf"].value
    arrived = send(
        client, part("file", LARGE, "large.txt"), part("csrfmiddlewaretoken", token.encode()), words("x")
    )
    assert arrived["words"] == ["x"]


def test_a_body_that_is_no_form_is_a_bad_request(contributor: Client) -> None:
    answer = contributor.post("/receive/", b"words", content_type="multipart/form-data; boundary=")
    assert answer.status_code == 400


# Names ------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../x.pdf",
        "/etc/x.pdf",
        "C:\\\\x.pdf",
        "..\\\\x.pdf",
        "..&#47;x.pdf",
        "a" * 296 + ".pdf",
        "x." + "p" * 300,
        "report\u202efdp.exe",
        "../",
        "..",
    ],
)
@pytest.mark.parametrize("more", [b"", b"a" * 3_000_000], ids=["in memory", "on disk"])
def test_a_name_that_misleads_is_seen_whole_and_refused(contributor: Client, name: str, more: bytes) -> None:
    arrived = send(contributor, words("kept"), part("file", SMALL, name), part("other", more, "x.txt"))
    _field, _given, stored, _size, _kept, said = arrived["files"][0]
    assert "name of this file" in said
    assert not {"/", "\\"} & set(stored)
    assert arrived["words"] == ["kept"]


def test_a_name_in_another_script_arrives_in_full(contributor: Client) -> None:
    starred = "; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"
    assert send(contributor, part("file", SMALL, "报告.pdf"))["files"][0][5] == "报告.pdf"
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"{starred}\r\n\r\n'.encode()
    assert send(contributor, head + SMALL + b"\r\n")["files"][0][5] == "报告.pdf"


# Sizes ------------------------------


def spooled(directory: Path) -> list[int]:
    return [each.stat().st_size for each in directory.glob("*.upload*")]


def test_a_file_that_is_too_large_is_dropped_and_the_rest_of_the_form_arrives(contributor: Client) -> None:
    arrived = send(
        contributor,
        words("before"),
        part("file", LARGE, "large.txt"),
        words("after"),
        part("b", SMALL, "b.pdf"),
    )
    assert arrived["words"] == ["before", "after"]
    first, second = arrived["files"]
    assert first[:5] == ["file", "large.txt", "large.txt", len(LARGE), False]
    assert first[5].startswith("This file is larger than 25 MB")
    assert second == ["b", "b.pdf", "b.pdf", len(SMALL), True, "b.pdf"]
    assert arrived["form"], "the field itself does not take it for an empty file"


def test_a_file_of_the_largest_size_is_kept(contributor: Client) -> None:
    (arrived,) = send(contributor, part("file", LARGE[1:], "notes.txt"))["files"]
    assert arrived[3:] == [MAX_SIZE, True, "notes.txt"]


def test_a_file_that_is_too_large_in_another_writing_is_dropped(contributor: Client) -> None:
    encoded = part(
        "file", b"YWFh" * (MAX_SIZE // 3 + 1), "large.txt", "\r\nContent-Transfer-Encoding: base64"
    )
    (arrived,) = send(contributor, encoded)["files"]
    assert arrived[4] is False


class Endless:
    """A file of this many bytes that is made as it is read, and notes what is on disk meanwhile."""

    def __init__(self, size: int, directory: Path) -> None:
        self.head, self.tail = part("file", b"", "large.txt")[:-2], f"\r\n--{BOUNDARY}--\r\n".encode()
        self.left, self.directory, self.most = size, directory, 0
        self.length = len(self.head) + size + len(self.tail)
        self.pieces = self.made()

    def made(self) -> Iterator[bytes]:
        yield self.head
        while self.left:
            self.left -= min(self.left, 65536)
            yield b"a" * 65536 if self.left else b"a"
        yield self.tail

    def read(self, size: int = -1) -> bytes:
        self.most = max(self.most, *spooled(self.directory), 0)
        return next(self.pieces, b"")

    readline = read


def test_no_more_than_the_largest_size_is_ever_written_to_disk(contributor: Client, tmp_path: Path) -> None:
    body = Endless(4 * MAX_SIZE, tmp_path)
    environ: dict[str, Any] = {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(body.length),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
    }
    answer = contributor.generic(
        "POST",
        "/receive/",
        **environ,
    )
    assert answer.json()["files"][0][4] is False
    assert 0 < body.most <= MAX_SIZE
    assert spooled(tmp_path) == []


def test_files_that_are_too_much_together_are_dropped_one_by_one(contributor: Client) -> None:
    count = MAX_TOGETHER // MAX_SIZE
    parts = [part("file", LARGE[1:], f"{number}.txt") for number in range(count)]
    arrived = send(contributor, *parts, part("file", SMALL, "last.pdf"), words("kept"))
    assert [kept for *_before, kept, _said in arrived["files"]] == [True] * count + [False]
    assert arrived["files"][-1][5].startswith("These files together are larger than 100 MB")
    assert arrived["words"] == ["kept"]


# Who sends ------------------------------


@pytest.mark.parametrize("who", ["victor", "charlie"])
def test_files_of_those_who_may_not_contribute_are_not_kept(
    client: Client, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    (arrived,) = send(client, part("file", SMALL, "report.pdf"))["files"]
    assert arrived[4] is False


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much each uploaded file wrote to disk, in pieces."""
    pieces: list[int] = []
    made = tempfile.NamedTemporaryFile

    def noting(*args: Any, **kwargs: Any) -> Any:
        file = made(*args, **kwargs)
        write = file.file.write

        def note(data: bytes) -> int:
            pieces.append(len(data))
            return int(write(data))

        monkeypatch.setattr(file.file, "write", note)
        return file

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", noting)
    return pieces


def test_a_stranger_writes_nothing_to_disk(client: Client, written: list[int], alice: User) -> None:
    def post() -> int:
        sent = {"login": "x", "password": "y", "file": SimpleUploadedFile("large.txt", LARGE)}
        return client.post("/accounts/login/", sent).status_code

    assert (post(), written) == (200, [])
    client.force_login(alice)
    assert post() == 302
    assert 0 < sum(written) <= MAX_SIZE
