"""What is typed is kept, wherever in the page it is typed and whatever the browser allows."""

from playwright.sync_api import Page, expect

from grandequipe.feed.queries.threads import MOST_THREADS
from tests.browser.test_live import PATIENCE, listen
from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_comment, make_post

WORDS = "Une réponse commencée"


def test_an_answer_to_what_has_just_come_in_is_kept(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    said = make_comment(cast.bruno, post)
    begin_answer(page, said.id)
    page.reload()
    expect_answer_back(page, said.id)


def test_an_answer_to_what_was_said_long_ago_is_kept(cast: Cast, open_window: OpenWindow) -> None:
    """It stands in a part of the discussion that the page fetches when asked."""
    post = make_post(cast.amina, cast.ess)
    said, *_others = [make_comment(cast.bruno, post) for _ in range(MOST_THREADS + 1)]
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}")
    show_earlier(page)
    begin_answer(page, said.id)
    page.reload()
    show_earlier(page)
    expect_answer_back(page, said.id)


def show_earlier(page: Page) -> None:
    """Fetch what was said before what the page shows."""
    page.wait_for_function(SCRIPTS_RUN)
    page.get_by_role("link", name="Voir les commentaires précédents").click()


def begin_answer(page: Page, comment_id: int) -> None:
    """Type some words under a comment, and wait until they are kept."""
    place = page.locator(f"#comment-{comment_id}")
    place.locator(".reply > summary").click(timeout=PATIENCE)
    place.get_by_label("Votre réponse").press_sequentially(WORDS)
    page.wait_for_function(f"() => JSON.stringify(localStorage).includes('{WORDS}')")


def expect_answer_back(page: Page, comment_id: int) -> None:
    """Take up again what had been typed under a comment."""
    place = page.locator(f"#comment-{comment_id}")
    place.locator(".reply > summary").click()
    place.get_by_role("button", name="Reprendre").click()
    expect(place.get_by_label("Votre réponse")).to_have_value(WORDS)
