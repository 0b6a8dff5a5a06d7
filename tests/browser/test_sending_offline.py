"""What is sent without a network stays in its page, and is sent when it can be."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import looks_of
from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_post

NEWS = "/groupes/ess-quartiers/publier/actualite"
# A browser that only believes to be cut off.
BELIEVES = "Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });"
HELD = "Pas de réseau"


def write(page: Page) -> Locator:
    """Write a piece of news, and give the button that sends it."""
    page.goto(NEWS)
    page.wait_for_selector("trix-editor[contenteditable]")
    page.fill("input[name=title]", "Écrit dans le métro")
    page.locator("trix-editor").click()
    page.keyboard.type("Quelques mots.")
    return page.locator("main .form-actions button:not([name])")


def test_a_form_waits_for_the_network_with_all_that_was_typed(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    publish = write(page)
    page.context.set_offline(True)
    publish.click()
    note = page.locator("main").get_by_role("alert").filter(has_text=HELD)
    expect(note).to_contain_text("rien n’est perdu")
    expect(page.locator("input[name=title]")).to_have_value("Écrit dans le métro")
    expect(page.locator("trix-editor")).to_have_text("Quelques mots.")
    expect(publish).to_have_text("Publier")
    page.context.set_offline(False)
    expect(note).to_have_count(0)
    publish.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Écrit dans le métro")


def test_who_presses_again_sends_for_browsers_may_be_wrong(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    page.add_init_script(BELIEVES)
    publish = write(page)
    publish.click()
    expect(page.locator("main").get_by_text(HELD)).to_be_visible()
    publish.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Écrit dans le métro")


def test_what_was_held_is_no_draft_that_was_sent(cast: Cast, open_window: OpenWindow) -> None:
    """Else the server would be asked at each page whether it has it."""
    page = open_window(cast.chloe)
    page.add_init_script(BELIEVES)
    write(page).click()
    expect(page.locator("main").get_by_text(HELD)).to_be_visible()
    page.wait_for_function("() => JSON.stringify(localStorage).includes('draft:')")
    kept = page.evaluate("() => Object.values(localStorage).join()")
    assert '"sent":' not in kept


def test_a_button_without_words_is_held_too_before_its_question(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.chloe, cast.ess)
    page = open_window(cast.chloe)
    page.add_init_script(BELIEVES)
    page.goto(f"/publications/{post.id}")
    remove = page.locator(".post-actions").get_by_role("button", name="Supprimer")
    remove.click()
    note = page.locator(".post-actions").get_by_role("alert")
    expect(note).to_contain_text(HELD)
    found = looks_of(page)
    assert {look for look, wrong in found.items() if wrong} == set(), found
    remove.click()
    page.get_by_role("dialog").get_by_role("button", name="Supprimer").click()
    expect(page.get_by_text("La publication a été supprimée.")).to_be_visible()


def test_a_yes_that_could_not_be_sent_is_asked_for_again(
    cast: Cast, open_window: OpenWindow
) -> None:
    """The network went while the question stood there: a later touch is another act."""
    post = make_post(cast.chloe, cast.ess)
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}")
    page.wait_for_function(SCRIPTS_RUN)
    remove = page.locator(".post-actions").get_by_role("button", name="Supprimer")
    remove.click()
    yes = page.get_by_role("dialog").get_by_role("button", name="Supprimer")
    expect(yes).to_be_visible()
    page.evaluate(BELIEVES)
    yes.click()
    expect(page.locator(".post-actions").get_by_role("alert")).to_contain_text(HELD)
    remove.click()
    expect(yes).to_be_visible()
    yes.click()
    expect(page.get_by_text("La publication a été supprimée.")).to_be_visible()
