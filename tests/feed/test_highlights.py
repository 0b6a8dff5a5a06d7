"""What moderators set on a post: pinned, featured, its comments locked."""

import pytest

from grandequipe.core.errors import Conflict, Refused
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed import services
from grandequipe.feed.models import Comment, Placement
from grandequipe.feed.queries import list_group_cards
from tests.factories import admit, make_comment, make_group, make_post
from tests.feed.conftest import cards

ESS = "/groupes/ess-quartiers"


def arrange(window, post, change):
    """Press a button of the moderators' menu."""
    return window.send(
        f"/publications/{post.id}/groupes/ess-quartiers/mise-en-avant", {"change": change}
    )


def test_three_posts_stand_on_top_of_the_first_page_and_nowhere_else(cast, browser, visitor):
    posts = [make_post(cast.chloe, cast.ess) for _number in range(25)]
    bruno = browser(cast.bruno)
    for post in (posts[0], posts[1], posts[24]):
        assert arrange(bruno, post, "pinned").status_code == 303
    answer = bruno.get(f"/publications/{posts[2].id}").text
    assert "mise-en-avant" in answer
    arrange(bruno, posts[2], "pinned")
    ids = [post.id for post in posts]
    page = visitor.get(ESS).text
    assert cards(page) == [ids[24], ids[1], ids[0], *reversed(ids[4:24])]
    window = list_group_cards(cast.ess, None, None, None)
    older = list_group_cards(cast.ess, None, None, window.next)
    assert [card.id for card in older.items] == [ids[3], ids[2]]
    with pytest.raises(Conflict), atomic():
        services.pin_post(cast.bruno, posts[3], cast.ess, pinned=True)
    arrange(bruno, posts[24], "unpinned")
    assert cards(visitor.get(ESS).text)[0] == ids[1]
    kinds = [each.data["change"] for each in events("post.arranged")]
    assert kinds == ["pinned", "pinned", "pinned", "unpinned"]


def events(kind):
    """List what was recorded of a kind."""
    return db.session.query(EventRecord).filter_by(kind=kind).order_by(EventRecord.id).all()


def test_a_post_is_featured_in_the_place_of_another_and_removed_as_any(cast, browser):
    first, second = make_post(cast.chloe, cast.ess), make_post(cast.chloe, cast.ess)
    bruno = browser(cast.bruno)
    for post in (first, second):
        arrange(bruno, post, "featured")
    featured = db.session.query(Placement.post_id).filter_by(featured=True).all()
    assert featured == [(second.id,)]
    assert arrange(browser(cast.chloe), first, "featured").status_code == 403
    assert arrange(bruno, first, "else").status_code == 422
    with atomic():
        services.pin_post(cast.bruno, second, cast.ess, pinned=True)
    with atomic():
        services.remove_post(cast.chloe, second)
    placement = db.session.query(Placement).filter_by(post_id=second.id).one()
    db.session.refresh(placement)
    assert (placement.pinned, placement.featured) == (False, False)


def test_locked_comments_are_read_and_nobody_but_moderators_adds_one(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}"
    assert browser(cast.chloe).send(f"{address}/commentaires/verrou").status_code == 403
    why = {"reason": "On n’y parle plus du sujet."}
    assert browser(cast.bruno).send(f"{address}/commentaires/verrou", why).status_code == 303
    page = chloe.get(address).text
    assert f'id="comment-{comment.id}"' in page
    assert 'id="comment-form"' not in page
    assert "data-comments-locked>" in page
    refused = chloe.send(f"{address}/commentaires", {"body_html": "Encore un mot"})
    assert refused.status_code == 409
    assert "Encore un mot" in refused.text, "what was typed is given back"
    assert chloe.get(f"/commentaires/{comment.id}/modifier").status_code == 403
    assert chloe.send(f"{address}/reactions", {"add": "thanks"}).status_code == 303
    assert 'id="comment-form"' in browser(cast.bruno).get(address).text
    make_comment(cast.bruno, post, "On en reste là.")
    browser(cast.bruno).send(f"{address}/commentaires/verrou", {"locked": "0"})
    assert chloe.send(f"{address}/commentaires", {"body_html": "Merci"}).status_code == 303
    assert [each.data["locked"] for each in events("comments.locked")] == [True, False]
    assert "data-comments-locked hidden" in visitor.get(address).text
    assert db.session.query(Comment).count() == 3


def test_who_placed_a_post_in_a_group_of_their_own_does_not_lock_what_others_say(cast):
    post = make_post(cast.chloe, cast.ess)
    own = make_group(cast.chloe, "À moi")
    admit(own, cast.driss)
    with atomic():
        services.place_post(cast.chloe, post, own)
    with pytest.raises(Refused), atomic():
        services.lock_comments(cast.chloe, post, locked=True)
