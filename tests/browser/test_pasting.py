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
# Puts the caret so many signs before the end.
PLACE = """back => {
  const { editor } = document.querySelector("trix-editor");
  editor.setSelectedRange(editor.getDocument().getLength() - 1 - back);
}"""
# The editor hears of a selection by keys a little later.
HAS_SELECTED = """words => {
  const { editor } = document.querySelector("trix-editor");
  return editor.getDocument().getStringAtRange(editor.getSelectedRange()) === words;
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
    cast: Cast, open_window: OpenWindow, session_app: Flask
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


CELLS = "<table><tr><td>10</td><td>20</td></tr>{}</table>"
EXCEL = CELLS.format("<tr><td>30</td><td>40</td></tr>")
# What stands in the text, how far before its end the caret is, what is pasted, what is written.
AT_THE_CARET = {
    "rows after words": (
        "<p>Budget 5</p>",
        0,
        EXCEL,
        "<p>Budget 5</p><p>10 | 20</p><p>30 | 40</p>",
    ),
    "rows within words": (
        "<p>Budget 5 euros</p>",
        6,
        EXCEL,
        "<p>Budget 5</p><p>10 | 20</p><p>30 | 40</p><p>euros</p>",
    ),
    "rows before words": ("<p>5</p>", 1, EXCEL, "<p>10 | 20</p><p>30 | 40</p><p>5</p>"),
    "one row": ("<p>Budget 5</p>", 0, CELLS.format(""), "<p>Budget 5</p><p>10 | 20</p>"),
    "one cell": ("<p>Budget 5</p>", 0, "<table><tr><td>10</td></tr></table>", "<p>Budget 510</p>"),
    "paragraphs": (
        "<p>Budget 5</p><p>Fin</p>",
        4,
        "<p>Alpha</p><p>Beta</p>",
        "<p>Budget 5</p><p>Alpha</p><p>Beta</p><p>Fin</p>",
    ),
    "lines": ("<p>Budget 5</p>", 1, "<p>a<br>b</p>", "<p>Budget</p><p>a<br>b</p><p>5</p>"),
    "one paragraph": ("<p>Budget 5</p>", 1, "<p>de </p>", "<p>Budget de5</p>"),
    "in a list": (
        "<ul><li>un</li><li>deux</li></ul>",
        5,
        "<p>Alpha</p><p>Beta</p>",
        "<ul><li>un</li><li>Alpha<br>Beta</li><li>deux</li></ul>",
    ),
    "after a heading": (
        "<h2>Budget</h2>",
        0,
        "<p>Alpha</p><p>Beta</p>",
        "<h2>Budget</h2><p>Alpha</p><p>Beta</p>",
    ),
}


def test_tables_and_several_lines_do_not_join_the_words_at_the_caret(
    cast: Cast, open_window: OpenWindow
) -> None:
    """B3: two rows after “Budget 5” gave “Budget 510 | 20”."""
    window, made = open_window(cast.chloe), {}
    for name, (text, back, html, _kept) in AT_THE_CARET.items():
        page = opened(window, make_post(cast.chloe, cast.ess, body_html=text))
        copy(page, Pasted("", html=html, words="x"))
        page.locator("trix-editor").focus()
        page.evaluate(PLACE, back)
        page.keyboard.press("Control+v")
        expect(page.locator(WRITTEN)).not_to_have_value(text)
        made[name] = page.locator(WRITTEN).input_value()
    assert made == {name: kept for name, (_text, _back, _html, kept) in AT_THE_CARET.items()}


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
    page.wait_for_function(HAS_SELECTED, arg="Le guide complet tout nouveau")
    page.keyboard.press("Control+v")
    expect(written).to_have_value(f'<p><a href="https://avise.org/guide">Le guide {bold}</a></p>')
    page.keyboard.press("Control+z")
    expect(written).to_have_value(f"<p>Le guide {bold}</p>")
