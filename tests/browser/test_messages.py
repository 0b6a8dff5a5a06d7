"""A result is announced to screen readers too: the page begins there."""

import re

from playwright.sync_api import Page, expect

from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_comment, make_post
from tests.waiting import wait_until

ESS = "/groupes/ess-quartiers"


def announced(page: Page, sentence: str) -> None:
    """Expect that a page opens on a message."""
    message = page.locator("[data-flashes]")
    expect(message).to_be_focused()
    expect(message).to_contain_text(sentence)
    expect(message).to_have_accessible_name(sentence)


def test_a_saved_change_is_announced_where_the_page_opens(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    page.goto(f"{ESS}/notifications")
    page.locator("main .form-actions button").click()
    announced(page, "Votre choix est enregistré.")


def test_without_scripts_a_message_simply_stands_there(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe, scripts=False)
    page.goto(f"{ESS}/notifications")
    page.locator("main .form-actions button").click()
    expect(page.locator("[data-flashes]")).to_have_text("Votre choix est enregistré.")


def test_marking_all_as_read_is_announced(cast: Cast, open_window: OpenWindow) -> None:
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    page = open_window(cast.chloe)
    mark = page.get_by_role("button", name="Tout marquer comme lu")

    def has_rung() -> bool:
        page.goto("/notifications")
        return mark.count() > 0

    wait_until(has_rung, "the bell shows it")
    mark.click()
    announced(page, "Tout est marqué comme lu.")


def test_what_could_not_be_sent_speaks_of_no_typing(cast: Cast, open_window: OpenWindow) -> None:
    """A reaction and new posts fail alike on a cut line: nothing had been typed."""
    make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe)
    page.goto(ESS)
    page.wait_for_function(SCRIPTS_RUN)
    page.evaluate("() => document.dispatchEvent(new CustomEvent('htmx:sendError'))")
    said = page.locator("[data-toasts]")
    expect(said).to_contain_text("Le serveur est injoignable")
    expect(said).not_to_contain_text("saisi")


def test_logging_out_is_announced(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe)
    page.goto("/")
    page.locator("form[data-logout]").evaluate("form => form.requestSubmit()")
    announced(page, "Votre session est fermée.")


def test_a_preview_is_where_its_page_begins(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe)
    page.goto(f"{ESS}/publier/actualite")
    page.fill("input[name=title]", "Un titre")
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Quelques mots.")
    page.get_by_role("button", name="Aperçu").click()
    expect(page.get_by_role("heading", name="Aperçu")).to_be_focused()
    expect(page).to_have_title(re.compile("^Aperçu – Publier dans ESS Quartiers"))


def test_a_link_to_what_is_wrong_is_forgotten_with_the_page_that_showed_it(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Its fragment would lead into the next answer, and take the focus from the message there."""
    page = open_window(cast.chloe)
    page.goto(f"{ESS}/publier/actualite")
    summary = page.locator("[data-error-summary]")
    publish = page.get_by_role("button", name="Publier", exact=True).and_(
        page.locator("main button:not([name])")
    )
    for _time in range(2):
        publish.click()
        expect(summary).to_be_focused()
        summary.get_by_role("link", name="Texte").click()
        expect(page).to_have_url(re.compile("#body_html$"))
    page.fill("input[name=title]", "Un titre")
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Quelques mots.")
    publish.click()
    announced(page, "Votre publication est en ligne.")
    expect(page).to_have_url(re.compile(r"/publications/\d+$"))


def test_a_form_is_sent_to_the_whole_address_of_its_page(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    page.goto("/reglages/preferences?depuis=ici#main")
    assert page.locator("main form.form").get_attribute("action") == (
        "/reglages/preferences?depuis=ici"
    )
