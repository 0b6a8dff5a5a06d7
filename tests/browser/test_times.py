"""How long ago something was, as a calendar counts it: yesterday ends at midnight."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.members.models import Member
from tests.chromium import OpenWindow
from tests.factories import Cast

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
ADD = """instant => {
  document.querySelector("main").innerHTML =
    `<time datetime="${instant}" data-relative>exactement</time>`;
  document.dispatchEvent(new CustomEvent("content:added", { detail: document }));
}"""

KEPT = """() => {
  const title = document.querySelector("input[name=title]");
  title.dispatchEvent(new Event("input", { bubbles: true }));
  return JSON.stringify(localStorage).includes("Un titre à garder");
}"""


def announced(page: Page, instant: str) -> str:
    """Read what a page makes of an instant."""
    page.evaluate(ADD, instant)
    return str(page.locator("main time > span").first.text_content())


@pytest.fixture
def page(cast: Cast, open_window: OpenWindow) -> Page:
    """Open a page in Paris on a Monday at nine."""
    return opened(open_window)


def opened(open_window: OpenWindow, member: Member | None = None) -> Page:
    """Open the help page at that hour."""
    page = open_window(member)
    page.clock.set_fixed_time(NOW)
    page.goto("/aide")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def test_yesterday_is_the_day_before_by_the_calendar(page: Page) -> None:
    assert {
        instant: announced(page, f"{instant}:00+01:00")
        for instant in (
            *("2026-11-23T09:00", "2026-11-23T08:15", "2026-11-23T00:10", "2026-11-22T23:50"),
            *("2026-11-22T00:05", "2026-11-21T23:55", "2026-11-20T12:00", "2026-11-17T00:05"),
            *("2026-11-16T23:00", "2026-11-01T10:00", "2025-11-23T10:00"),
        )
    } == {
        "2026-11-23T09:00": "à l’instant",
        "2026-11-23T08:15": "il y a 45 minutes",
        "2026-11-23T00:10": "il y a 8 heures",
        "2026-11-22T23:50": "hier",
        "2026-11-22T00:05": "hier",
        "2026-11-21T23:55": "avant-hier",
        "2026-11-20T12:00": "il y a 3 jours",
        "2026-11-17T00:05": "il y a 6 jours",
        "2026-11-16T23:00": "16 novembre",
        "2026-11-01T10:00": "1er novembre",
        "2025-11-23T10:00": "23 novembre 2025",
    }


def test_paper_has_the_exact_time(page: Page) -> None:
    assert announced(page, "2026-11-20T12:00:00+01:00") == "il y a 3 jours"
    page.emulate_media(media="print")
    relative, exact = page.locator("main time > span").all()
    expect(relative).to_be_hidden()
    box = exact.bounding_box()
    assert exact.inner_text() == "exactement"
    assert box is not None
    assert box["width"] > 40, "no longer cut to a dot"


def test_midnight_is_that_of_the_reader_s_own_clock(cast: Cast, open_window: OpenWindow) -> None:
    with atomic():
        cast.chloe.time_zone = "America/Martinique"
    page = opened(open_window, cast.chloe)
    assert announced(page, "2026-11-22T05:30:00+01:00") == "hier"
    assert announced(page, "2026-11-22T04:30:00+01:00") == "avant-hier"


def test_english_days_are_written_as_on_the_rest_of_the_page(open_window: OpenWindow) -> None:
    page = open_window(locale="en-GB")
    page.clock.set_fixed_time(NOW)
    page.goto("/aide")
    assert announced(page, "2025-12-15T10:00:00+01:00") == "15 December 2025"
    assert announced(page, "2026-11-01T10:00:00+01:00") == "1 November"


@pytest.mark.parametrize(
    ("at", "locale", "words"),
    [
        ("2026-11-23T00:30:00+01:00", "fr", "22 novembre 2026 à 19\u00a0h\u00a030"),
        ("2026-11-23T15:00:00+01:00", "fr", "23 novembre 2026 à 10\u00a0h"),
        ("2026-11-23T00:30:00+01:00", "en", "22 November 2026 at 7:30\u00a0pm"),
        ("2026-11-23T17:00:00+01:00", "en", "23 November 2026 at noon"),
    ],
)
def test_hours_that_scripts_write_are_those_of_the_pages(
    at: str, locale: str, words: str, cast: Cast, open_window: OpenWindow
) -> None:
    """A draft is offered with the day and the hour of its reader's clock, not of the machine's."""
    with atomic():
        cast.chloe.time_zone, cast.chloe.locale = "America/Martinique", locale
    page = open_window(cast.chloe)
    page.clock.set_fixed_time(datetime.fromisoformat(at))
    page.goto("/groupes/ess-quartiers/publier/actualite")
    page.fill("input[name=title]", "Un titre à garder")
    # The script that keeps drafts may come after the typing: it hears of the next key.
    page.wait_for_function(KEPT, polling=1000)
    page.reload()
    expect(page.locator(".draft-offer p")).to_have_text(re.compile(rf"\s{words}[.\s]"))
