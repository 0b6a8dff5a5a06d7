"""One who was logged out in another tab loses nothing of what they were writing."""

from playwright.sync_api import expect

from tests.chromium import OpenWindow
from tests.factories import PASSWORD, Cast, make_member_with_password

WRITE = "/groupes/ess-quartiers/publier/actualite"


def test_what_was_being_written_is_offered_after_the_next_log_in(
    cast: Cast, open_window: OpenWindow
) -> None:
    gaelle = make_member_with_password("Gaëlle Petit", email="gaelle@example.org")
    page = open_window(gaelle)
    page.goto("/groupes/ess-quartiers")
    with page.expect_navigation():
        page.locator('form[action$="/rejoindre"] button').first.click()
    page.goto(WRITE)
    page.fill("input[name=title]", "Un long travail")
    elsewhere = page.context.new_page()
    elsewhere.goto("/")
    elsewhere.locator("form[data-logout]").evaluate("form => form.requestSubmit()")
    elsewhere.get_by_role("button", name="Le supprimer et me déconnecter").click()
    elsewhere.locator('a[href^="/connexion"]').first.wait_for()

    page.locator(".form-actions button:not([name])").click()
    page.locator(".error-page .button-main").click()
    page.fill("input[name=email]", gaelle.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator(".form-actions button").click()
    page.wait_for_url(f"**{WRITE}")
    page.locator(".draft-offer .button-second").click()
    expect(page.locator("input[name=title]")).to_have_value("Un long travail")
