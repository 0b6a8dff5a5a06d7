"""An administrator finds people, suspends and promotes them by keyboard, on a phone too."""

import re

from playwright.sync_api import expect

from tests.browser.test_keyboard import tab_to
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast


def test_accounts_are_looked_after_by_keyboard(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.farid, width=PHONE)
    page.goto("/administration")
    tab_to(page, "input[name=q]")
    page.keyboard.type("chloe")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=chloe"))
    tab_to(page, f"a[href='/administration/membres/{cast.chloe.id}']")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Chloé Dumas")
    promote = "form[action$='/administration'] button"
    tab_to(page, promote)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    question = "Donner à Chloé Dumas l’administration de tout le site\u202f?"
    expect(dialog).to_have_accessible_name(question)
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page.locator(promote)).to_be_focused()
    tab_to(page, f"a[href$='/{cast.chloe.id}/suspendre']")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Suspendre Chloé Dumas")
    tab_to(page, "textarea[name=reason]")
    page.keyboard.type("Des messages publicitaires répétés.")
    tab_to(page, "input[name=length]")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("30 jours")).to_be_checked()
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le compte est suspendu.")).to_be_visible()
    expect(page.get_by_role("link", name="Lever la suspension")).to_be_visible()
