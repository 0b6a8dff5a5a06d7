"""Walk 1.1: who reads a public group and is not in it joins in the place of the comment field."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from grandequipe.core.transactions import atomic
from grandequipe.groups.models import JoinPolicy
from grandequipe.groups.services import GroupInput, edit_group
from grandequipe.members.models import Member
from tests.chromium import OpenWindow
from tests.conftest import Visitor
from tests.factories import Cast, make_post
from tests.feed.conftest import main_of

Open = Callable[[Member], Visitor]
JOIN = "/groupes/ess-quartiers/rejoindre"
PRESS = re.compile(
    rf'<form[^>]*action="{JOIN}".*?name="next" value="([^"]+)".*?<span>(.*?)</span>', re.DOTALL
)


def presses_on(page: str) -> list[tuple[str, str]]:
    """Read what one can press to join, and where each leads back to."""
    return [(said, address) for address, said in PRESS.findall(main_of(page))]


@pytest.fixture
def path(cast: Cast) -> str:
    """Give the address of a post in a public group."""
    return f"/publications/{make_post(cast.amina, cast.ess).id}-titre-news"


def test_one_press_joins_and_leads_back_to_the_field(cast: Cast, browser: Open, path: str) -> None:
    driss = browser(cast.driss)
    presses = dict(presses_on(driss.get(path).text))
    to_comment = next(said for said in presses if "pour commenter" in said)
    assert "ESS Quartiers" in to_comment
    assert presses[to_comment] == f"{path}#body_html"
    assert presses["Rejoindre pour réagir"].startswith(f"{path}#reactions-")
    joined = driss.send(JOIN, {"next": presses[to_comment]})
    assert joined.location == f"{path}#body_html"
    page = driss.get(path).text
    assert 'id="body_html"' in page
    assert presses_on(page) == []


def test_one_asks_where_the_group_wants_that_and_reads_that_one_did(
    cast: Cast, browser: Open, path: str
) -> None:
    with atomic():
        edit_group(
            cast.amina, cast.ess, GroupInput("ESS Quartiers", join_policy=JoinPolicy.REQUEST)
        )
    driss = browser(cast.driss)
    said = [words for words, _address in presses_on(driss.get(path).text)]
    assert any(words.startswith("Demander à rejoindre") for words in said)
    assert driss.send(JOIN, {"next": path}).location == path
    page = main_of(driss.get(path).text)
    assert presses_on(driss.get(path).text) == []
    assert "Vous avez demandé à rejoindre le groupe" in page


@pytest.mark.parametrize("who", ["chloe", "eva"])
def test_members_and_the_excluded_are_not_asked_to_join(
    cast: Cast, browser: Open, path: str, who: str
) -> None:
    assert presses_on(browser(getattr(cast, who)).get(path).text) == []


def test_a_group_by_invitation_says_so(cast: Cast, browser: Open, path: str) -> None:
    with atomic():
        edit_group(cast.amina, cast.ess, GroupInput("ESS Quartiers", join_policy=JoinPolicy.INVITE))
    page = browser(cast.driss).get(path).text
    assert presses_on(page) == []
    assert "On y entre sur invitation." in page


def test_visitors_come_back_to_the_press(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text
    assert f"/connexion?next={path}%23comments" in page
    assert JOIN not in main_of(page)


def test_the_field_has_the_focus_after_the_press(
    cast: Cast, open_window: OpenWindow, path: str
) -> None:
    page = open_window(cast.driss)
    page.goto(path)
    page.get_by_role("button", name=re.compile("pour commenter")).click()
    expect(page.locator("trix-editor")).to_be_focused()


def test_one_leaves_by_the_menu_of_the_group(cast: Cast, browser: Open) -> None:
    """Walk 1.23: it was at the foot of the list of members."""
    for page in ("", "/membres", "/notifications"):
        shown = browser(cast.chloe).get(f"/groupes/ess-quartiers{page}").text
        header = shown[shown.index('class="group-header"') :].split("</header>")[0]
        assert 'action="/groupes/ess-quartiers/quitter"' in header
    assert "/quitter" not in main_of(browser(cast.driss).get("/groupes/ess-quartiers").text)
