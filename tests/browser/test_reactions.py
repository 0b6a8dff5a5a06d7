"""Saying something with one touch, and taking it back with another, where the page stands."""

import pytest
from playwright.sync_api import expect

from tests.chromium import SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_post


@pytest.mark.parametrize("place", ["/", "/groupes/ess-quartiers", "/publications/{id}"])
def test_a_reaction_is_taken_back_where_it_was_given(
    place: str, cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe)
    page.goto(place.format(id=post.id))
    page.wait_for_function(SCRIPTS_RUN)
    page.evaluate("window.isTheSamePage = true")
    useful, count = page.get_by_role("button", name="Utile"), page.locator(".reaction-count")
    for _time in range(2):
        useful.click()
        expect(useful).to_have_attribute("aria-pressed", "true")
        expect(count).to_have_text("1")
        useful.click()
        expect(useful).to_have_attribute("aria-pressed", "false")
        expect(count).to_have_count(0)
    assert page.evaluate("window.isTheSamePage")
