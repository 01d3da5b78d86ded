"""The mail sink of a local start keeps what was sent, and sends nothing on."""

import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.starts import CLONE, free_port, wait_for


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A running sink's port."""
    number = free_port()
    environment = {**os.environ, "TRACKER_VAR": str(tmp_path), "TRACKER_MAIL_PORT": str(number)}
    sink = subprocess.Popen([sys.executable, "-m", "tracker.mailsink"], cwd=CLONE, env=environment)
    wait_for(lambda: answers(number), "the mail sink")
    yield number
    sink.send_signal(signal.SIGTERM)
    assert sink.wait(10) == 0


def answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
    except OSError:
        return False
    return True


def test_each_message_is_kept_whole_in_a_private_file(port: int, tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "tracker@example.org",
        "rosa@example.org",
        "Zwölf Tage",
    )
    message.set_content("达瓦仁钦 · Dawa Rinchen\n")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(message)
        client.send_message(message, to_addrs=["omar@example.org"])
    files = sorted((tmp_path / "mail").glob("*.eml"))
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    kept = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [each["X-Envelope-To"] for each in kept] == ["rosa@example.org", "omar@example.org"]
    assert kept[0]["Subject"] == "Zwölf Tage"
    assert kept[0].get_content().rstrip() == "达瓦仁钦 · Dawa Rinchen"
