"""What opens on a page, and what is shown when something went wrong, can be read like any page."""

from playwright.sync_api import Page, Route, expect

from tests.broken_tables import without_comments
from tests.browser.looks import looks_of
from tests.browser.subscriptions import key_of
from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.conftest import Visitor
from tests.factories import Cast, make_post

WRONG_TRIES = 5
TITLE = "Un titre"
ESS = "/groupes/ess-quartiers"


def test_what_opens_on_a_page_can_be_read_too(cast: Cast, open_window: OpenWindow) -> None:
    """Errors after a refusal, a preview, an open menu, a question before an act, a kept draft."""
    page = open_window(cast.chloe)
    wrong = {}
    for opened, found in (
        ("errors", _refused(page)),
        ("preview", _previewed(page)),
        ("draft", _draft_offered(page)),
        ("menu", _menu_open(page)),
        ("question", _asked(page)),
    ):
        wrong |= {f"{opened} {look}": each for look, each in found.items() if each}
    assert wrong == {}


def _refused(page: Page) -> dict[str, list[str]]:
    page.goto(f"{ESS}/publier/webinaire")
    page.locator(".form-actions button:not([name])").click()
    page.locator("[data-error-summary]").wait_for()
    return looks_of(page)


def _previewed(page: Page) -> dict[str, list[str]]:
    page.goto(f"{ESS}/publier/actualite")
    page.fill("input[name=title]", TITLE)
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Quelques mots.")
    page.get_by_role("button", name="Aperçu").click()
    page.locator("#preview").wait_for()
    return looks_of(page)


def _draft_offered(page: Page) -> dict[str, list[str]]:
    page.goto(f"{ESS}/publier/actualite")
    page.locator(".draft-offer").wait_for()
    return looks_of(page)


def _menu_open(page: Page) -> dict[str, list[str]]:
    page.goto("/")
    page.locator("summary.menu-button").click()
    return looks_of(page)


def _asked(page: Page) -> dict[str, list[str]]:
    page.goto(ESS)
    page.locator(".group-menu summary").click()
    page.locator('form[action$="/quitter"] button').click()
    page.get_by_role("dialog").wait_for()
    return looks_of(page)


def test_a_given_reaction_stands_within_its_card_s_text(
    cast: Cast, open_window: OpenWindow
) -> None:
    make_post(cast.amina, cast.ess, title=TITLE)
    page = open_window(cast.chloe)
    page.goto(ESS)
    # Before its script, which a slow machine fetches late, the button sends the whole page.
    page.wait_for_function(SCRIPTS_RUN)
    given = page.get_by_role("button", name="Merci")
    given.click()
    expect(given).to_have_attribute("aria-pressed", "true")
    pill, title = given.bounding_box(), page.locator(".card-title").bounding_box()
    assert pill
    assert title
    assert pill["x"] >= title["x"]


def test_so_can_the_pages_of_what_went_wrong(
    cast: Cast, open_window: OpenWindow, visitor: Visitor
) -> None:
    """A failure of ours, for a visitor and a member; too many tries; a mail that was left."""
    make_post(cast.amina, cast.ess)
    wrong = {}
    for opened, found in (
        ("failed", _failed(open_window())),
        ("failed me", _failed(open_window(cast.chloe))),
        ("tries", _tried_too_often(open_window(), visitor)),
        ("left", _left(open_window(), cast)),
    ):
        wrong |= {f"{opened} {look}": each for look, each in found.items() if each}
    assert wrong == {}


def _failed(page: Page) -> dict[str, list[str]]:
    with without_comments():
        answer = page.goto("/publications/1")
    assert answer is not None
    assert answer.status == 500
    return looks_of(page)


def _tried_too_often(page: Page, visitor: Visitor) -> dict[str, list[str]]:
    wrong = {"email": "chloe@example.org", "password": "not the password"}
    for _ in range(WRONG_TRIES):
        assert visitor.send("/connexion", wrong).status_code == 422
    page.goto("/connexion")
    for name, text in wrong.items():
        page.fill(f"input[name={name}]", text)
    page.locator("main .form-actions button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trop d’essais")
    return looks_of(page)


def _left(page: Page, cast: Cast) -> dict[str, list[str]]:
    page.goto(f"/lettre/desabonnement/{key_of(cast.chloe)}")
    page.get_by_role("button", name="Se désabonner").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous ne recevrez plus de lettre")
    return looks_of(page)


def test_a_script_that_comes_late_still_takes_the_buttons(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Between the page's being read and its being complete: htmx waits for what has passed."""
    make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.add_init_script("Object.defineProperty(document, 'readyState', { value: 'interactive' })")
    page.route("**/*fragments-*.js", hold)
    with page.expect_request("**/*fragments-*.js"):
        page.goto(ESS, wait_until="domcontentloaded")
    page.wait_for_function("() => performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    held[0].continue_()
    page.wait_for_function(SCRIPTS_RUN)
    assert page.evaluate("() => window.htmx.config.allowEval") is False
    page.evaluate("() => { window.isTheSamePage = true; }")
    given = page.get_by_role("button", name="Merci")
    given.click()
    expect(given).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("() => window.isTheSamePage")
