"""What a page says of its line to the server is true, and nothing is lost while it is cut."""


from playwright.sync_api import Page, expect
from sqlalchemy import update

from grandequipe.core.journal import Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.live.queries import LARGEST_GAP
from tests.browser.test_live import ESS, PATIENCE, listen
from tests.chromium import OpenWindow
from tests.factories import Cast

DISCRETION = 5_000


def test_a_page_that_is_too_old_says_so_to_the_end(cast: Cast, open_window: OpenWindow) -> None:
    """Offline or not, only loading it again helps: that stays within reach."""
    page = open_window(cast.chloe)
    page.clock.install()
    listen(page, ESS)
    with atomic():
        far = Stream.last_position + LARGEST_GAP + 1
        db.session.execute(update(Stream).values(last_position=far))
    look_again(page)
    line = page.locator(".connection-bar")
    expect(line).to_contain_text("trop ancienne", timeout=PATIENCE)
    page.evaluate("() => { window.cut = new Promise((cut) => addEventListener('offline', cut)); }")
    page.context.set_offline(True)
    page.evaluate("async () => { await window.cut; }")
    page.clock.fast_forward(DISCRETION)
    expect(line).to_contain_text("trop ancienne")
    page.context.set_offline(False)
    line.get_by_role("link").click()
    expect(line.locator(".connection")).to_be_hidden()
    expect(page.locator("html[data-connection=online]")).to_be_attached(timeout=PATIENCE)


def look_again(page: Page) -> None:
    """Have a page ask what it misses, as when the network is said to be back."""
    page.evaluate("() => { dispatchEvent(new Event('online')); }")
