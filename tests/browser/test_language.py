"""The other language is one touch away, on a phone and on a desktop."""

import pytest
from playwright.sync_api import expect

from tests.chromium import DESKTOP, PHONE, OpenWindow
from tests.factories import Cast


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", [None, "chloe"])
def test_every_page_offers_the_other_language(
    name: str | None, width: int, cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(getattr(cast, name) if name else None, width=width)
    page.goto("/groupes")
    english = page.get_by_role("button", name="English")
    expect(english).to_be_visible()
    english.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
