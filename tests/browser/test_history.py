"""Going back in the browser's history never shows a home that is no longer true."""

from playwright.sync_api import expect

from tests.chromium import OpenWindow
from tests.factories import Cast, make_post


def test_the_unread_counter_is_right_after_a_visit_and_back(
    cast: Cast, open_window: OpenWindow
) -> None:
    make_post(cast.amina, cast.ess, title="Une nouvelle")
    page = open_window(cast.chloe)
    page.goto("/")
    page.goto("/")
    groups = page.locator(".left")
    expect(groups).to_contain_text("1")
    groups.get_by_role("link", name="ESS Quartiers").click()
    page.wait_for_url("**/groupes/ess-quartiers")
    page.go_back()
    page.wait_for_url("**/")
    expect(groups).not_to_contain_text("1")


def test_after_a_log_out_the_history_shows_nobody_s_home(
    cast: Cast, open_window: OpenWindow
) -> None:
    make_post(cast.amina, cast.private, title="Entre nous")
    page = open_window(cast.chloe)
    page.goto("/")
    page.goto("/")
    expect(page.get_by_text("Entre nous").first).to_be_visible()
    page.locator("form[data-logout]").first.evaluate("form => form.submit()")
    page.locator('a[href^="/connexion"]').first.wait_for()
    page.go_back()
    expect(page.locator('a[href^="/connexion"]').first).to_be_visible()
    expect(page.get_by_text("Entre nous")).to_have_count(0)
