"""Colours and sizes that readers choose themselves, instead of ours."""

from playwright.sync_api import Page

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind, ReactionName
from grandequipe.feed.services import add_reaction
from tests.browser.looks import wideness
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast, make_comment, make_post

ESS = "/groupes/ess-quartiers"
# What the eye sees of an element and of what is drawn on it.
LOOK = """element => [null, "::after"].map(part => {
    const { backgroundColor, borderTopColor, borderTopWidth, content } =
        getComputedStyle(element, part);
    return [backgroundColor, borderTopColor, borderTopWidth, content].join(" ");
}).join(" | ")"""
STATES = (
    (".reaction[aria-pressed=true]", ".reaction[aria-pressed=false]"),
    (".filters [aria-current]", ".filters a:not([aria-current])"),
    (".tabs [aria-current]", ".tabs a:not([aria-current])"),
    (".bottom-bar [aria-current]", ".bottom-bar a:not([aria-current])"),
)


def test_a_state_is_seen_in_forced_colours(cast: Cast, open_window: OpenWindow) -> None:
    """Given reactions, the current tab, filter and place are not told by a tint alone."""
    with atomic():
        add_reaction(cast.chloe, make_post(cast.amina, cast.ess), ReactionName.USEFUL)
    page = open_window(cast.chloe, width=PHONE)
    page.emulate_media(forced_colors="active")
    page.goto(ESS)
    alike = [on for on, off in STATES if look(page, on) == look(page, off)]
    assert alike == []


def look(page: Page, selector: str) -> str:
    """Read the colours that a page gives an element."""
    found: str = page.locator(selector).first.evaluate(LOOK)
    return found


TWICE = "() => { document.documentElement.style.fontSize = '200%'; }"
OUTSIDE = """selector => [...document.querySelectorAll(selector)]
    .filter(each => {
        const { left, right } = each.getBoundingClientRect();
        return left < 0 || right > document.documentElement.clientWidth;
    }).length"""
OVERLAPPING = """() => {
    const boxes = [...document.querySelectorAll(".bottom-link > span:not([data-bell-count])")]
        .filter(each => each.getClientRects().length)
        .map(each => each.getBoundingClientRect());
    return boxes.filter((one, index) => boxes.slice(index + 1).some(other =>
        one.left < other.right && other.left < one.right
        && one.top < other.bottom && other.top < one.bottom)).length;
}"""


def test_text_of_twice_the_size_scrolls_nothing_sideways(
    cast: Cast, open_window: OpenWindow
) -> None:
    """On a phone, for a member and for a visitor; labels stay apart, the menu in the window."""
    post = make_post(cast.chloe, cast.ess, Kind.WEBINAR)
    make_comment(cast.amina, post)
    wrong = {}
    for page in (open_window(cast.chloe, width=PHONE), open_window(width=PHONE)):
        for path in ("/", ESS, f"/publications/{post.id}", "/groupes", "/connexion"):
            page.goto(path)
            page.evaluate(TWICE)
            wrong[f"{path} {page.locator('body').get_attribute('data-viewer')}"] = [
                *wideness(page),
                *(["labels overlap"] if page.evaluate(OVERLAPPING) else []),
            ]
    assert {path: found for path, found in wrong.items() if found} == {}


def test_the_account_menu_opens_within_a_small_window_of_large_text(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe, width=PHONE)
    page.goto("/")
    page.evaluate(TWICE)
    page.locator("summary.menu-face").click()
    page.locator("details[open] .menu-list").wait_for()
    assert page.evaluate(OUTSIDE, "details[open] .menu-list, details[open] .menu-list *") == 0
