"""What is typed is kept, wherever in the page it is typed and whatever the browser allows."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from grandequipe.core import clock
from grandequipe.feed.queries.threads import MOST_THREADS
from tests.browser.test_live import PATIENCE, listen
from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_comment, make_post

WORDS = "Une réponse commencée"
PLAIN = "<p>Un mot.</p>"
RICH = "<h2>Un titre</h2><p>Un <strong>mot</strong>.</p><ul><li>Un</li><li>Deux</li></ul>"
FORBID = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
}"""

KEPT = "() => Object.keys(localStorage).filter(key => key.startsWith('draft:')).length"
STORED = "words => JSON.stringify(localStorage).includes(words)"
# Keys go on until the script has come and heard one.
NEXT_KEYS = """words => {
    const title = document.querySelector("input[name=title]");
    title.dispatchEvent(new Event("input", { bubbles: true }));
    return JSON.stringify(localStorage).includes(words);
}"""
# The page stays, to look into what it keeps.
TYPE_AND_LEAVE = """() => {
    const isLeaving = event => event.target.matches("[data-logout]");
    addEventListener("submit", event => isLeaving(event) && event.preventDefault());
    const title = document.querySelector("input[name=title]");
    title.value = "Un titre";
    title.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("form[data-logout]").requestSubmit();
}"""


def test_what_is_typed_before_the_keeper_comes_is_kept_though_no_key_follows(
    cast: Cast, open_window: OpenWindow
) -> None:
    """A slow network brings the script after the first words: they are no part of the page."""
    page = open_window(cast.chloe)
    held = hold(page, "draft-keeper", "/groupes/ess-quartiers/publier/actualite")
    title = page.locator("input[name=title]")
    title.fill(WORDS)
    held.continue_()
    page.wait_for_function(STORED, arg=WORDS)
    expect(page.locator("[data-draft-status]")).to_contain_text("Enregistré à")
    page.reload()
    page.get_by_role("button", name="Reprendre").click()
    expect(title).to_have_value(WORDS)


@pytest.mark.parametrize("late", ["draft-keeper", "editor"])
@pytest.mark.parametrize("body", [PLAIN, RICH], ids=["plain", "rich"])
def test_a_form_that_is_as_the_server_wrote_it_keeps_no_draft(
    cast: Cast, open_window: OpenWindow, late: str, body: str
) -> None:
    """Text and HTML that the editor adds are not typed text, whichever comes last."""
    post = make_post(cast.amina, cast.ess, body_html=body)
    page = open_window(cast.amina)
    held = hold(page, late, f"/publications/{post.id}/modifier")
    title = page.locator("input[name=title]")
    was = title.input_value()
    title.fill("Autre")
    here = {
        "editor": lambda: page.wait_for_selector("trix-editor[contenteditable]"),
        "draft-keeper": lambda: page.wait_for_function(NEXT_KEYS, arg="Autre", polling=500),
    }
    last = here.pop(late)
    for wait in here.values():
        wait()
    held.continue_()
    last()
    title.fill(was)
    page.wait_for_function(f"() => ({KEPT})() === 0")


def test_a_draft_comes_back_whichever_script_comes_last(
    cast: Cast, open_window: OpenWindow
) -> None:
    """It was kept before the editor had come, and is asked for when it has; and the other way."""
    page = open_window(cast.chloe)
    path = "/groupes/ess-quartiers/publier/ressource"
    held = hold(page, "editor", path)
    page.locator("input[name=title]").fill(WORDS)
    page.locator("textarea[name=body_html]").fill(WORDS)
    page.locator("input[name=url]").fill("https://avise.org/")
    page.wait_for_function(NEXT_KEYS, arg="avise", polling=500)
    held.continue_()
    listen(page, path)
    page.get_by_role("button", name="Reprendre").click()
    expect(page.locator("input[name=title]")).to_have_value(WORDS)
    expect(page.locator("trix-editor")).to_have_text(WORDS)
    expect(page.locator("input[name=url]")).to_have_value("https://avise.org/")


def test_a_draft_that_is_taken_before_the_editor_starts_is_in_it(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Its script has come, and it starts a moment later: the clock stands still meanwhile."""
    page = open_window(cast.chloe)
    listen(page, "/groupes/ess-quartiers/publier/actualite")
    page.locator("trix-editor").press_sequentially(WORDS)
    page.wait_for_function(NEXT_KEYS, arg=WORDS, polling=500)
    page.clock.install()
    page.clock.pause_at(clock.now() + timedelta(minutes=1))
    page.reload()
    take = page.get_by_role("button", name="Reprendre")
    take.click()
    expect(take).to_have_count(0)
    page.clock.resume()
    expect(page.locator("trix-editor")).to_have_text(WORDS)


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


def test_a_browser_that_keeps_nothing_lets_one_write_all_the_same(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Its owner forbade it to keep anything: nothing complains, and what is sent arrives."""
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe)
    page.add_init_script(FORBID)
    page.goto(f"/publications/{post.id}")
    page.wait_for_function(SCRIPTS_RUN)
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Un mot sans mémoire")
    page.get_by_role("button", name="Commenter").click()
    expect(page.locator(".comment-body")).to_have_text("Un mot sans mémoire")
    page.locator("summary.menu-button").click()
    page.locator("form[data-logout] button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("away", [".form-actions a", ".language button"], ids=["link", "form"])
def test_the_last_words_before_one_goes_elsewhere_are_kept(
    cast: Cast, open_window: OpenWindow, away: str
) -> None:
    """The clock stands still: the pause in the typing after which a draft is kept never comes."""
    page = open_window(cast.chloe)
    page.clock.install()
    path = "/groupes/ess-quartiers/publier/actualite"
    listen(page, path)
    title = page.locator("input[name=title]")
    title.fill("Le début")
    page.wait_for_function(NEXT_KEYS, arg="Le début", polling=500)
    page.clock.pause_at(clock.now() + timedelta(minutes=1))
    title.fill(WORDS)
    with page.expect_navigation():
        page.locator(away).first.click()
    page.clock.resume()
    page.goto(path)
    page.locator(".draft-offer .button-second").click()
    expect(title).to_have_value(WORDS)


def test_nothing_is_kept_after_one_has_left(cast: Cast, open_window: OpenWindow) -> None:
    """Not even the last words, whose moment to be kept comes while the page is leaving.

    Without a network the account cannot have them, and the member is asked.
    """
    page = open_window(cast.chloe)
    page.clock.install()
    listen(page, "/groupes/ess-quartiers/publier/actualite")
    page.wait_for_selector("form[data-writer]")
    page.context.set_offline(True)
    page.evaluate(TYPE_AND_LEAVE)
    page.get_by_role("button", name="Le supprimer et me déconnecter").click()
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    page.clock.run_for(2_000)
    assert page.evaluate(KEPT) == 0


def hold(page: Page, script: str, path: str) -> Route:
    """Open a page whose script has been asked for and does not come until the route goes on."""
    held: list[Route] = []

    def keep_back(route: Route) -> None:
        held.append(route)

    page.route(f"**/*{script}-*.js", keep_back, times=1)
    with page.expect_request(f"**/*{script}-*.js"):
        page.goto(path, wait_until="commit")
    page.locator("footer").wait_for()
    return held[0]


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
    """Take up again what had been typed under a comment: the fold that it waits in is open."""
    place = page.locator(f"#comment-{comment_id}")
    expect(place.locator(".draft-offer")).to_be_visible(timeout=PATIENCE)
    place.get_by_role("button", name="Reprendre").click()
    expect(place.get_by_label("Votre réponse")).to_have_value(WORDS)
