"""Colours and sizes that readers choose themselves, instead of ours."""

from playwright.sync_api import Browser, Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind, ReactionName
from grandequipe.feed.services import add_reaction
from tests.browser.looks import SMALLEST, wideness
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
)
# A group has no place of its own in the bar of a phone.
PLACE = (".bottom-bar [aria-current]", ".bottom-bar a:not([aria-current])")


def test_a_state_is_seen_in_forced_colours(cast: Cast, open_window: OpenWindow) -> None:
    """Given reactions, the current tab, filter and place are not shown by a tint alone."""
    with atomic():
        add_reaction(cast.chloe, make_post(cast.amina, cast.ess), ReactionName.USEFUL)
    page = open_window(cast.chloe, width=PHONE)
    page.emulate_media(forced_colors="active")
    alike = []
    for path, states in ((ESS, STATES), ("/", (PLACE,))):
        page.goto(path)
        alike += [on for on, off in states if look(page, on) == look(page, off)]
    assert alike == []


def look(page: Page, selector: str) -> str:
    """Read the colours that a page gives an element."""
    found: str = page.locator(selector).first.evaluate(LOOK)
    return found


AS = {
    "chloe": (
        "/",
        ESS,
        "/publications/{post}",
        f"{ESS}/publier",
        f"{ESS}/publier/webinaire",
        f"{ESS}/publier/projet",
        "/publications/{post}/modifier",
        "/groupes",
        "/membres/1",
        "/notifications",
        "/reglages",
        "/reglages/profil",
        "/reglages/lettre",
    ),
    "amina": (f"{ESS}/membres", f"{ESS}/reglages", "/groupes/petites-annonces/moderation"),
    "driss": ("/", "/groupes/regies-de-quartier"),
}
CUT = """places => places.filter(each => each.scrollWidth > each.clientWidth)
    .map(each => each.textContent)"""
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


def test_text_that_the_reader_made_twice_as_large_is_whole_on_the_smallest_phone(
    cast: Cast, open_window: OpenWindow, large_text: Browser
) -> None:
    """By the browser's own setting, which the stylesheets know of: pages of every sort."""
    post = make_post(cast.chloe, cast.ess, Kind.WEBINAR)
    make_comment(cast.chloe, post, "Un premier mot")
    make_post(cast.chloe, cast.moderated, Kind.PROJECT)
    windows = {name: open_window(getattr(cast, name), SMALLEST, browser=large_text) for name in AS}
    windows["visitor"] = open_window(width=SMALLEST, browser=large_text)
    wrong = {}
    for name, page in windows.items():
        for path in AS.get(name, ("/", ESS, "/connexion", f"/publications/{post.id}")):
            page.goto(path.format(post=post.id))
            wrong[f"{name} {path}"] = wideness(page)
    assert {path: found for path, found in wrong.items() if found} == {}


def test_where_a_place_is_stays_whole_in_large_text(
    cast: Cast, open_window: OpenWindow, large_text: Browser
) -> None:
    """No name is cut to its first characters."""
    page = open_window(cast.chloe, SMALLEST, browser=large_text)
    page.goto(f"{ESS}/publier/webinaire")
    assert page.locator(".breadcrumbs li > *").evaluate_all(CUT) == []


def test_in_a_low_window_nothing_stays_in_view(cast: Cast, open_window: OpenWindow) -> None:
    """At 400 %, header and bottom bar took half of the height."""
    page = open_window(cast.chloe)
    page.set_viewport_size({"width": SMALLEST, "height": 256})
    page.goto(f"{ESS}/publier/webinaire")
    for bar in (".site-header", ".bottom-bar"):
        expect(page.locator(bar)).to_have_css("position", "static")


def test_the_account_menu_opens_within_a_small_window_of_large_text(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe, width=PHONE)
    page.goto("/")
    page.evaluate(TWICE)
    page.locator("summary.menu-button").click()
    page.locator("details[open] .menu-list").wait_for()
    assert page.evaluate(OUTSIDE, "details[open] .menu-list, details[open] .menu-list *") == 0
