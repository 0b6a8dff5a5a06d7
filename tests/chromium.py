"""Real windows: Debian's Chromium, driven by Playwright, with axe to look at each page."""

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
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE, DESK = 360, 1280
# Before that, which a slow machine reaches late, a link or button leads to a whole page.
SCRIPTS_RUN = "() => window.htmx"
# What Chromium itself says of an answer that is no 200, and of a line that a scene cut.
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

# What a slow machine needs; a wait ends as soon as what it waits for is there.
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
    """Start another, whose reader has chosen text of twice the size."""
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
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "Chromium is missing: `make test` says what to install"
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on the scene whether it failed, for what it leaves to tell."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def open_window(
    chromium: Browser, site: Site, house: Flask, request: pytest.FixtureRequest
) -> Iterator[OpenWindow]:
    """Open windows on the running site: for a visitor, or logged in as a member.

    A window fails its scene when the page logs an error, breaks the content policy, or asks
    another site for anything. What the windows of a failed scene showed is reported.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(
        member: Member | None = None,
        width: int = DESK,
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
            context.add_cookies([_session_of(member, house, site)])
        page = context.new_page()
        _listen(page, site, complaints)
        return page

    yield open_one
    for context in opened:
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                shown = page.locator("body").aria_snapshot()
                request.node.add_report_section("teardown", "window", f"{page.url}\n{shown}")
        context.close()
    assert complaints == []


# What lies under the bar at the bottom is scrolled out of there: it hides no target for good.
WITHOUT_BAR = """asked => {
    if (!("axe" in window)) return null;
    const bar = document.querySelector(".bottom-bar");
    bar?.style.setProperty("position", "static");
    return axe.run(document, asked).finally(() => bar?.style.removeProperty("position"));
}"""


def findings(page: Page, *rules: str) -> list[str]:
    """List what axe finds on a page that is serious or critical, by all rules or by some."""
    # WCAG 2.5.8, which Lighthouse asks too: axe leaves it out unless it is named.
    asked = {
        "resultTypes": ["violations"],
        **({"runOnly": list(rules)} if rules else {"rules": {"target-size": {"enabled": True}}}),
    }
    found: dict[str, Any] | None = page.evaluate(WITHOUT_BAR, asked)
    if found is None:
        page.evaluate(AXE.read_text())
        found = page.evaluate(WITHOUT_BAR, asked)
    assert found is not None
    return [
        f"{violation['id']}: {node['html'][:200]} ({'; '.join(c['message'] for c in node['any'])})"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> int:
    """Tell by how many pixels a page scrolls sideways."""
    wide: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def _session_of(member: Member, house: Flask, site: Site) -> Any:
    """Give the cookie that logging in gives."""
    serializer = house.session_interface.get_signing_serializer(house)  # type: ignore[attr-defined]
    with atomic():
        key, _id = begin_session(member)
    kept = {"_user_id": key, "_fresh": True, "fs_cc": "set", "fs_paa": time()}
    return {"name": "session", "value": serializer.dumps(kept), "url": site.url}


def _listen(page: Page, site: Site, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{page.url}: {said.text}")
            if said.type == "error" and not said.text.startswith(NETWORK)
            else None
        ),
    )
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((site.url, "data:", "blob:", site.url.replace("http", "ws")))
            else complaints.append(f"{page.url} asked {asked.url}")
        ),
    )
