"""The rich editor, where people write: whatever they press, the console stays silent.

A window itself complains of what the console says and of a broken content policy.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import OpenWindow
from tests.factories import Cast

NEWS = "/groupes/ess-quartiers/publier/actualite"
WRITTEN = "input[name=body_html], textarea[name=body_html]"
# Pages where one writes have no htmx to wait for.
EDITOR_RUNS = "() => document.querySelector('trix-editor')?.editor"
DRAWN = "() => document.querySelector('trix-editor').editor.getSelectedRange()[0] === 7"
TWO_FRAMES = "() => new Promise(end => requestAnimationFrame(() => requestAnimationFrame(end)))"
SELECTED = "() => document.querySelector('trix-editor').editor.getSelectedRange()[0] === 0"


def opened(page: Page) -> Page:
    """Open a form and write a word into the editor, which stays selected."""
    page.goto(NEWS)
    page.wait_for_function(EDITOR_RUNS)
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Bonjour")
    # Trix draws what was typed in a frame to come, and learns of a selection after its key.
    page.wait_for_function(DRAWN)
    page.evaluate(TWO_FRAMES)
    page.keyboard.press("Control+a")
    page.wait_for_function(SELECTED)
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


PASTE = """([type, content]) => {
  const clipboardData = new DataTransfer();
  const picture = new File([content], "a.png", { type: "image/png" });
  if (type === "Files") clipboardData.items.add(picture);
  else clipboardData.setData(type, content);
  const how = { bubbles: true, cancelable: true };
  const editor = document.querySelector("trix-editor");
  editor.editor.setSelectedRange([0, "Bonjour".length]);
  const event = new ClipboardEvent("paste", { ...how, clipboardData });
  if (!editor.dispatchEvent(event)) return;
  const given = { ...how, inputType: "insertFromPaste", dataTransfer: clipboardData };
  editor.dispatchEvent(new InputEvent("beforeinput", given));
}"""
NO_PICTURES = "Les images d’un texte collé ne sont pas gardées."
PASTED = (
    "<h1>Titre</h1><p>bon<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></p>"
    "<table><tr><th>A</th><th>B</th></tr><tr><td>un</td><td>deux</td></tr></table>"
)


def test_a_picture_within_a_pasted_text_is_refused_aloud(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = opened(open_window(cast.chloe))
    page.keyboard.press("End")
    page.evaluate(PASTE, ("text/html", "<p>mot<img src='/x.png'></p>"))
    expect(page.get_by_role("status").get_by_text(NO_PICTURES)).to_be_visible()
    expect(page.locator("trix-editor img, trix-editor figure")).to_have_count(0)


def test_a_pasted_picture_joins_the_files_not_the_text(cast: Cast, open_window: OpenWindow) -> None:
    page = opened(open_window(cast.chloe))
    page.keyboard.press("End")
    page.evaluate(PASTE, ("Files", "x"))
    expect(page.get_by_role("list", name="Fichiers").get_by_text("a.png").first).to_be_visible()
    # One byte is no picture: this is said, as of a file that was chosen.
    expect(page.get_by_role("status").get_by_text("n’est pas d’un type accepté")).to_be_visible()
    expect(page.locator("trix-editor")).to_have_text("Bonjour")
    expect(page.locator("trix-editor img, trix-editor figure")).to_have_count(0)


def test_what_is_pasted_becomes_what_is_published(cast: Cast, open_window: OpenWindow) -> None:
    page = opened(open_window(cast.chloe))
    page.evaluate(PASTE, ("text/html", PASTED))
    expect(page.locator("trix-editor h2")).to_have_text("Titre")
    value = re.compile("^<h2>Titre</h2><p>bon</p><p>A \\| B</p><p>un \\| deux</p>$")
    expect(page.locator(WRITTEN)).to_have_value(value)


def test_the_last_key_is_sent_too(cast: Cast, open_window: OpenWindow) -> None:
    """On a machine too slow to paint what was typed before it is sent."""
    page = opened(open_window(cast.chloe))
    page.fill("input[name=title]", "Un titre")
    page.evaluate("() => { window.requestAnimationFrame = () => 0 }")
    page.locator("trix-editor[contenteditable]").focus()
    page.keyboard.press("End")
    page.keyboard.type(", quartier")
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Un titre")
    expect(page.locator(".post .prose")).to_have_text("Bonjour, quartier")


def test_the_button_of_a_link_says_that_its_box_is_open(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = opened(open_window(cast.chloe))
    button = page.locator("[data-trix-attribute=href]")
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Control+k")
    expect(button).to_have_attribute("aria-expanded", "true")
    assert button.get_attribute("aria-pressed") is None
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("send", ["Enter", "the button"])
def test_an_address_without_its_scheme_is_completed(
    cast: Cast, open_window: OpenWindow, send: str
) -> None:
    page = opened(open_window(cast.chloe))
    page.keyboard.press("Control+k")
    page.keyboard.type("avise.org")
    if send == "Enter":
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="Ajouter le lien").click()
    expect(page.locator("trix-editor a")).to_have_attribute("href", "https://avise.org")


def test_what_is_no_address_is_refused_aloud(cast: Cast, open_window: OpenWindow) -> None:
    page = opened(open_window(cast.chloe))
    page.keyboard.press("Control+k")
    field = page.get_by_label("Adresse du lien")
    page.keyboard.type("pas une adresse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas une adresse")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("^Ce n’est pas une adresse"))
    expect(field).to_be_focused()
    field.fill("https://avise.org/guide")
    page.keyboard.press("Enter")
    expect(page.locator("trix-editor a")).to_have_attribute("href", "https://avise.org/guide")
    page.locator("trix-editor[contenteditable]").focus()
    page.keyboard.press("Control+k")
    assert field.get_attribute("aria-invalid") is None
    expect(page.locator(".editor-link [role=alert]")).to_be_empty()


def test_an_address_that_is_given_up_is_no_longer_wrong(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = opened(open_window(cast.chloe))
    page.keyboard.press("Control+k")
    field = page.get_by_label("Adresse du lien")
    page.keyboard.type("pas une adresse")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") is None
    expect(page.locator(".editor-link [role=alert]")).to_be_empty()


@pytest.mark.parametrize("way", ["a:has-text('Accueil')", "button[name=preview][value='1']"])
def test_going_back_shows_the_text_that_is_still_there(
    way: str, cast: Cast, open_window: OpenWindow
) -> None:
    """The browser gives it back to the text area, which is hidden: the next key must add to it."""
    page = opened(open_window(cast.chloe))
    page.fill("input[name=title]", "Un titre")
    page.locator(way).first.click()
    page.wait_for_load_state()
    page.go_back()
    editor = page.locator("trix-editor")
    expect(editor).to_have_text("Bonjour")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" !")
    expect(page.locator(WRITTEN)).to_have_value(re.compile("^<p>Bonjour(&nbsp;| )!</p>$"))
