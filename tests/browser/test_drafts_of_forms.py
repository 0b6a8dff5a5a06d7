"""B9: each form that was opened has its own draft, and it goes when the server has it."""

from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.feed.models import Post
from tests.browser.test_drafts import KEPT, NEXT_KEYS
from tests.chromium import OpenWindow
from tests.factories import Cast, make_post

WRITE = "/groupes/ess-quartiers/publier/actualite"
# Keys go on until the script has come and heard one.
NEXT_KEY = """words => {
    const form = document.querySelector("form[data-keep]:has(trix-editor)");
    form.dispatchEvent(new Event("input", { bubbles: true }));
    return JSON.stringify(localStorage).includes(words);
}"""
# As the release before kept it: the values of all fields, by their place in the form.
OLD_DRAFT = """([viewer, group]) => {
    const form = document.querySelector("form[data-keep]");
    const fields = [...form.elements].filter(field => field.name
      && !field.closest("trix-editor, trix-toolbar")
      && (field.dataset.territories
        || !["hidden", "file", "submit", "button"].includes(field.type)));
    const values = fields.map(field => field.name === "title" ? "Une vieille nouvelle"
      : ["checkbox", "radio"].includes(field.type) ? field.value === "logement" : field.value);
    localStorage.setItem(`draft:${viewer}:new-news-${group}`, JSON.stringify({at: 1, values}));
    const old = Date.now() - 29 * 86400e3;
    localStorage.setItem(`draft:${viewer}:new-news-${group}`, JSON.stringify({at: old, values}));
}"""


def write(page: Page, title: str, body: str = "Quelques mots.") -> None:
    """Open the form of a post, type, and wait until the browser keeps it."""
    page.goto(WRITE)
    page.locator("trix-editor[contenteditable]").wait_for()
    page.fill("input[name=title]", title)
    page.locator("trix-editor").press_sequentially(body)
    page.wait_for_function(NEXT_KEYS, arg=title, polling=500)


def publish(page: Page) -> None:
    """Send the form."""
    page.locator(".form-actions .button-main").click()


def titles() -> list[str]:
    """List the titles of all posts."""
    db.session.rollback()
    return list(db.session.scalars(select(Post.title).order_by(Post.id)))


def test_two_tabs_write_two_posts_and_each_keeps_its_own(
    cast: Cast, open_window: OpenWindow
) -> None:
    first = open_window(cast.chloe)
    write(first, "La première")
    second = first.context.new_page()
    write(second, "La seconde")
    expect(second.locator(".draft-offer")).to_have_count(0)
    for tab, title in ((first, "La première"), (second, "La seconde")):
        tab.reload()
        tab.locator(".draft-offer").get_by_role("button", name="Reprendre").click()
        expect(tab.locator("input[name=title]")).to_have_value(title)
    publish(first)
    first.wait_for_url("**/publications/*")
    first.wait_for_function(f"() => ({KEPT})() === 1")
    second.reload()
    second.locator(".draft-offer").get_by_role("button", name="Reprendre").click()
    expect(second.locator("input[name=title]")).to_have_value("La seconde")
    publish(second)
    second.wait_for_url("**/publications/*")
    second.wait_for_function(f"() => ({KEPT})() === 0")
    assert titles() == ["La première", "La seconde"]


def test_a_new_form_offers_what_closed_tabs_left_and_loses_nothing_for_it(
    cast: Cast, open_window: OpenWindow
) -> None:
    """What is taken up goes on under its own key: it may have been on its way to the server."""
    page = open_window(cast.chloe)
    keys = {}
    for title in ("Un", "Deux", "Trois"):
        tab = page.context.new_page()
        write(tab, title)
        keys[title] = tab.locator("form[data-keep] [name=form_key]").input_value()
        tab.close()
    page.goto(WRITE)
    rows = page.locator(".draft-list li")
    expect(rows.locator("strong")).to_have_text(["Trois", "Deux", "Un"])
    page.locator("trix-editor[contenteditable]").wait_for()
    page.fill("input[name=title]", "Quatre")
    rows.nth(1).get_by_role("button", name="Reprendre").click()
    expect(page.locator("input[name=title]")).to_have_value("Deux")
    expect(page.locator("form[data-keep] [name=form_key]")).to_have_value(keys["Deux"])
    expect(rows.locator("strong")).to_have_text(["Quatre", "Trois", "Un"])
    rows.nth(1).get_by_role("button", name="Supprimer").click()
    expect(rows.locator("strong")).to_have_text(["Quatre", "Un"])
    assert page.evaluate(KEPT) == 3


def test_an_answer_that_is_lost_leaves_one_post_and_no_draft(
    cast: Cast, open_window: OpenWindow
) -> None:
    """The server has carried it out; the line is cut before the browser hears so."""
    page = open_window(cast.chloe)
    write(page, "Une seule fois")

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route(f"**{WRITE}", lose, times=1)
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
        publish(page)
    assert titles() == ["Une seule fois"]
    page.goto(WRITE)
    page.wait_for_function(f"() => ({KEPT})() === 0")
    expect(page.locator(".draft-offer")).to_have_count(0)


def test_who_goes_back_to_what_was_sent_finds_it_whole_and_no_draft(
    cast: Cast, open_window: OpenWindow
) -> None:
    """From a page whose fields the server had filled, too: a preview."""
    page = open_window(cast.chloe)
    title, text = page.locator("input[name=title]"), page.locator("trix-editor[contenteditable]")
    for words, by_preview in (("Directe", False), ("Relue", True)):
        write(page, words)
        if by_preview:
            page.get_by_role("button", name="Aperçu").click()
            page.locator(".preview").wait_for()
            text.wait_for()
        publish(page)
        page.wait_for_url("**/publications/*")
        page.wait_for_function(f"() => ({KEPT})() === 0")
        page.go_back()
        expect(title).to_have_value(words)
        expect(text).to_have_text("Quelques mots.")
        page.goto("/")
        assert page.evaluate(KEPT) == 0
        page.go_back()
        publish(page)
        page.wait_for_url("**/publications/*")
        assert titles()[-1] == words
    assert titles() == ["Directe", "Relue"]


def test_logging_out_says_what_goes_and_can_keep_it(cast: Cast, open_window: OpenWindow) -> None:
    """Comments that were begun are on this computer alone."""
    page = open_window(cast.chloe)
    for words in ("Un", "Deux"):
        page.goto(f"/publications/{make_post(cast.amina, cast.ess).id}")
        page.locator("trix-editor[contenteditable]").first.press_sequentially(words)
        page.wait_for_function(NEXT_KEY, arg=words, polling=500)
        page.goto("/")
    page.locator("summary.menu-button").click()
    for choice, then in (
        ("Annuler", "form[data-logout] button"),
        ("Me déconnecter et les garder ici", 'a[href^="/connexion"]'),
    ):
        page.locator("form[data-logout] button").click()
        dialog = page.get_by_role("dialog", name="2 brouillons de cet ordinateur seront supprimés")
        expect(dialog).to_contain_text("Deux · Un")
        dialog.get_by_role("button", name=choice).click()
        page.locator(then).first.wait_for()
        expect(dialog).to_have_count(0)
        page.wait_for_function(f"() => ({KEPT})() === 2")


def test_a_draft_of_the_release_before_is_taken_up(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe)
    page.goto(WRITE)
    page.locator("trix-editor[contenteditable]").wait_for()
    page.evaluate(OLD_DRAFT, [cast.chloe.id, cast.ess.id])
    page.reload()
    page.get_by_role("button", name="Reprendre").click()
    expect(page.locator("input[name=title]")).to_have_value("Une vieille nouvelle")
    assert page.evaluate(KEPT) == 1
