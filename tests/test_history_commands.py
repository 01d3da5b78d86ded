"""The commands that prove, mark and erase, as an administrator runs them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

from accounts.models import User
from benchmarks import history, verify
from benchmarks.models import Benchmark, Change, ProtectedText
from tests.conftest import as_owner
from tests.ledger import Ledger, django_as_owner, make_ledger, runtime_url

pytestmark = pytest.mark.promise("H1")


@pytest.fixture
def ledger(db: None) -> Ledger:
    return make_ledger()


def told(*arguments: str) -> str:
    """What a command says."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_proof_says_that_all_is_well(ledger: Ledger) -> None:
    assert f"{Change.objects.count()} changes, no gap, no edit" in told("verify_history")


def test_the_proof_exits_1_and_names_the_line(ledger: Ledger) -> None:
    out = io.StringIO()
    Benchmark.objects.filter(pk=ledger.benchmark.pk).update(rating="met")
    with pytest.raises(CommandError, match="1 finding") as raised:
        call_command("verify_history", stdout=out, stderr=out)
    assert raised.value.returncode == 1
    assert f"benchmark {ledger.benchmark.code}" in out.getvalue()


def test_a_checkpoint_is_printed_and_read_again(ledger: Ledger, tmp_path: Path, settings: Any) -> None:
    settings.SECRET_KEY_IS_GIVEN = True
    printed, kept = told("history_checkpoint"), tmp_path / "checkpoint"
    kept.write_text(printed)
    assert "no gap" in told("verify_history", "--checkpoint", str(kept))
    number = Change.objects.count()
    kept.write_text(printed.replace(str(number), str(number - 1), 1))
    with pytest.raises(CommandError, match="no checkpoint") as raised:
        told("verify_history", "--checkpoint", str(kept))
    assert raised.value.returncode == 2


def test_an_empty_history_has_no_checkpoint(db: None, settings: Any) -> None:
    settings.SECRET_KEY_IS_GIVEN = True
    with pytest.raises(CommandError, match="Nothing has been recorded"):
        told("history_checkpoint")


def test_a_checkpoint_needs_the_installations_key(ledger: Ledger, settings: Any) -> None:
    settings.SECRET_KEY_IS_GIVEN = False
    with pytest.raises(CommandError, match="SECRET_KEY"):
        told("history_checkpoint")


def test_the_role_of_the_application_erases_nothing(ledger: Ledger, ada: User) -> None:
    text = ledger.line.reason
    with pytest.raises(CommandError, match="owner of the tables"):
        told("erase_text", str(text.pk), "--by", ada.email, "--yes")


@pytest.mark.django_db(transaction=True)
def test_an_owner_finds_an_edited_line_and_an_erasure_verifies(ada: User) -> None:
    """As it is tried from outside: two roles, and the commands in processes of their own."""
    ledger = make_ledger()
    with django_as_owner():
        assert "is erased" in told("erase_text", str(ledger.line.reason_id), "--by", ada.email, "--yes")
    erased = ProtectedText.objects.get(pk=ledger.line.reason_id)
    assert (erased.text, erased.salt) == ("", "")
    assert str(erased).startswith("[erased on")
    assert verified().returncode == 0
    with as_owner() as owner:
        owner.execute("ALTER TABLE benchmarks_statusevent DISABLE TRIGGER USER")
        edit = "UPDATE benchmarks_statusevent SET effective_on = '2009-01-01' WHERE id = %s"
        owner.execute(edit, [ledger.corrected.pk])
        owner.execute("ALTER TABLE benchmarks_statusevent ENABLE TRIGGER USER")
    proof = verified()
    assert proof.returncode == 1
    assert f"benchmarks.statusevent {ledger.corrected.pk} was edited" in proof.stderr
    assert "2 findings" in proof.stderr  # the line, and that it differs from its update


def verified() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "verify_history"],
        cwd=project.BASE_DIR,
        env={**os.environ, "DATABASE_URL": runtime_url(), "DJANGO_SETTINGS_MODULE": "tracker.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.django_db(transaction=True)
def test_a_text_is_erased_once(ada: User) -> None:
    ledger = make_ledger()
    with django_as_owner():
        history.erase_text(ledger.line.reason, by=ada)
        with pytest.raises(ValueError, match="erased already"):
            history.erase_text(ledger.line.reason, by=ada)
    assert list(verify.findings()) == []


@pytest.mark.parametrize("who", ["rosa", "nobody"])
def test_only_an_administrator_erases(ledger: Ledger, who: str) -> None:
    with pytest.raises(CommandError, match="is no administrator"):
        told("erase_text", str(ledger.line.reason_id), "--by", f"{who}@example.org", "--yes")
