"""What is asked before an act names what it is about, to ears too."""

from playwright.sync_api import expect

from tests.chromium import OpenWindow
from tests.factories import Cast, make_post


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


def test_refusing_a_post_names_it(cast: Cast, open_window: OpenWindow) -> None:
    make_post(cast.chloe, cast.moderated, title="Prête perceuse")
    page = open_window(cast.bruno)
    page.goto("/groupes/petites-annonces/moderation")
    page.locator("form[data-confirm] button").click()
    expect(page.get_by_role("dialog")).to_have_accessible_name(
        "Refuser «\u00a0Prête perceuse\u00a0»\u202f?"
    )
