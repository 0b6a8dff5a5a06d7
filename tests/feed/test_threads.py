"""Long threads: folded with a count, gaps in time, removed comments, reactions to comments."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from grandequipe.core.errors import NotFound, Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed import services
from grandequipe.feed.models import Comment, CommentCounters, CommentReaction, ReactionName
from grandequipe.feed.queries import get_comment
from tests.factories import make_comment, make_post
from tests.feed.conftest import comments

AS_A_PART = {"HX-Request": "true"}


def remove(actor, comment):
    """Remove a comment."""
    with atomic():
        services.remove_comment(actor, comment)


def react(member, comment, name=ReactionName.THANKS):
    """React to a comment."""
    with atomic():
        services.react_to_comment(member, comment, name)


def test_a_long_thread_is_folded_and_says_how_many_answers_are_left(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.chloe, post)
    answers = [make_comment(cast.bruno, post, reply_to=first.id) for _number in range(34)]
    page = visitor.get(f"/publications/{post.id}").text
    assert "24 autres réponses" in page
    assert comments(page) == [first.id, *(each.id for each in answers[24:])]
    [address] = re.findall(r'hx-get="([^"]*thread=[^"]*)"', page)
    part = visitor.get(address.replace("&amp;", "&"), headers=AS_A_PART).text
    assert "14 autres réponses" in part
    assert comments(part) == [each.id for each in answers[14:24]]
    remove(cast.bruno, answers[0])
    assert "23 autres réponses" in visitor.get(f"/publications/{post.id}").text


def test_a_gap_in_time_is_said(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    said = [make_comment(cast.chloe, post) for _number in range(4)]
    for comment, days in zip(said, (500, 100, 3, 2), strict=True):
        with atomic():
            ago = Comment.created_at - timedelta(days=days)
            db.session.execute(update(Comment).filter_by(id=comment.id).values(created_at=ago))
    page = visitor.get(f"/publications/{post.id}").text
    assert re.findall(r"comment-gap[^>]*>([^<]*)<", page) == ["1 an plus tard", "3 mois plus tard"]


def test_a_removed_comment_keeps_a_place_only_where_others_answered(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess)
    alone, answered = make_comment(cast.chloe, post), make_comment(cast.chloe, post)
    answer = make_comment(cast.bruno, post, reply_to=answered.id)
    further = make_comment(cast.amina, post, reply_to=answer.id)
    for comment, author in ((alone, cast.chloe), (answered, cast.chloe), (answer, cast.bruno)):
        remove(author, comment)
    page = visitor.get(f"/publications/{post.id}").text
    assert comments(page) == [answered.id, answer.id, further.id]
    remove(cast.amina, further)
    assert comments(visitor.get(f"/publications/{post.id}").text) == []
    last = make_comment(cast.chloe, post)
    gone = browser(cast.chloe).send(f"/commentaires/{last.id}/supprimer")
    assert gone.location.endswith("#comments")


def test_members_react_to_comments_as_to_posts(cast, browser, visitor):
    comment = make_comment(cast.bruno, make_post(cast.amina, cast.ess))
    address, chloe = f"/commentaires/{comment.id}/reactions", browser(cast.chloe)
    post = f"/publications/{comment.post_id}"
    assert address in chloe.get(post).text
    assert address not in visitor.get(post).text
    assert 'name="add" value="useful"' in chloe.get(address).text, "a page without scripts"
    assert chloe.send(address, {"add": "useful"}).status_code == 303
    chloe.send(address, {"add": "useful"})
    react(cast.amina, comment)
    shown = chloe.get(address, headers=AS_A_PART).text
    assert 'name="take_back" value="useful" aria-pressed="true"' in shown
    counters = db.session.get_one(CommentCounters, comment.id)
    assert counters.reaction_counts == {"thanks": 1, "useful": 1}
    assert 'name="take_back" value="useful"' in chloe.get(post).text
    assert browser(cast.driss).send(address, {"add": "useful"}).status_code == 403
    assert chloe.send(address, {"add": "else"}).status_code == 422
    chloe.send(address, {"take_back": "useful"})
    db.session.expire_all()
    assert db.session.get_one(CommentCounters, comment.id).reaction_counts == {"thanks": 1}


def test_nobody_reacts_to_a_removed_comment_and_reactions_go_with_an_account(cast):
    comment = make_comment(cast.bruno, make_post(cast.amina, cast.ess))
    react(cast.chloe, comment)
    react(cast.amina, comment)
    with pytest.raises(Refused):
        react(cast.driss, comment)
    with atomic():
        services.erase_reactions_to_comments(cast.chloe)
    assert [each.member_id for each in db.session.query(CommentReaction)] == [cast.amina.id]
    counters = db.session.get_one(CommentCounters, comment.id)
    assert counters.reaction_counts == {"thanks": 1}
    remove(cast.bruno, comment)
    with pytest.raises(NotFound):
        get_comment(comment.id, cast.chloe)


def test_many_comments_with_reactions_are_read_by_as_few_questions(cast, browser, count_queries):
    post, chloe = make_post(cast.amina, cast.ess), browser(cast.chloe)
    asked = []
    for number in (3, 30):
        for _each in range(number):
            first = make_comment(cast.bruno, post)
            react(cast.chloe, make_comment(cast.bruno, post, reply_to=first.id))
        chloe.get("/aide")
        with count_queries() as counted:
            assert chloe.get(f"/publications/{post.id}").status_code == 200
        asked.append(counted.count)
    assert asked[0] == asked[1]
