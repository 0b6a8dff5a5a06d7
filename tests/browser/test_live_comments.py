"""Comments come into an open post in the order in which they were said, and none is lost."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_live import PATIENCE, listen
from tests.chromium import OpenWindow
from tests.factories import Cast, make_comment, make_post


def test_what_is_said_in_a_row_comes_in_in_a_row(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    said = [f"Mot {number}" for number in range(6)]
    for words in said:
        make_comment(cast.bruno, post, words)
    expect(threads(page)).to_have_text(said, timeout=PATIENCE)


def test_a_discussion_that_was_cut_off_catches_up_in_order(
    cast: Cast, open_window: OpenWindow
) -> None:
    """What was said, and the answers to what was there and to what was not, once each."""
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.chloe, post, "Déjà là")
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    page.context.set_offline(True)
    expect(page.locator("html[data-connection=offline]")).to_be_attached()
    for number in range(4):
        other = make_comment(cast.bruno, post, f"Mot {number}")
        make_comment(cast.amina, post, f"Réponse {number}", reply_to=first.id)
        make_comment(cast.amina, post, f"Suite {number}", reply_to=other.id)
    page.context.set_offline(False)
    expect(threads(page)).to_have_text(
        ["Déjà là", *(f"Mot {number}" for number in range(4))], timeout=PATIENCE
    )
    expect(answers(page)).to_have_text(
        [*(f"Réponse {number}" for number in range(4)), *(f"Suite {number}" for number in range(4))]
    )
    expect(page.locator("#comments-title")).to_have_text("13 commentaires")


def threads(page: Page) -> Locator:
    """Find what was said under the post, from the first word on."""
    return page.locator("[data-comment-list] > [data-comment] > .comment .comment-body")


def answers(page: Page) -> Locator:
    """Find what was answered, thread by thread."""
    return page.locator("[data-answers] > [data-comment] .comment-body")
