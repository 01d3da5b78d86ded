"""A real browser for tests of pages: Debian's Chromium, or any Chrome the machine has.

A test takes the fixture `window`, signs somebody in, opens a page and asks `window.check()`: no violation of
accessibility, no sideways scrolling, nothing that the content security policy refused, no script error, no
failed request and none to another host; wide and narrow, light and dark. Without a browser these tests are
skipped by name.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from accounts.models import User

Scheme = Literal["light", "dark"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WIDTHS = (1280, 320)
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# What a scheme changes is colour alone; asking the rest of axe again would double the run.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
OPTIONS: dict[Scheme, dict[str, Any]] = {"light": AXE_OPTIONS, "dark": CONTRAST}
REPORT_REFUSALS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP refused ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def installed_browser() -> str | None:
    """Where a Chromium or Chrome is, the one named in TRACKER_BROWSER first."""
    named = os.environ.get("TRACKER_BROWSER")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file of tests. No longer: while it runs, its event loop is in the way of others."""
    path = installed_browser()
    if path is None:
        pytest.skip("no Chromium or Chrome is installed; .ci/run installs one")
    # Playwright's loop runs in this thread, and Django would take it for an asynchronous view's.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()
        # While the loop runs Django keeps connections of its own for it.
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Window:
    """One page of the browser, and everything that went wrong in it."""

    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(REPORT_REFUSALS)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # What failed to load is reported by its response, with its address.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:")):
            self.faults.append(f"to another host: {request.url}")

    def _response(self, response: Response) -> None:
        # The page itself may well answer 404: then it is the page under test.
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status}: {response.url}")

    def sign_in(self, user: User) -> None:
        """Give this window the session of somebody who signed in."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": session.key, "value": session.value, "url": self.origin}])

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def check(self) -> None:
        """Assert that the page which is open is accessible and clean, at both widths and in both schemes."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            for scheme, options in OPTIONS.items():
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                where = f"{self.page.url} at {width} px, {scheme}"
                wrong, wide = violations(self.page, options), overflow(self.page)
                assert not wrong, f"{where}: {wrong}"
                assert not wide, f"{where} scrolls sideways: {wide}"
        assert not self.faults, self.faults


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe objects to: the rule, and the elements it means."""
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes']][:3]}" for rule in found]


def overflow(page: Page) -> list[str]:
    """The outermost elements that reach beyond the window's right edge, where the page scrolls sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
            [...document.querySelectorAll("body *")]
              .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
              .map((each) => each.outerHTML.slice(0, 120)).slice(0, 4).concat("…")"""
    )
    return found


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer) -> Iterator[Window]:
    """A window of its own for each test, with nobody signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield Window(context.new_page(), live_server.url)
    context.close()
