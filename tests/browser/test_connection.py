"""What a page says of its line to the server is true, and nothing is lost while it is cut."""

import re

from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from grandequipe.core.events import Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import ReactionName
from grandequipe.feed.services import add_reaction, remove_comment
from grandequipe.live.queries import LARGEST_GAP
from tests.browser.test_live import ESS, PATIENCE, listen
from tests.chromium import OpenWindow
from tests.factories import Cast, make_comment, make_post
from tests.waiting import wait_until

CHANGES = "**/api/v1/changes*"
COUNTER = "**/notifications/compteur"
OFFLINE = re.compile(r"Hors ligne, à jour à \d+\s?[:h]")
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


def test_a_page_that_could_not_catch_up_does_not_say_that_it_did(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = listen(open_window(cast.chloe), ESS)
    page.route(CHANGES, lambda route: route.fulfill(status=503))
    look_again(page)
    line = page.locator(".connection-bar")
    expect(line).to_have_text(OFFLINE, timeout=PATIENCE)
    page.unroute(CHANGES)
    make_post(cast.amina, cast.ess)
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("1 nouvelle publication", timeout=PATIENCE)
    expect(line).not_to_contain_text("Hors ligne", timeout=PATIENCE)


def test_what_could_not_be_caught_up_with_is_caught_up_with_later(
    cast: Cast, open_window: OpenWindow
) -> None:
    """A later broadcast does not hide that an earlier one was lost."""
    page = open_window(cast.chloe)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/app-*.js", hold)
    page.route(CHANGES, lambda route: route.fulfill(status=503))
    page.goto(ESS, wait_until="commit")
    wait_until(lambda: page.evaluate("() => true") and held, "the page asks for its scripts")
    make_post(cast.amina, cast.ess, title="Pendant la lecture")
    held[0].continue_()
    expect(page.locator("html[data-connection=offline]")).to_be_attached(timeout=PATIENCE)
    page.unroute(CHANGES)
    make_post(cast.amina, cast.ess, title="Après la lecture")
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("2 nouvelles publications", timeout=PATIENCE)


def test_a_bell_that_got_no_answer_asks_again(cast: Cast, open_window: OpenWindow) -> None:
    """It complains to nobody, and has the number when the line is good."""
    said = make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    page = listen(open_window(cast.chloe), "/groupes")
    bell = page.locator(".site-header [data-bell]")
    expect(bell).to_have_accessible_name(re.compile(r"Notifications\s*1\s"), timeout=PATIENCE)
    page.route(COUNTER, lambda route: route.abort())
    failed = page.expect_event("requestfailed", lambda asked: asked.url.endswith(COUNTER[2:]))
    with failed, atomic():
        remove_comment(cast.bruno, said)
    page.unroute(COUNTER)
    look_again(page)
    expect(bell).to_have_accessible_name("Notifications", timeout=PATIENCE)


LINES = """window.lines = [];
window.readyLines = 0;
window.WebSocket = new Proxy(WebSocket, {
  construct: (real, given) => {
    const line = new real(...given);
    line.addEventListener("message", ({ data }) => { readyLines += data.includes('["ready"'); });
    lines.push(line);
    return line;
  },
});"""


def test_who_missed_nothing_asks_for_nothing_when_the_line_is_back(
    cast: Cast, open_window: OpenWindow
) -> None:
    """A thousand open pages come back at once when the site is started again."""
    page = open_window(cast.chloe)
    page.add_init_script(LINES)
    listen(page, ESS)
    bar = page.locator("[data-quiet-bar]")
    make_post(cast.amina, cast.ess)
    expect(bar).to_have_text("1 nouvelle publication", timeout=PATIENCE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("lines.at(-1).close()")
    page.wait_for_function("() => readyLines === 2")
    expect(page.locator("html[data-connection=online]")).to_be_attached(timeout=PATIENCE)
    make_post(cast.amina, cast.ess)
    expect(bar).to_have_text("2 nouvelles publications", timeout=PATIENCE)
    assert [url for url in asked if "/changes" in url] == []


def test_reactions_of_others_are_read_again_when_the_line_is_back(
    cast: Cast, open_window: OpenWindow
) -> None:
    """They are broadcast once, and no event is caught up with that holds them."""
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe)
    page.add_init_script(LINES)
    listen(page, f"/publications/{post.id}")
    page.context.set_offline(True)
    page.evaluate("lines.at(-1).close()")
    expect(page.locator("html[data-connection=offline]")).to_be_attached(timeout=PATIENCE)
    with atomic():
        add_reaction(cast.bruno, post, ReactionName.USEFUL)
    page.context.set_offline(False)
    useful = page.get_by_role("button", name="Utile")
    expect(useful).to_have_text(re.compile(r"Utile\s*1"), timeout=PATIENCE)


def look_again(page: Page) -> None:
    """Have a page ask what it misses, as when the network is said to be back."""
    page.evaluate("() => { dispatchEvent(new Event('online')); }")
