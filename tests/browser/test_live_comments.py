"""Comments come into an open post in the order in which they were said, and none is lost."""

from playwright.sync_api import Locator, Page, Route, expect

from grandequipe.core.transactions import atomic
from grandequipe.feed.services import remove_comment, remove_post
from tests.browser.test_live import PATIENCE, listen
from tests.chromium import OpenWindow
from tests.factories import Cast, make_comment, make_post
from tests.waiting import wait_until

ONE = "**/commentaires/*"


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
    """Comments, and answers to those that were there and to those that were not, once each."""
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


def test_a_comment_that_did_not_come_through_is_led_to(cast: Cast, open_window: OpenWindow) -> None:
    """The network failed, then the server: what comes after still comes in, and the bar waits."""
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    page.route(ONE, lambda route: route.abort())
    make_comment(cast.bruno, post, "Perdu en route")
    bar = page.locator("[data-comments-elsewhere]")
    expect(bar).to_have_text("1 nouveau commentaire ailleurs dans la discussion", timeout=PATIENCE)
    page.unroute(ONE)
    page.route(ONE, lambda route: route.fulfill(status=502))
    make_comment(cast.bruno, post, "Refusé à la porte")
    expect(bar).to_have_text(
        "2 nouveaux commentaires ailleurs dans la discussion", timeout=PATIENCE
    )
    page.unroute(ONE)
    make_comment(cast.bruno, post, "Bien arrivé")
    expect(threads(page)).to_have_text(["Bien arrivé"], timeout=PATIENCE)
    bar.get_by_role("link").click()
    expect(threads(page)).to_have_text(["Perdu en route", "Refusé à la porte", "Bien arrivé"])


def test_a_comment_that_is_no_longer_there_is_not_led_to(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Its post goes while it is fetched: no answer is an answer, too."""
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(ONE, hold)
    make_comment(cast.bruno, post, "Trop tard")
    wait_until(lambda: page.evaluate("() => true") and held, "the page asks for it")
    with atomic():
        remove_post(cast.amina, post)
    with page.expect_response(ONE) as answer:
        held[0].continue_()
    assert answer.value.status == 404
    expect(page.get_by_text("vient d’être supprimée")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-comments-elsewhere] a")).to_be_hidden()


def test_what_was_removed_goes_though_the_server_does_not_answer(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Its words go, as the event says; the answers to it stay."""
    post = make_post(cast.amina, cast.ess)
    said = make_comment(cast.bruno, post, "Un mot de trop")
    make_comment(cast.amina, post, "Une réponse qui reste", reply_to=said.id)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    page.route(ONE, lambda route: route.abort())
    with atomic():
        remove_comment(cast.bruno, said)
    place = page.locator(f"#comment-{said.id}")
    expect(place).to_contain_text("Ce commentaire a été supprimé.", timeout=PATIENCE)
    expect(place).not_to_contain_text("Un mot de trop")
    expect(answers(page)).to_have_text(["Une réponse qui reste"])


def test_the_last_comment_to_go_leaves_a_bare_heading(cast: Cast, open_window: OpenWindow) -> None:
    """As the server writes it: nothing was said, and nothing is counted."""
    post = make_post(cast.amina, cast.ess)
    said = make_comment(cast.bruno, post)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    heading = page.locator("#comments-title")
    expect(heading).to_have_text("1 commentaire")
    with atomic():
        remove_comment(cast.bruno, said)
    expect(heading).to_have_text("Commentaires", timeout=PATIENCE)


def threads(page: Page) -> Locator:
    """Find what was said under the post, from the first word on."""
    return page.locator("[data-comment-list] > [data-comment] > .comment .comment-body")


def answers(page: Page) -> Locator:
    """Find what was answered, thread by thread."""
    return page.locator("[data-answers] > [data-comment] .comment-body")
