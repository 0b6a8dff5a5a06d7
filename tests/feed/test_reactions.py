"""Scenes of one touch."""

import pytest
from sqlalchemy import insert, text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post, Reaction, ReactionName
from grandequipe.feed.services import add_reaction
from tests.factories import make_post

HTMX = {"HX-Request": "true"}


def counts(post):
    """Read what was said about a post."""
    return db.session.get(Post, post.id).reaction_counts


def test_one_says_it_and_takes_it_back(cast, browser):
    post = make_post(cast.amina, cast.ess)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/reactions"
    answer = chloe.send(address, {"add": "thanks"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/publications/{post.id}#reactions-{post.id}"
    chloe.send(address, {"add": "thanks"})
    browser(cast.bruno).send(address, {"add": "thanks"})
    chloe.send(address, {"add": "useful"})
    assert counts(post) == {"thanks": 2, "useful": 1}
    assert 'aria-pressed="true"' in chloe.get(f"/publications/{post.id}").text
    chloe.send(address, {"take_back": "thanks"})
    chloe.send(address, {"take_back": "thanks"})
    assert counts(post) == {"thanks": 1, "useful": 1}


def test_a_script_gets_the_reactions_alone(cast, browser):
    post = make_post(cast.amina, cast.ess)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/reactions"
    part = chloe.send(address, {"add": "support"}, headers=HTMX)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert 'name="take_back" value="support"' in part.text
    assert 'name="take_back" value="support"' in chloe.get(address).text
    assert 'name="add" value="support"' in browser(cast.bruno).get(address).text


@pytest.mark.parametrize("name", ["driss", "eva"])
def test_only_members_react(name, cast, browser, visitor):
    other = browser(getattr(cast, name))
    for group, refused in ((cast.ess, 403), (cast.private, 404)):
        post = make_post(cast.amina, group)
        address = f"/publications/{post.id}/reactions"
        assert other.send(address, {"add": "thanks"}).status_code == refused
        assert "/connexion" in visitor.send(address, {"add": "thanks"}).headers["Location"]
        assert counts(post) == {}
        assert browser(cast.chloe).send(address, {"add": "thanks"}).status_code == 303
        assert other.get(address).status_code == visitor.get(address).status_code
        assert "<button" not in other.get(address).text or group is cast.private


@pytest.mark.parametrize("given", [{}, {"add": "hate"}, {"take_back": ""}, {"add": "THANKS"}])
def test_another_word_is_refused(given, cast, browser):
    post = make_post(cast.amina, cast.ess)
    answer = browser(cast.chloe).send(f"/publications/{post.id}/reactions", given)
    assert answer.status_code == 422
    assert counts(post) == {}


def test_two_who_react_at_once_do_not_wait_for_each_other(cast):
    post = make_post(cast.amina, cast.ess)
    said = {"post_id": post.id, "member_id": cast.bruno.id, "name": ReactionName.THANKS}
    with db.engine.begin() as other:
        other.execute(insert(Reaction).values(**said))
        with atomic():
            db.session.execute(text("SET LOCAL lock_timeout = '1s'"))
            add_reaction(cast.chloe, post, ReactionName.USEFUL)
    assert counts(post) == {"useful": 1}
    with atomic():
        add_reaction(cast.amina, post, ReactionName.USEFUL)
    assert counts(post) == {"useful": 2}


def test_a_card_names_its_reactions_by_its_title_once(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess, title="Le marché couvert")
    with atomic():
        add_reaction(cast.chloe, post, ReactionName.USEFUL)
    page = browser(cast.chloe).get("/groupes/ess-quartiers").text
    assert 'role="group" aria-label="Réactions à «\u00a0Le marché couvert\u00a0»"' in page
    # In the link, and to ears with the reactions, the bookmark and the comments.
    assert page.count("Le marché couvert") + page.count(f"post-{post.id}-title") == 4 + 2
    assert (
        '<ul class="reactions" aria-label="Réactions">'
        in visitor.get("/groupes/ess-quartiers").text
    )
