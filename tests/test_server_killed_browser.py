"""The server is killed while somebody types: what they typed is there when it is back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, expect

from accounts.models import User
from benchmarks.models import ProgressUpdate
from tests.make import PASSWORD, make_benchmark
from tests.starts import free_port, wait_for
from tracker import processes

CLONE = Path(__file__).resolve().parent.parent


class Server:
    """The product's pages as a process of its own on the tests' database, which can be killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        runtime = urlsplit(os.environ["TRACKER_TEST_RUNTIME_URL"])
        database = urlunsplit(runtime._replace(path=f"/{connection.settings_dict['NAME']}"))
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", "--insecure", f"127.0.0.1:{self.port}"],
            cwd=CLONE,
            env={**os.environ, "DATABASE_URL": database, "SECRET_KEY": settings.SECRET_KEY},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=processes.die_with_parent(signal.SIGKILL),
        )
        wait_for(self.answers, "the server")

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.origin}/health/live", timeout=5):
                return True
        except HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.kill()


def test_a_draft_is_recovered_after_the_server_was_killed(
    server: Server, chromium: Browser, alice: User
) -> None:
    make_benchmark(alice, slug="access")
    browsing = chromium.new_context()
    page = browsing.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{server.origin}/accounts/login/?next=/benchmarks/access/log/")
    page.get_by_label("Mail address").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    narrative = page.get_by_label("What happened")
    narrative.fill("Typed before it was killed.")
    expect(page.locator("[data-state]")).to_contain_text("Kept at", timeout=30_000)
    server.kill()
    narrative.fill("Typed before it was killed, and while it was away.")
    expect(page.locator("[data-state]")).to_contain_text("No connection", timeout=30_000)
    page.get_by_role("button", name="Submit for review").click()
    expect(narrative, "a page that does not answer is not gone to").to_have_value(
        "Typed before it was killed, and while it was away."
    )
    page.close(run_before_unload=False)
    server.start()
    again = browsing.new_page()
    update = ProgressUpdate.objects.get()
    again.goto(f"{server.origin}/updates/{update.pk}/edit/")
    expect(again.get_by_label("What happened")).to_have_value("Typed before it was killed.")
    again.get_by_role("button", name="Use them").click()
    expect(again.get_by_label("What happened")).to_have_value(
        "Typed before it was killed, and while it was away."
    )
    expect(again.locator("[data-state]")).to_contain_text("Kept at", timeout=30_000)
    copy = update.working_copies.get(is_aside=False)
    assert copy.words["narrative"] == ["Typed before it was killed, and while it was away."]
    browsing.close()
