"""What a finger meets: 44 px, and one thing at a time."""

from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind
from tests.chromium import DESK, PHONE, OpenWindow
from tests.factories import Cast, make_post

SMALL = """() => [...document.querySelectorAll(".coming a, .aside-title a, .site-footer a")]
    .filter(link => link.checkVisibility())
    .filter(link => {
        const { width, height } = link.getBoundingClientRect();
        return width < 44 || height < 44;
    }).map(link => link.textContent.trim())"""


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_links_beside_the_text_are_as_large_as_a_finger(
    width: int, cast: Cast, open_window: OpenWindow
) -> None:
    """The agenda, the group beside a post, the footer."""
    soon = clock.now() + timedelta(days=3)
    times = {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}
    post = make_post(cast.amina, cast.ess, Kind.WEBINAR, title="Un", **times)
    page = open_window(cast.chloe, width=width)
    small = []
    for path in ("/", f"/publications/{post.id}"):
        page.goto(path)
        small += page.evaluate(SMALL)
    assert small == []


def test_the_author_s_link_does_not_lie_under_the_group_s(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Also where the name of the group takes the next line."""
    with atomic():
        cast.ess.name = "Économie sociale et solidaire des quartiers"
    make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe, width=PHONE)
    page.goto("/")
    author, group = (page.locator(".card-by a").nth(index).bounding_box() for index in (0, 1))
    assert author
    assert group
    assert group["y"] > author["y"]
    assert group["y"] - author["y"] - author["height"] > -0.5
