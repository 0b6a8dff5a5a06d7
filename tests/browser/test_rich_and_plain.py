"""B2, B5: the form says what it sends, and the editor keeps what it is given."""

import re

import pytest
from playwright.sync_api import expect

from grandequipe.extensions import db
from grandequipe.feed.models import Post
from tests.browser.test_drafts import hold
from tests.browser.test_pasting import opened
from tests.chromium import OpenWindow
from tests.factories import Cast, make_post

NEWS = "/groupes/ess-quartiers/publier/actualite"
TYPED = "Budget: a<b\nÀ mardi <3\n\nJean <jean@example.org>"
KEPT = "<p>Budget: a&lt;b<br>À mardi &lt;3</p><p>Jean &lt;jean@example.org&gt;</p>"
RICH = (
    "<h3>Partie</h3><p><u>a</u> <s>b</s> <code>c</code> 10<sup>3</sup></p><pre>x\n  y</pre>"
    "<blockquote><p>un</p><p>deux</p></blockquote><blockquote>trois</blockquote>"
    "<ol><li>i<ul><li>j</li></ul></li></ol><p>fin</p>"
)
MIXED = "<blockquote><p>un</p><ul><li>deux</li></ul><p>trois</p></blockquote>"
NOTE = re.compile("^L’éditeur ne sait pas garder")
# No frame is painted until they are released.
HOLD_FRAMES = """() => {
  const { requestAnimationFrame, cancelAnimationFrame } = window;
  const held = new Map();
  let last = 0;
  window.requestAnimationFrame = callback => { held.set(++last, callback); return last; };
  window.cancelAnimationFrame = id => held.delete(id);
  window.releaseFrames = () => {
    Object.assign(window, { requestAnimationFrame, cancelAnimationFrame });
    for (const callback of held.values()) requestAnimationFrame(callback);
  };
}"""


def test_what_is_typed_before_the_editor_comes_stays_words(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    held = hold(page, "editor", NEWS)
    page.locator("textarea[name=body_html]").fill(TYPED)
    held.continue_()
    expect(page.locator("textarea[name=body_html]")).to_have_value(KEPT)
    expect(page.locator("trix-editor p")).to_have_text(
        [re.compile("À mardi <3$"), "Jean <jean@example.org>"]
    )
    page.fill("input[name=title]", "Un titre")
    page.locator(".form-actions button:not([name])").click()
    expect(page.locator(".post .prose p")).to_have_text(
        ["Budget: a<bÀ mardi <3", "Jean <jean@example.org>"]
    )


def test_without_scripts_words_are_published_as_they_were_typed(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe, scripts=False)
    page.goto(NEWS)
    page.fill("input[name=title]", "Un titre")
    page.fill("textarea[name=body_html]", TYPED)
    page.locator(".form-actions button:not([name])").click()
    expect(page.locator(".post .prose p").last).to_have_text("Jean <jean@example.org>")
    page.locator("a[href$='/modifier']").click()
    expect(page.locator("textarea[name=body_html]")).to_have_value(TYPED)


def test_what_a_program_wrote_outlives_a_change_of_title_and_one_of_words(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.chloe, cast.ess, body_html=RICH)
    page = opened(open_window(cast.chloe), post)
    expect(page.locator("trix-editor blockquote")).to_have_text(["undeux", "trois"])
    expect(page.get_by_text(NOTE)).to_have_count(0)
    page.fill("input[name=title]", "Un autre titre")
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Un autre titre")
    assert body_of(post) == RICH
    opened(page, post).locator("trix-editor").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(".")
    page.locator(".form-actions button:not([name])").click()
    expect(page.locator(".post .prose p").last).to_have_text("fin.")
    assert body_of(post) == RICH.replace("fin", "fin.").replace("s>", "del>")


def test_an_author_is_warned_before_a_change_costs_some_formatting(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.chloe, cast.ess, body_html=MIXED)
    page = opened(open_window(cast.chloe), post)
    editor, written = page.locator("trix-editor"), page.locator("textarea[name=body_html]")
    expect(page.get_by_text(NOTE)).to_be_visible()
    expect(editor).to_have_accessible_description(NOTE)
    editor.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("s")
    expect(written).not_to_have_value(MIXED)
    page.keyboard.press("Control+z")
    expect(written).to_have_value(MIXED)


def test_a_hyphen_or_a_number_begins_a_list(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe)
    page.goto(NEWS)
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Au programme : a - b\n- un\ndeux\n\n1. trois")
    written = page.locator("textarea[name=body_html]")
    expect(written).to_have_value(
        "<p>Au programme : a - b</p><ul><li>un</li><li>deux</li></ul><ol><li>trois</li></ol>"
    )


@pytest.mark.parametrize(
    ("keys", "made"),
    [
        ("- un", "<ul><li>un</li></ul>"),
        ("1. un\ndeux", "<ol><li>un</li><li>deux</li></ol>"),
        ("a\n- un\ndeux", "<p>a</p><ul><li>un</li><li>deux</li></ul>"),
        ("a\n- un\n\n1. deux", "<p>a</p><ul><li>un</li></ul><ol><li>deux</li></ol>"),
    ],
)
def test_keys_that_come_quicker_than_frames_begin_a_list_in_their_order(
    cast: Cast, open_window: OpenWindow, keys: str, made: str
) -> None:
    page = open_window(cast.chloe)
    page.goto(NEWS)
    page.locator("trix-editor[contenteditable]").click()
    page.evaluate(HOLD_FRAMES)
    page.keyboard.type(keys)
    page.evaluate("() => releaseFrames()")
    expect(page.locator("textarea[name=body_html]")).to_have_value(made)


def body_of(post: Post) -> str:
    """Read what is stored of a post's text now."""
    db.session.rollback()
    return db.session.get_one(Post, post.id).body_html
