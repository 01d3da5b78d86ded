"""Evidence that is a file: kept under a random name, handed out to those who may see it, never run."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import files, hiding, tasks
from benchmarks.models import Benchmark, Evidence, ProgressUpdate
from tests.make import make_benchmark, make_line, make_link, make_update
from tests.pages import words
from tests.uploads import GOOD, docx, upload

pytestmark = [pytest.mark.django_db, pytest.mark.promise("A4")]

PDF = GOOD["report.pdf"]
NAME = "Bericht – 报告.pdf"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Where files are kept in this test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice)


@pytest.fixture
def attached(alice: User, benchmark: Benchmark) -> Callable[..., Evidence]:
    """Makes an update of Alice's with one file, and gives that."""

    def attach(data: bytes = PDF, name: str = NAME, **fields: Any) -> Evidence:
        piece = files.evidence_from(upload(data, name))
        piece.audience = fields.pop("evidence_audience", piece.audience)
        update = make_update(alice, benchmark, evidence=[piece], **fields)
        return update.evidence.get()

    return attach


def body(answer: Any) -> bytes:
    """All of it, read to its end, as a browser does; that closes the file, too."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def stored(piece: Evidence) -> str:
    assert piece.file.name
    return piece.file.name


def address(piece: Evidence) -> str:
    return f"/evidence/{piece.pk}/file/"


# Where it is kept ------------------------------


def test_a_file_is_kept_under_a_random_name_that_tells_nothing(
    attached: Callable[..., Evidence], store: Path
) -> None:
    one, other = attached(), attached()
    for piece in (one, other):
        folder, first, rest = stored(piece).split("/")
        assert (folder, first, len(rest)) == ("evidence", rest[:2], 32)
        assert int(rest, 16)
    assert stored(one) != stored(other)
    assert (store / stored(one)).read_bytes() == PDF


def test_nobody_else_on_the_machine_reads_it(attached: Callable[..., Evidence], store: Path) -> None:
    path = store / stored(attached())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_known_of_a_file_is_written_beside_it(attached: Callable[..., Evidence]) -> None:
    piece = attached(docx(), "Brief for June.docx")
    assert (piece.kind, piece.title, piece.file_name) == ("file", "Brief for June", "Brief for June.docx")
    assert (piece.size, len(piece.sha256), piece.file_type) == (len(docx()), 64, "DOCX")
    assert piece.content_type.endswith("wordprocessingml.document")


def test_a_file_that_is_refused_leaves_nothing_behind(store: Path) -> None:
    with pytest.raises(ValidationError):
        files.evidence_from(upload(b"<html>", NAME))
    assert not store.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (NAME, "“Bericht – 报告.pdf”: "),
        ("report\u202efdp.exe", "“report�fdp.exe”: "),
        ("a\nb.pdf", "“a�b.pdf”: "),
        ("a" * 300, f"“{'a' * 59}…”: "),
    ],
)
def test_of_several_files_the_refused_one_is_named_as_it_can_be_read(name: str, shown: str) -> None:
    given_file = upload(b"<html>")
    given_file.given_name = name  # type: ignore[attr-defined]
    with pytest.raises(ValidationError) as caught:
        files.evidence_from(given_file)
    (message,) = caught.value.messages
    assert message.startswith(shown)
    assert caught.value.code in {"kind", "name"}


# How it is handed out ------------------------------


def test_a_file_is_handed_out_to_be_saved_and_not_to_be_opened(
    client: Client, alice: User, attached: Callable[..., Evidence]
) -> None:
    client.force_login(alice)
    answer = client.get(address(attached()))
    assert body(answer) == PDF
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Bericht%20%E2%80%93%20%E6%8A%A5%E5%91%8A.pdf"
    )
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(PDF))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_each_kind_is_served_as_what_it_is(
    client: Client, alice: User, attached: Callable[..., Evidence], name: str
) -> None:
    client.force_login(alice)
    answer = client.get(address(attached(GOOD[name], name)))
    kind = files.check(upload(GOOD[name], name)).kind
    assert answer["Content-Type"] == kind.content_type
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert body(answer) == GOOD[name]


def test_the_head_alone_can_be_asked_for(
    client: Client, alice: User, attached: Callable[..., Evidence]
) -> None:
    client.force_login(alice)
    answer = client.head(address(attached()))
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(PDF)))
    assert answer.getvalue() == b""


def test_nothing_else_is_done_with_a_file(
    client: Client, alice: User, attached: Callable[..., Evidence]
) -> None:
    client.force_login(alice)
    piece = attached()
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(address(piece)).status_code == 405


def test_a_file_that_is_gone_is_said_to_be_missing_and_not_named_in_the_log(
    client: Client,
    alice: User,
    attached: Callable[..., Evidence],
    store: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    piece = attached()
    (store / stored(piece)).unlink()
    client.force_login(alice)
    with caplog.at_level(logging.INFO):
        answer = client.get(address(piece))
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This file is missing" in page
    assert piece.sha256 in page
    said = [record.getMessage() for record in caplog.records if record.name == "benchmarks.views.files"]
    assert said == [f"the file of evidence {piece.pk} cannot be read"]
    assert NAME not in caplog.text
    assert stored(piece) not in caplog.text


def test_it_takes_few_queries(
    client: Client, alice: User, attached: Callable[..., Evidence], django_assert_max_num_queries: Any
) -> None:
    client.force_login(alice)
    piece = attached()
    with django_assert_max_num_queries(3):
        body(client.get(address(piece)))


# To whom ------------------------------


def statuses(client: Client, path: str, users: list[User]) -> list[int]:
    found = []
    for user in users:
        client.force_login(user)
        answer = client.get(path)
        found.append(answer.status_code)
        body(answer)
    return found


@pytest.fixture
def people(alice: User, rosa: User, ada: User, victor: User, charlie: User) -> list[User]:
    return [alice, rosa, ada, victor, charlie]


@pytest.mark.promise("A1")
def test_a_file_is_for_those_who_may_see_the_update_it_supports(
    client: Client, people: list[User], attached: Callable[..., Evidence]
) -> None:
    submitted = attached()
    assert statuses(client, address(submitted), people) == [200, 200, 200, 404, 404]
    client.logout()
    assert client.get(address(submitted))["Location"].startswith("/accounts/login/")


@pytest.mark.promise("A1")
def test_a_viewer_gets_the_file_of_an_approved_update(
    client: Client, people: list[User], benchmark: Benchmark, alice: User, rosa: User
) -> None:
    line = make_line(benchmark, alice, rosa, evidence=[files.evidence_from(upload(PDF, NAME))])
    piece = Evidence.objects.get(update__status_event=line)
    assert statuses(client, address(piece), people) == [200, 200, 200, 200, 404]


@pytest.mark.promise("A2")
def test_a_restricted_file_is_for_the_author_and_readers_alone(
    client: Client, people: list[User], abel: User, attached: Callable[..., Evidence]
) -> None:
    piece = attached(evidence_audience="restricted", readers=[abel])
    assert statuses(client, address(piece), [*people, abel]) == [200, 404, 404, 404, 404, 200]


@pytest.mark.promise("A2")
def test_the_file_of_a_restricted_update_is_for_the_author_and_readers_alone(
    client: Client, people: list[User], rosa: User, attached: Callable[..., Evidence]
) -> None:
    piece = attached(audience="restricted", readers=[rosa])
    assert statuses(client, address(piece), people) == [200, 200, 404, 404, 404]


@pytest.mark.promise("A2")
def test_hiding_an_update_hides_its_file_at_once(
    client: Client, people: list[User], rosa: User, alice: User, attached: Callable[..., Evidence]
) -> None:
    piece = attached()
    hiding.hide(ProgressUpdate.objects.get(pk=piece.update_id), by=rosa)
    assert statuses(client, address(piece), people) == [200, 404, 404, 404, 404]


@pytest.mark.promise("A1")
def test_evidence_that_is_no_file_or_is_not_there_is_404(
    client: Client, alice: User, benchmark: Benchmark
) -> None:
    link = make_update(alice, benchmark, evidence=[make_link()]).evidence.get()
    client.force_login(alice)
    assert client.get(address(link)).status_code == 404
    assert client.get("/evidence/0/file/").status_code == 404


# How it is shown ------------------------------


def test_the_page_links_the_file_and_says_its_size_and_sum(
    client: Client, alice: User, benchmark: Benchmark, attached: Callable[..., Evidence]
) -> None:
    piece = attached()
    client.force_login(alice)
    page = client.get(benchmark.get_absolute_url()).content.decode()
    assert f'<a href="{address(piece)}"><bdi>Bericht – 报告</bdi></a>' in page
    assert f"<code>{piece.sha256}</code>" in page
    read = words(client, benchmark).replace("\xa0", " ")
    assert f"(PDF, {len(PDF)} bytes) SHA-256 {piece.sha256[:12]}…" in read


# What is left over ------------------------------


@pytest.fixture
def orphan(benchmark: Benchmark, alice: User, store: Path) -> Path:
    """A file that was stored in a transaction which failed."""
    with transaction.atomic():
        make_update(alice, benchmark, evidence=[files.evidence_from(upload(PDF, NAME))])
        transaction.set_rollback(True)
    (path,) = (each for each in store.rglob("*") if each.is_file())
    return path


def test_a_file_whose_transaction_failed_is_removed_a_day_later(
    orphan: Path, attached: Callable[..., Evidence], store: Path
) -> None:
    kept = store / stored(attached())
    tasks.remove_orphaned_files()
    assert orphan.exists(), "its transaction could still run"
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert files.remove_orphans() == 1
    assert not orphan.exists()
    assert kept.exists()


def test_nothing_but_stored_evidence_is_ever_removed(orphan: Path, store: Path) -> None:
    others = [store / "evidence/notes.txt", store / "letters/aa/letter.pdf", orphan.parent / "notes.txt"]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        os.utime(path, (0, 0))
    os.utime(orphan, (0, 0))
    assert files.remove_orphans() == 1
    assert all(path.exists() for path in others)


def test_the_command_says_how_many_it_removed_and_spares_what_is_young(
    orphan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("remove_orphaned_files", hours=1)
    os.utime(orphan, (0, 0))
    call_command("remove_orphaned_files")
    assert capsys.readouterr().out == "Removed 0 files.\nRemoved 1 file.\n"
    with pytest.raises(CommandError):
        call_command("remove_orphaned_files", hours=0)


def test_without_any_file_there_is_nothing_to_remove() -> None:
    assert files.remove_orphans() == 0


def test_the_daily_tick_names_a_task_that_is_there(settings: Any) -> None:
    tick = settings.CELERY_BEAT_SCHEDULE["orphaned-files"]
    assert tick["task"] == tasks.remove_orphaned_files.name
