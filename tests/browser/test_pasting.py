"""B3, B4, B6, B8: what is pasted keeps its shape, and no two words are joined.

The clipboard and the keys are real ones. A window itself complains of a broken content policy,
which a style on the clipboard must not cause.
"""

from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect

from grandequipe.extensions import db
from grandequipe.feed.models import Post
from tests.browser.pasted import PASTED, Pasted
from tests.chromium import OpenWindow
from tests.factories import Cast, make_post

EDITOR_RUNS = "() => document.querySelector('trix-editor')?.editor"
COPY = """([html, words]) => addEventListener("copy", event => {
  event.preventDefault();
  if (html) event.clipboardData.setData("text/html", html);
  if (words) event.clipboardData.setData("text/plain", words);
}, { once: true, capture: true })"""
# Saves what the form holds as its button does, and stays on the page.
SAVE = """async () => {
  const area = document.querySelector("textarea[name=body_html]");
  const sent = new FormData(area.form);
  sent.delete("seen");
  const answer = await fetch(area.form.action, { method: "POST", body: sent, redirect: "manual" });
  return answer.type;
}"""
WRITTEN = "textarea[name=body_html]"
REL = ' rel="noopener noreferrer nofollow ugc"'


def copy(page: Page, pasted: Pasted) -> None:
    """Put on the clipboard, by the keys for it, what a program would put there."""
    page.locator("input[name=title]").focus()
    page.evaluate(COPY, [pasted.html, pasted.words])
    page.keyboard.press("Control+c")


def paste(page: Page, pasted: Pasted) -> None:
    """Paste in the place of all that stands in the editor."""
    copy(page, pasted)
    page.locator("trix-editor").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+v")


def opened(page: Page, post: Post) -> Page:
    """Open the form that changes a post, whose editor runs."""
    page.goto(f"/publications/{post.id}/modifier")
    page.wait_for_function(EDITOR_RUNS)
    return page


def test_what_programs_copy_is_stored_with_its_shape(
    cast: Cast, open_window: OpenWindow, house: Flask
) -> None:
    post = make_post(cast.chloe, cast.ess)
    page = opened(open_window(cast.chloe), post)
    stored: dict[str, Any] = {}
    for name, pasted in PASTED.items():
        paste(page, pasted)
        assert page.evaluate(SAVE) == "opaqueredirect", name
        db.session.rollback()
        stored[name] = db.session.get_one(Post, post.id).body_html.replace(REL, "")
    assert stored == {name: pasted.kept for name, pasted in PASTED.items()}


def test_words_go_where_the_caret_is_and_addresses_upon_words(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Walk 1.17: an address that is pasted upon words makes them a link."""
    post = make_post(cast.chloe, cast.ess, body_html="<p>Le guide complet</p>")
    page = opened(open_window(cast.chloe), post)
    written, bold = page.locator(WRITTEN), "complet tout <strong>nouveau</strong>"
    copy(page, Pasted("", html="<p>tout <b>nouveau</b></p>", words="tout nouveau"))
    page.locator("trix-editor").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" ")
    page.keyboard.press("Control+v")
    expect(written).to_have_value(f"<p>Le guide {bold}</p>")
    copy(page, Pasted("", words="https://avise.org/guide"))
    page.locator("trix-editor").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Control+v")
    expect(written).to_have_value(f'<p><a href="https://avise.org/guide">Le guide {bold}</a></p>')
    page.keyboard.press("Control+z")
    expect(written).to_have_value(f"<p>Le guide {bold}</p>")
