"""Mentioning a member by keyboard, by touch and in an answer, where the text is written."""

import pytest
from playwright.sync_api import Page, expect

from grandequipe.extensions import db
from grandequipe.feed.models import Mention
from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_comment, make_post


def open_comments(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function(SCRIPTS_RUN)


def mentioned() -> list[int]:
    db.session.rollback()
    return [id for (id,) in db.session.query(Mention.member_id).order_by(Mention.id)]


def test_a_member_is_mentioned_in_the_editor_by_keyboard_and_by_touch(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.amina)
    open_comments(page, f"/publications/{post.id}")
    editor = page.locator("trix-editor")
    editor.click()
    page.keyboard.type("Merci @chl")
    options = page.locator(".mention-list [role=option]")
    expect(options).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 suggestion")).to_have_count(1)
    active = editor.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("Chloé Dumas")
    page.keyboard.press("Escape")
    expect(page.locator(".mention-list").first).to_be_hidden()
    page.keyboard.type("o")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(editor.get_by_role("link", name="@Chloé Dumas")).to_have_attribute(
        "href", f"/membres/{cast.chloe.id}"
    )
    page.keyboard.type("et @b")
    options.filter(has_text="Bruno Castel").click()
    page.keyboard.type("oui")
    page.get_by_role("button", name="Commenter", exact=True).click()
    said = page.locator("[data-comment] .prose")
    expect(said).to_have_text("Merci @Chloé Dumas et @Bruno Castel oui")
    assert mentioned() == [cast.chloe.id, cast.bruno.id]
    expect(said.get_by_role("link", name="@Chloé Dumas")).to_have_class("mention")


def test_a_member_is_mentioned_in_an_answer_and_on_a_new_post(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    make_comment(cast.bruno, post)
    page = open_window(cast.amina)
    open_comments(page, f"/publications/{post.id}")
    page.get_by_text("Répondre", exact=True).click()
    area = page.get_by_label("Votre réponse")
    area.press_sequentially("Voir @chl")
    option = page.locator(".mention-list [role=option]")
    expect(option).to_have_count(1)
    page.keyboard.press("Tab")
    expect(area).to_have_value("Voir @Chloé Dumas ")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("link", name="@Chloé Dumas")).to_be_visible()
    page.goto("/groupes/ess-quartiers/publier/actualite")
    page.locator("trix-editor").click()
    page.keyboard.type("@castel")
    expect(option).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("trix-editor").get_by_role("link")).to_have_text("@Bruno Castel")


@pytest.mark.parametrize("typed", ["@chloe dumas", "@Chloé Dumas !"])
def test_without_scripts_the_whole_name_is_typed(
    typed: str, cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.amina, scripts=False)
    page.goto(f"/publications/{post.id}")
    page.locator("textarea[name=body_html]").first.fill(typed)
    page.get_by_role("button", name="Commenter", exact=True).click()
    expect(page.get_by_role("link", name="@Chloé Dumas")).to_be_visible()
    assert mentioned() == [cast.chloe.id]
