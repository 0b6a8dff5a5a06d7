"""Browser windows: Debian's Chromium, driven by Playwright, and axe to check a page."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from grandequipe.core.transactions import atomic
from grandequipe.members.models import Member
from grandequipe.members.services import begin_session
from tests.site import Site

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
# The shell, which draws no windows, takes a third of the processor time of the whole browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PHONE, DESKTOP = 360, 1280  # widths in CSS pixels
# Until then, which may take long on a slow machine, links and buttons load whole pages.
SCRIPTS_RUN = "() => window.htmx"
# Chromium's own messages about responses that are not 200, and connections that a scene closed.
NETWORK = ("Failed to load resource", "WebSocket connection to")
SERIOUS = {"serious", "critical"}
ARGUMENTS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(() if os.geteuid() else ("--no-sandbox",)),
]

# Milliseconds, for slow machines.
expect.set_options(timeout=20_000)

OpenWindow = Callable[..., Page]
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def large_text(chromium: Browser) -> Iterator[Browser]:
    """Start another, with text of twice the size as the user's setting."""
    browser = chromium.browser_type.launch(
        executable_path=_found(),
        args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32"],
    )
    yield browser
    browser.close()


def launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium."""
    return playwright.chromium.launch(executable_path=_found(), args=ARGUMENTS)


def _found() -> str:
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert path, "Chromium is missing: `make test` says what to install"
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Store on the test whether it failed, for `open_window` to report."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def open_window(
    chromium: Browser, site: Site, session_app: Flask, request: pytest.FixtureRequest
) -> Iterator[OpenWindow]:
    """Open windows on the running site: for a visitor, or logged in as a member.

    The scene fails when a page logs an error, violates the content security policy, or requests
    anything from another site. The windows' content is reported when the scene fails.
    """
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(
        member: Member | None = None,
        width: int = DESKTOP,
        dark: bool = False,
        locale: str = "fr-FR",
        scripts: bool = True,
        browser: Browser = chromium,
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id="Europe/Paris",
            java_script_enabled=scripts,
        )
        opened.append(context)
        if member is not None:
            context.add_cookies([_session_of(member, session_app, site)])
        page = context.new_page()
        _listen(page, site, errors)
        return page

    yield open_one
    for context in opened:
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                shown = page.locator("body").aria_snapshot()
                request.node.add_report_section("teardown", "window", f"{page.url}\n{shown}")
        context.close()
    assert errors == []


# The bar at the bottom covers targets which can be scrolled out from under it: not an error.
WITHOUT_BAR = """options => {
    if (!("axe" in window)) return null;
    const bar = document.querySelector(".bottom-bar");
    bar?.style.setProperty("position", "static");
    return axe.run(document, options).finally(() => bar?.style.removeProperty("position"));
}"""


def findings(page: Page, *rules: str) -> list[str]:
    """List axe's serious and critical findings on a page, by all rules or by those named."""
    # WCAG 2.5.8, which Lighthouse checks too, is off in axe by default.
    options = {
        "resultTypes": ["violations"],
        # No rule that is on by default and serious needs the style sheets and sounds themselves.
        "preload": False,
        **({"runOnly": list(rules)} if rules else {"rules": {"target-size": {"enabled": True}}}),
    }
    found: dict[str, Any] | None = page.evaluate(WITHOUT_BAR, options)
    if found is None:
        page.evaluate(AXE.read_text())
        found = page.evaluate(WITHOUT_BAR, options)
    assert found is not None
    return [
        f"{violation['id']}: {node['html'][:200]} ({'; '.join(c['message'] for c in node['any'])})"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> int:
    """Measure by how many pixels a page scrolls sideways."""
    overflow: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return overflow


def _session_of(member: Member, session_app: Flask, site: Site) -> Any:
    """Make the session cookie of a log-in."""
    serializer = session_app.session_interface.get_signing_serializer(session_app)  # type: ignore[attr-defined]
    with atomic():
        key, _id = begin_session(member)
    kept = {"_user_id": key, "_fresh": True, "fs_cc": "set", "fs_paa": time()}
    return {"name": "session", "value": serializer.dumps(kept), "url": site.url}


def _listen(page: Page, site: Site, errors: list[str]) -> None:
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            errors.append(f"{page.url}: {message.text}")
            if message.type == "error" and not message.text.startswith(NETWORK)
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((site.url, "data:", "blob:", site.url.replace("http", "ws")))
            else errors.append(f"{page.url} requested {request.url}")
        ),
    )
