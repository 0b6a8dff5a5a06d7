"""Keeping a post from its card: at once, in order, and honest where the network is gone."""

from playwright.sync_api import expect

from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_post


def test_a_bookmark_is_set_at_once_kept_and_put_back_where_nobody_answers(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess, title="À relire")
    page = open_window(cast.chloe)
    page.goto("/")
    page.wait_for_function(SCRIPTS_RUN)
    button = page.get_by_role("button", name="Favori")
    with page.expect_response("**/favori"):
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.context.set_offline(True)
    button.click()
    expect(page.locator("[data-toasts]")).to_contain_text("Pas de réseau")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.context.set_offline(False)
    page.goto(f"/publications/{post.id}")
    note = page.get_by_role("link", name="Ajouter une note")
    expect(note).to_be_visible()
    page.wait_for_function(SCRIPTS_RUN)
    for is_kept in (False, True):
        with page.expect_response("**/favori"):
            page.locator("#post-own").get_by_role("button", name="Favori").click()
        expect(note).to_be_visible(visible=is_kept)
    page.goto("/favoris")
    expect(page.get_by_role("link", name=post.title, exact=True)).to_be_visible()
    page.get_by_role("button", name="Retirer de mes favoris").click()
    expect(page.get_by_role("status").filter(has_text="plus dans vos favoris")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("link", name=post.title, exact=True)).to_be_visible()
