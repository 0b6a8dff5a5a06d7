"""What is asked before an act names what it is about, to ears too."""

import re

from playwright.sync_api import Route, expect

from tests.browser.looks import looks_of
from tests.chromium import OpenWindow
from tests.factories import Cast, make_comment, make_post


def test_removing_a_post_names_it_and_says_what_follows(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.chloe, cast.ess, title="Le marché couvert")
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}")
    page.locator(".post-actions").get_by_role("button", name="Supprimer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("Supprimer «\u00a0Le marché couvert\u00a0»\u202f?")
    expect(dialog).to_have_accessible_description(dialog.locator("p").inner_text())


def test_refusing_a_post_names_it_and_asks_for_a_word(cast: Cast, open_window: OpenWindow) -> None:
    make_post(cast.chloe, cast.moderated, title="Prête perceuse")
    page = open_window(cast.bruno)
    page.goto("/groupes/petites-annonces/moderation")
    page.get_by_role("link", name="Refuser «\u00a0Prête perceuse\u00a0»").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Refuser «\u00a0Prête perceuse\u00a0»")
    page.get_by_label("Votre mot").fill("Déjà annoncé hier.")
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("heading", name="Rien ne vous attend")).to_be_visible()


def test_removing_a_comment_names_it_and_leads_to_its_place(
    cast: Cast, open_window: OpenWindow
) -> None:
    """The button and the question say whose it is, the text which one; its place says the rest."""
    post = make_post(cast.amina, cast.ess)
    said = make_comment(cast.chloe, post, "Un mot de trop & un autre")
    make_comment(cast.amina, post, "C’est vrai.", reply_to=said.id)
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}")
    page.get_by_role("button", name="Supprimer le commentaire écrit par Chloé Dumas").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("Supprimer le commentaire écrit par Chloé Dumas\u202f?")
    expect(dialog).to_have_accessible_description(
        re.compile("«\u00a0Un mot de trop & un autre\u00a0»")
    )
    dialog.get_by_role("button", name="Supprimer").click()
    place = page.locator(f"#comment-{said.id}")
    expect(place.locator("article").first).to_have_text("Ce commentaire a été supprimé.")
    expect(place).to_be_focused()


def test_what_was_confirmed_once_is_asked_again(cast: Cast, open_window: OpenWindow) -> None:
    """The answer leaves the page where it was: the next touch is another act."""
    post = make_post(cast.chloe, cast.ess)
    page = open_window(cast.chloe)
    page.clock.install()
    sent: list[str] = []

    def answer_nothing(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=204)

    page.route(f"**/publications/{post.id}/supprimer", answer_nothing)
    page.goto(f"/publications/{post.id}")
    remove = page.locator(".post-actions").get_by_role("button", name="Supprimer")
    remove.click()
    with page.expect_response("**/supprimer"):
        page.get_by_role("dialog").get_by_role("button", name="Supprimer").click()
    page.clock.fast_forward(13_000)
    remove.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert len(sent) == 1


def test_saying_no_leads_back_to_the_button_that_the_question_came_from(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Its menu stays open under the question."""
    page = open_window(cast.amina)
    page.goto("/groupes/ess-quartiers/membres")
    page.get_by_label("Gérer Chloé Dumas").click()
    asks = page.locator(".menu-list").get_by_role("button", name="Nommer propriétaire")
    asks.click()
    page.get_by_role("dialog").get_by_role("button", name="Annuler").click()
    expect(asks).to_be_focused()


def test_the_page_that_asks_where_no_script_does_is_as_legible_as_any(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.chloe, cast.ess, title="Le marché couvert")
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}")
    page.locator(".post-actions form").evaluate("form => form.submit()")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Le marché couvert")
    found = looks_of(page)
    assert {look for look, wrong in found.items() if wrong} == set(), found
