"""What a finger meets: 44 px, and one thing at a time."""

from grandequipe.core.transactions import atomic
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast, make_post


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
