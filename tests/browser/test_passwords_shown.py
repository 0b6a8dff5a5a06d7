"""One may look at the password that one types, by a press or by the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.chromium import PHONE, OpenWindow, findings, sideways
from tests.factories import PASSWORD

pytestmark = pytest.mark.slow


def test_a_press_shows_what_is_typed_and_sending_hides_it(open_window: OpenWindow) -> None:
    page = open_window(width=PHONE)
    page.goto("/inscription")
    field = page.locator("#password")
    button = page.get_by_role("button", name="Afficher le mot de passe")
    field.fill(PASSWORD)
    expect(button).to_have_attribute("aria-pressed", "false")
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_value(PASSWORD)
    assert findings(page) == []
    assert sideways(page) == 0
    page.locator("main form").evaluate(
        "form => form.addEventListener('submit', e => e.preventDefault())"
    )
    page.locator("main form button[type=submit]").click()
    expect(field).to_have_attribute("type", "password")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_the_log_in_page_begins_at_its_top(open_window: OpenWindow) -> None:
    """What is said above the fields is passed over by nobody's keyboard, nor ears."""
    page = open_window()
    page.goto("/connexion?next=/publier")
    assert page.evaluate("document.activeElement === document.body")
    expect(page.get_by_role("button", name="Afficher le mot de passe")).to_have_count(1)


def test_without_scripts_there_is_nothing_to_press(open_window: OpenWindow) -> None:
    page = open_window(scripts=False)
    page.goto("/connexion")
    expect(page.locator("[data-show-password]")).to_be_hidden()
