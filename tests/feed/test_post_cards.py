"""The PostCard of a post holds everything that its card shows, and no more."""

import pytest
from flask_wtf.csrf import generate_csrf

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.queries import PostCard, list_group_cards, list_home_cards
from grandequipe.feed.views.cards import render_cards
from grandequipe.members.models import Organisation
from grandequipe.taxonomies.models import Territory
from tests.factories import Kind, make_comment, make_post


@pytest.mark.parametrize("kind", Kind)
def test_a_card_is_the_same_in_a_list_and_on_the_post(cast, kind):
    post = make_post(cast.amina, cast.ess, kind)
    with atomic():
        cast.amina.organisation = Organisation(name="Régie des Quatre Vents")
        post.territories = [
            Territory(code=code, kind="region", name=name, label=label, search_name=name)
            for code, name, label in (("R1", "Là", "Là (2)"), ("R2", "Ici", "Ici (1)"))
        ]
    make_comment(cast.chloe, post)
    [listed] = list_home_cards(cast.chloe, None, None).items
    assert listed == PostCard.of(db.session.get_one(Post, post.id).placements[0])
    assert list_group_cards(cast.ess, None, kind, None).items == [listed]


def test_a_card_changes_with_the_comments_of_the_post(cast):
    post = make_post(cast.amina, cast.ess)
    [before] = list_home_cards(cast.chloe, None, None).items
    make_comment(cast.chloe, post)
    [after] = list_home_cards(cast.chloe, None, None).items
    assert after == before._replace(revision=before.revision + 1)


def test_a_card_that_a_member_was_shown_gives_no_picture_to_visitors(browser, visitor, cast):
    make_post(cast.amina, cast.ess)
    with atomic():
        cast.amina.picture_key = "pictures/0123456789abcdef.webp"
    address = f"/membres/{cast.amina.id}/photo"
    assert address in browser(cast.driss).get("/groupes/ess-quartiers").text
    assert address not in visitor.get("/groupes/ess-quartiers").text


def test_a_token_that_stands_in_a_title_is_not_taken_for_the_reader_s_own(app, cast):
    with app.test_request_context():
        typed = generate_csrf()
        post = make_post(cast.amina, cast.ess, title=f"Jeton {typed}")
        shown = {"reacts": True, "marks": {}, "show_group": False}
        assert typed in render_cards([PostCard.of(post.placements[0])], **shown)
    with app.test_request_context():
        own = generate_csrf()
        text = render_cards([PostCard.of(post.placements[0])], **shown)
    assert f"Jeton {typed}" in text
    assert f'value="{own}"' in text


def test_a_card_says_whether_it_is_pinned_or_featured_in_its_group(cast):
    post = make_post(cast.amina, cast.ess)
    with atomic():
        post.placements[0].pinned = post.placements[0].featured = True
    for [card] in (
        list_home_cards(cast.chloe, None, None).items,
        list_group_cards(cast.ess, None, None, None).items,
    ):
        assert (card.is_pinned, card.is_featured) == (True, True)
