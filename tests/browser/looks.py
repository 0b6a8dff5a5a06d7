"""How a page looks: legible to axe by light and by dark, wide and narrow, and whole."""

from playwright.sync_api import Page

from tests.chromium import DESKTOP, PHONE, findings, sideways

SMALLEST = 320
LOOKS = ((DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "dark"), (PHONE, "light"))
# The dark look differs from the light one in colours alone: axe's rules that measure them.
OF_COLOURS = {"light": (), "dark": ("color-contrast", "link-in-text-block")}
SOUND = {"h1": 1, "main": 1, "lang": "fr", "title": True, "icons": True, "forms": ""}
# Rows of tabs scroll on themselves: what stands in them is not what makes the page wide.
WIDEST = """() => [...document.body.querySelectorAll('*')]
    .filter(each => !each.closest('.tabs ul'))
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(each => each.localName + '.' + each.className).slice(0, 12).join(' ')"""

# A field that is called as what a form can do hides that from every script: form.remove().
HIDDEN_DOINGS = """form => [...form.elements].map(each => each.name)
    .filter(name => typeof document.createElement('form')[name] === 'function')"""


def looks_of(page: Page) -> dict[str, list[str]]:
    """Say what is wrong with a page, in each of its looks."""
    found = {"always": structure(page)}
    now: tuple[int, str] | None = None
    for width, scheme in LOOKS:
        if now is None or now[0] != width:
            page.set_viewport_size({"width": width, "height": 800})
        if now is None or now[1] != scheme:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        now = width, scheme
        found[f"{width} {scheme}"] = [*findings(page, *OF_COLOURS[scheme]), *wideness(page)]
    page.set_viewport_size({"width": SMALLEST, "height": 800})
    found[f"{SMALLEST}"] = wideness(page)
    return found


def wideness(page: Page) -> list[str]:
    """Say by how much a page scrolls sideways, if it does."""
    pixels = sideways(page)
    return [f"{pixels} px sideways: {page.evaluate(WIDEST)}"] if pixels else []


def structure(page: Page) -> list[str]:
    """Say what a page's outline lacks."""
    seen = page.evaluate(
        """() => ({
            h1: document.querySelectorAll('h1').length,
            main: document.querySelectorAll('main').length,
            lang: document.documentElement.lang,
            title: document.title.split(' – ')[0].trim() !== '',
            icons: [...document.querySelectorAll('use')]
                .every(each => !each.checkVisibility() || each.getBBox().width > 0),
            forms: [...document.forms].flatMap(HIDDEN_DOINGS).join(' '),
        })""".replace("HIDDEN_DOINGS", HIDDEN_DOINGS)
    )
    return [] if seen == SOUND else [str(seen)]
