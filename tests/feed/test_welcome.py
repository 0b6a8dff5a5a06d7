"""The first page of visitors shows what is public, and no figure about a few people."""

import re
from datetime import timedelta

from grandequipe.core import clock
from tests.conftest import Visitor
from tests.factories import Cast, Kind, make_member, make_post


def figures(page: str) -> list[str]:
    """Read the figures of a page."""
    return re.findall(r"<li><strong>([^<]*)</strong> ([^<]*)</li>", page)


def test_visitors_see_figures_the_latest_public_posts_and_the_next_webinars(
    cast: Cast, visitor: Visitor
) -> None:
    shown = [make_post(cast.amina, cast.ess, title=f"Pour tout le monde {n}") for n in range(6)]
    make_post(cast.amina, cast.private, title="Entre nous")
    begins = clock.now() + timedelta(days=2)
    for group, title in ((cast.ess, "Rencontre publique"), (cast.private, "Rencontre privée")):
        make_post(
            cast.amina, group, Kind.WEBINAR, title=title,
            starts_at=begins, ends_at=begins + timedelta(hours=1),
        )  # fmt: skip
    page = visitor.get("/").text
    assert [int(each) for each in re.findall(r'data-post="(\d+)"', page)][1:] == [
        post.id for post in reversed(shown[3:])
    ]
    assert "Rencontre publique" in page[page.index('id="coming-title"') :]
    assert "Entre nous" not in page
    assert "Rencontre privée" not in page
    assert "/photo" not in page, "pictures of members are for members"
    named = {name: number for number, name in figures(page)}
    assert int(named["membres"]) >= 5
    assert named["publications ouvertes à tout le monde"] == "7"


def test_a_community_of_fewer_than_five_people_has_no_figures(visitor: Visitor) -> None:
    for number in range(5):
        assert (figures(visitor.get("/").text) == []) is True, number
        make_member(f"Personne{number} Martin")
    assert figures(visitor.get("/").text)


def test_the_page_of_a_group_shows_readers_who_looks_after_it(
    cast: Cast, browser, visitor: Visitor
) -> None:
    page = browser(cast.chloe).get(f"/groupes/{cast.ess.slug}").text
    team = page[page.index('id="team-title"') :]
    for member in (cast.amina, cast.bruno):
        assert member.display_name in team
    assert cast.chloe.display_name not in team
    assert "team-title" not in visitor.get(f"/groupes/{cast.ess.slug}").text
    assert "team-title" not in browser(cast.driss).get(f"/groupes/{cast.private.slug}").text
