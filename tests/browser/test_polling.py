"""Where no WebSocket passes, a page asks every half minute, and misses nothing for it."""

from playwright.sync_api import Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.groups.services import remove_member
from tests.browser.test_live import ESS, PATIENCE, listen
from tests.browser.test_notes import announced
from tests.chromium import OpenWindow
from tests.factories import Cast, make_post

# As a proxy that knows no upgrade answers: it is no page of the site's.
BLOCKED = """window.WebSocket = new Proxy(WebSocket, {
  construct: (real, [url]) => new real(String(url).replace('/socket.io/', '/nowhere/')),
});"""
LONGEST_WAIT = 33_000


def open_behind_a_proxy(page: Page, path: str) -> Page:
    """Open a page whose WebSocket never comes through, and wait until it has asked once."""
    page.add_init_script(BLOCKED)
    page.clock.install()
    return listen(page, path)


def test_new_posts_are_found_by_asking(cast: Cast, open_window: OpenWindow) -> None:
    page = open_behind_a_proxy(open_window(cast.chloe), ESS)
    make_post(cast.amina, cast.ess)
    page.clock.fast_forward(LONGEST_WAIT)
    expect(page.locator("[data-quiet-bar]")).to_have_text(
        "1 nouvelle publication", timeout=PATIENCE
    )


def test_so_is_that_one_belongs_to_the_group_no_more(cast: Cast, open_window: OpenWindow) -> None:
    page = open_behind_a_proxy(open_window(cast.chloe), ESS)
    with atomic():
        remove_member(cast.amina, cast.ess, cast.chloe)
    page.clock.fast_forward(LONGEST_WAIT)
    expect(announced(page)).to_be_visible(timeout=PATIENCE)
