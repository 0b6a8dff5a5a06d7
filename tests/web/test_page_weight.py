"""What a page of twenty cards weighs: phones on a slow line read it too."""

from collections.abc import Callable
from typing import Any

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind, Post, ReactionName
from grandequipe.feed.services import add_reaction
from grandequipe.members.models import Member
from grandequipe.members.services import ProfileInput, edit_profile
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post

GROUP = "/groupes/ess-quartiers"
# Each text says its language and keeps its direction: 2 KB, of which compression leaves 100 bytes.
# So do the words in the addresses of posts, which are those of their titles: 4 KB. The card of a
# webinar has two buttons, and the menus lead to the agenda: 2 KB. The box of the search and what
# one explores stand in every header: 3 KB.
HEAVIEST = 54_000
A_PAGE = 20
TITLE = "Une ressourcerie ouvre ses portes à Bagnolet et recrute"
STRUCTURE = "Régie de quartier des Coteaux"
SENTENCE = "Le chantier de la rue voisine accompagne les habitants et leur marché couvert. "
OWN: dict[Kind, dict[str, Any]] = {
    Kind.RESOURCE: {"publisher": "Avise et ESS France"},
    Kind.CALL: {"funder": "Banque des territoires"},
}


@pytest.fixture
def full_page(cast: Cast) -> list[Post]:
    """Fill a page with posts of every kind, with a structure, reactions and comments."""
    with atomic():
        edit_profile(cast.amina, ProfileInput("Amina Belkacem", organisation=STRUCTURE))
    kinds = [list(Kind)[number % len(Kind)] for number in range(A_PAGE)]
    posts = [
        make_post(
            *(cast.amina, cast.ess, kind),
            title=TITLE,
            body_html=f"<p>{SENTENCE * 4}</p>",
            **OWN.get(kind, {}),
        )
        for kind in kinds
    ]
    for post in posts:
        make_comment(cast.chloe, post)
        with atomic():
            add_reaction(cast.chloe, post, ReactionName.USEFUL)
            add_reaction(cast.bruno, post, ReactionName.THANKS)
    return posts


def test_a_visitor_s_page_of_twenty_cards_is_light(full_page: list[Post], visitor: Visitor) -> None:
    page = visitor.get(GROUP, headers={"Accept-Language": "fr"})
    assert page.text.count("<article") == len(full_page)
    assert len(page.data) < HEAVIEST


def test_each_card_begins_with_its_heading(
    full_page: list[Post], cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    """Ears meet what it is about before what it is; no link stands before it."""
    for path in ("/", GROUP):
        cards = browser(cast.chloe).get(path).text.split("<article")[1:]
        assert len(cards) == A_PAGE
        for card in cards:
            assert card.split(">", 1)[1].lstrip().startswith("<h2")
