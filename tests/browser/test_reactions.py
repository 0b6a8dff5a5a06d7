"""Saying something with one touch, and taking it back with another, where the page stands."""

import re

import pytest
from playwright.sync_api import Route, expect

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


def test_what_is_touched_before_an_answer_comes_is_sent_after_it(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Two reactions, then the first taken back, while the line is slow: all three are stored."""
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe)
    page.goto("/")
    page.wait_for_function(SCRIPTS_RUN)
    waiting: list[Route] = []
    sent: list[str | None] = []

    def hold(route: Route) -> None:
        sent.append(route.request.post_data)
        if len(sent) > 1:
            route.continue_()
        else:
            waiting.append(route)

    page.route(f"**/publications/{post.id}/reactions", hold)
    thanks, useful = (page.get_by_role("button", name=name) for name in ("Merci", "Utile"))
    with page.expect_request("**/reactions"):
        thanks.click()
    useful.click()
    thanks.click()
    waiting[0].continue_()
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(thanks).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(thanks).to_have_attribute("aria-pressed", "false")
    said = [re.search(r"(add|take_back)=\w+", each or "") for each in sent]
    assert [each and each[0] for each in said] == ["add=thanks", "add=useful", "take_back=thanks"]
