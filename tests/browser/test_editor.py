"""The rich editor, where people write: whatever they press, the console stays silent.

A window itself complains of what the console says and of a broken content policy.
"""

import re

from playwright.sync_api import Page, expect

from tests.chromium import OpenWindow
from tests.factories import Cast

NEWS = "/groupes/ess-quartiers/publier/actualite"
WRITTEN = "input[name=body_html], textarea[name=body_html]"


def opened(page: Page) -> Page:
    """Open a form and write a word into the editor, which stays selected."""
    page.goto(NEWS)
    page.locator("trix-editor").click()
    page.keyboard.type("Bonjour")
    page.keyboard.press("Control+a")
    return page


def test_a_link_that_is_thought_better_of_leaves_no_trace(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = opened(open_window(cast.chloe))
    page.keyboard.press("Control+k")
    expect(page.get_by_label("Adresse du lien")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Adresse du lien")).to_be_hidden()
    expect(page.locator("trix-editor")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" !")
    assert page.locator("trix-editor [style], trix-frozen").count() == 0
    expect(page.locator(WRITTEN)).to_have_value(re.compile("^<p>Bonjour(&nbsp;| )!</p>$"))


def test_what_a_link_is_made_of_stays_marked_while_its_address_is_typed(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = opened(open_window(cast.chloe))
    page.keyboard.press("Control+k")
    expect(page.locator("trix-frozen")).to_have_text("Bonjour")
    page.keyboard.type("https://example.org/")
    page.keyboard.press("Enter")
    expect(page.locator("trix-editor a")).to_have_text("Bonjour")
    expect(page.locator(WRITTEN)).to_have_value('<p><a href="https://example.org/">Bonjour</a></p>')


def test_every_tool_can_be_pressed_in_turn(cast: Cast, open_window: OpenWindow) -> None:
    page = opened(open_window(cast.chloe))
    for button in page.locator(".editor-bar button:enabled").all():
        button.click()
        page.locator("trix-editor").press("Escape")
    expect(page.locator("trix-editor [style]")).to_have_count(0)


def test_the_last_key_is_sent_too(cast: Cast, open_window: OpenWindow) -> None:
    """On a machine too slow to paint what was typed before it is sent."""
    page = opened(open_window(cast.chloe))
    page.fill("input[name=title]", "Un titre")
    page.evaluate("() => { window.requestAnimationFrame = () => 0 }")
    page.locator("trix-editor").focus()
    page.keyboard.press("End")
    page.keyboard.type(", quartier")
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Un titre")
    expect(page.locator(".post .prose")).to_have_text("Bonjour, quartier")
