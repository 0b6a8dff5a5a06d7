"""What a finger meets: 44 px, and one thing at a time."""

from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind
from tests.chromium import DESKTOP, PHONE, OpenWindow
from tests.factories import Cast, make_post

SMALL = """() => [...document.querySelectorAll(".coming a, .sidebar-title a, .site-footer a")]
    .filter(link => link.checkVisibility())
    .filter(link => {
        const { width, height } = link.getBoundingClientRect();
        return width < 44 || height < 44;
    }).map(link => link.textContent.trim())"""


# What stands inside a line of text has its lines' height (WCAG 2.5.8, "Inline"); a link that
# covers its whole card is as large as that.
CONTROLS = """() => [...document.querySelectorAll(
        "a[href], button, summary, input, select, textarea")]
    .filter(each => each.checkVisibility() && each.type !== "hidden")
    .filter(each => !each.closest(".visually-hidden, .skip-link, .prose"))
    .filter(each => getComputedStyle(each, "::after").position !== "absolute")
    .map(each => [each, each.closest("label.choice, label.member-tick") ?? each])
    .map(([each, whole]) => [each, whole.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 44 || box.height < 43.5))
    .map(([each, box]) => `${each.outerHTML.slice(0, 80)} ${box.width} × ${box.height}`)"""
ESS = "/groupes/ess-quartiers"


def test_all_that_one_touches_on_a_group_s_pages_is_as_large_as_a_finger(
    cast: Cast, open_window: OpenWindow
) -> None:
    """D16: at 360 px, as a visitor, a member and an owner."""
    post = make_post(cast.chloe, cast.ess, language="fr")
    pages = {
        None: [ESS, f"/publications/{post.id}", "/groupes"],
        cast.chloe: ["/", ESS, f"/publications/{post.id}", f"{ESS}/publier"],
        cast.amina: [f"{ESS}/membres", f"{ESS}/moderation", f"{ESS}/reglages"],
    }
    small = {}
    for member, paths in pages.items():
        page = open_window(member, width=PHONE)
        for path in paths:
            page.goto(path)
            small[path] = page.evaluate(CONTROLS)
    assert {path: found for path, found in small.items() if found} == {}


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
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
