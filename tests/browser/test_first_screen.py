"""What a phone shows first, and the dense list."""

import pytest
from playwright.sync_api import expect

from grandequipe.core.transactions import atomic
from grandequipe.groups.models import Role
from tests.browser.looks import looks_of
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast, admit, make_post

ESS = "/groupes/ess-quartiers"


@pytest.mark.parametrize("height", [640, 800])
@pytest.mark.parametrize("path", ["/", ESS])
def test_a_member_s_first_post_begins_in_the_upper_half_of_a_phone_s_first_screen(
    cast: Cast, open_window: OpenWindow, path: str, height: int
) -> None:
    """Those who look after a group have the most tabs."""
    with atomic():
        cast.ess.description = "Les voisins d’ici échangent des nouvelles et des idées. " * 5
    make_post(cast.amina, cast.ess, title="La fête du quartier")
    page = open_window(cast.amina, width=PHONE)
    page.set_viewport_size({"width": PHONE, "height": height})
    page.goto(path)
    box = page.locator("article.card").first.bounding_box()
    assert box
    assert box["y"] <= height / 2
    chips = page.locator(".filters a")
    assert len({each.bounding_box()["y"] for each in chips.all()}) == 1  # type: ignore[index]
    last = chips.last
    last.focus()
    expect(last).to_be_in_viewport(ratio=1)


def test_the_bar_at_the_bottom_has_what_a_phone_needs(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe, width=PHONE)
    page.goto("/")
    bar = page.get_by_role("navigation", name="Principale, en bas")
    names = [each.inner_text().strip() for each in bar.locator(".bottom-link").all()]
    assert names == ["Accueil", "Agenda", "Recherche", "Publier", "Notifications"]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("viewer", ["chloe", None])
def test_a_reader_chooses_the_dense_list_and_finds_it_again(
    cast: Cast, open_window: OpenWindow, viewer: str | None, scripts: bool
) -> None:
    """Another reader's choice does not come to them by a kept page."""
    admit(cast.ess, cast.driss, role=Role.MEMBER)
    for number in range(6):
        make_post(cast.amina, cast.ess, title=f"Une assez longue nouvelle du quartier, {number}")
    member = getattr(cast, viewer) if viewer else None
    page = open_window(member, width=PHONE, scripts=scripts)
    other = open_window(member, width=PHONE, scripts=scripts)
    for each in (page, other):
        each.goto(ESS)
    page.get_by_role("button", name="Liste").click()
    expect(page.locator(".feed-dense .card")).to_have_count(6)
    page.goto(ESS)
    heights = [each.bounding_box()["height"] for each in page.locator(".card").all()]  # type: ignore[index]
    assert max(heights) <= 76
    when = page.locator(".feed-dense .card-by p").last
    assert "·" in when.evaluate("p => getComputedStyle(p, '::before').content")
    if scripts and viewer:
        assert not any(looks_of(page).values()), looks_of(page)
    other.reload()
    expect(other.locator(".feed-dense")).to_have_count(0)
    page.get_by_role("button", name="Cartes").click()
    expect(page.locator(".feed-dense")).to_have_count(0)
