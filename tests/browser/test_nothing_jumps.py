"""What comes by itself moves nothing of what is being read.

A comment elsewhere in a long discussion: see test_long_discussions.
"""

from playwright.sync_api import Locator, Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.feed.services import edit_post
from tests.browser.test_live import PATIENCE, listen
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast, draft_of, make_post

ESS = "/groupes/ess-quartiers"
LONG = "<p>Un paragraphe qui se lit.</p>" * 40


def height_of(place: Locator) -> float:
    """Return how far from the top of the window something stands."""
    found: float = place.evaluate("place => place.getBoundingClientRect().top")
    return found


def scroll(page: Page, pixels: int) -> None:
    """Read on."""
    page.evaluate("pixels => window.scrollTo({top: pixels, behavior: 'instant'})", pixels)


def test_new_posts_move_none_of_those_that_are_read(cast: Cast, open_window: OpenWindow) -> None:
    """At the top of the page, and further down."""
    for each in range(6):
        make_post(cast.amina, cast.ess, title=f"Déjà lue {each}")
    for read in (0, 500):
        page = listen(open_window(cast.chloe, width=PHONE), ESS)
        scroll(page, read)
        card = page.locator("article.card").nth(2)
        before = height_of(card)
        make_post(cast.amina, cast.ess, title="Nouvelle")
        expect(page.locator("[data-quiet-bar] button")).to_be_in_viewport(timeout=PATIENCE)
        assert height_of(card) == before


def test_a_post_that_was_changed_says_so_and_stays_in_place(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Wherever the reader is in it: at its top, and in its middle."""
    for read in (0, 400):
        post = make_post(cast.amina, cast.ess, body_html=LONG)
        page = listen(open_window(cast.chloe, width=PHONE), f"/publications/{post.id}")
        scroll(page, read)
        body = page.locator("article.post .prose")
        before = height_of(body)
        with atomic():
            edit_post(cast.amina, post, draft_of(title="Mieux dit", body_html=LONG))
        expect(page.locator("[data-note=edited] a")).to_be_in_viewport(timeout=PATIENCE)
        assert height_of(body) == before
