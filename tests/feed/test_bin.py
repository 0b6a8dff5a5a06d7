"""The bin: what its author removed is put back for thirty days, then deleted for good."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from grandequipe.core.errors import NotFound, Refused
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.digests.services.contents import compose
from grandequipe.extensions import db
from grandequipe.feed import services
from grandequipe.feed.models import Comment, Placement, Post
from grandequipe.feed.tasks import empty_bins
from grandequipe.groups.models import Visibility
from grandequipe.groups.services import GroupInput, edit_group, leave_group
from tests.factories import admit, make_comment, make_group, make_post


def remove(actor, post):
    """Remove a post."""
    with atomic():
        services.remove_post(actor, post)


def restore(author, post):
    """Put a post back."""
    with atomic():
        return [each.group.slug for each in services.restore_post(author, post)]


def grow_old(days):
    """Have everything that was removed have been removed some days before."""
    past = timedelta(days=days)
    with atomic():
        db.session.execute(update(Placement).values(decided_at=Placement.decided_at - past))
        db.session.execute(update(Comment).values(removed_at=Comment.removed_at - past))


def test_an_author_puts_a_post_back_where_it_was(cast, browser, visitor):
    post = make_post(cast.chloe, cast.ess, title="Un atelier")
    comment = make_comment(cast.bruno, post)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}"
    for reader, is_author in ((chloe, True), (browser(cast.amina), False)):
        assert ("depuis la corbeille" in reader.get(address).text) == is_author
    chloe.send(f"{address}/supprimer")
    assert visitor.get(address).status_code == 404
    assert "Un atelier" in chloe.get("/corbeille").text
    assert "Un atelier" not in browser(cast.amina).get("/corbeille").text
    assert browser(cast.amina).send(f"/corbeille{address}").status_code == 404
    assert chloe.send(f"/corbeille{address}").status_code == 303
    page = visitor.get(address).text
    assert f'id="comment-{comment.id}"' in page
    assert "Un atelier" not in chloe.get("/corbeille").text
    events = db.session.query(EventRecord).filter_by(subject_id=post.id).order_by(EventRecord.id)
    kinds = [each.kind for each in events]
    assert [kind for kind in kinds if kind.startswith("post.")] == [
        "post.published",
        "post.removed",
        "post.restored",
    ]


def test_it_is_put_back_where_its_author_removed_it_and_may_still_publish(cast):
    other = make_group(cast.bruno, "Ateliers")
    left = make_group(cast.bruno, "Quittée")
    admit(other, cast.chloe)
    admit(left, cast.chloe)
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        services.place_post(cast.chloe, post, other)
        services.place_post(cast.chloe, post, left)
    with atomic():
        services.take_out(cast.bruno, post, other)
    remove(cast.chloe, post)
    with atomic():
        leave_group(cast.chloe, left)
    assert restore(cast.chloe, post) == ["ess-quartiers"]
    with pytest.raises(NotFound):
        restore(cast.chloe, post)
    remove(cast.bruno, post)
    with pytest.raises(Refused):
        restore(cast.chloe, post)


def test_what_waited_for_a_moderator_waits_again(cast):
    post = make_post(cast.chloe, cast.moderated)
    remove(cast.chloe, post)
    assert restore(cast.chloe, post) == ["petites-annonces"]
    [placement] = db.session.get_one(Post, post.id).placements
    assert placement.is_pending


def test_a_group_that_became_public_does_not_show_what_was_said_for_fewer(cast):
    narrow = make_group(cast.bruno, "Étroit", visibility=Visibility.PRIVATE)
    opened = make_group(cast.bruno, "Ouvert bientôt", visibility=Visibility.PRIVATE)
    for group in (narrow, opened):
        admit(group, cast.chloe, cast.driss)
    post = make_post(cast.chloe, narrow)
    with atomic():
        services.place_post(cast.chloe, post, opened)
    make_comment(cast.driss, post, "Entre nous")
    remove(cast.chloe, post)
    with atomic():
        edit_group(cast.bruno, opened, GroupInput(name=opened.name, visibility=Visibility.PUBLIC))
    assert restore(cast.chloe, post) == [narrow.slug]


def test_a_digest_has_a_post_that_was_put_back_once(cast):
    post = make_post(cast.amina, cast.ess)
    remove(cast.amina, post)
    assert post.id not in [each.id for each in compose(cast.chloe).posts]
    restore(cast.amina, post)
    assert [each.id for each in compose(cast.chloe).posts] == [post.id]


def test_a_comment_comes_back_in_its_place_and_in_the_count(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post, "Une idée")
    answer = make_comment(cast.bruno, post, "Bonne", reply_to=comment.id)
    chloe = browser(cast.chloe)
    for each in (comment, answer):
        author = cast.chloe if each is comment else cast.amina
        with atomic():
            services.remove_comment(author, each)
    assert db.session.get_one(Post, post.id).comment_count == 0
    assert "Une idée" in chloe.get("/corbeille").text
    assert browser(cast.bruno).send(f"/corbeille/commentaires/{comment.id}").status_code == 404
    assert browser(cast.bruno).send(f"/corbeille/commentaires/{answer.id}").status_code == 404
    assert chloe.send(f"/corbeille/commentaires/{comment.id}").status_code == 303
    assert "Une idée" in visitor.get(f"/publications/{post.id}").text
    db.session.expire_all()
    assert db.session.get_one(Post, post.id).comment_count == 1


def test_after_thirty_days_it_is_gone_for_good(cast, browser):
    own, kept = make_post(cast.chloe, cast.ess), make_post(cast.chloe, cast.ess)
    said = make_comment(cast.chloe, make_post(cast.amina, cast.ess), "Mon numéro")
    own_id, kept_id, said_id = own.id, kept.id, said.id
    remove(cast.chloe, own)
    remove(cast.bruno, kept)
    with atomic():
        services.remove_comment(cast.chloe, said)
    grow_old(29)
    empty_bins()
    assert db.session.get(Post, own_id) is not None
    assert "Mon numéro" in browser(cast.chloe).get("/corbeille").text
    grow_old(2)
    with pytest.raises(Refused):
        restore(cast.chloe, own)
    empty_bins()
    db.session.expunge_all()
    assert db.session.get(Post, own_id) is None
    assert db.session.get(Post, kept_id) is not None, "a moderator removed it"
    assert db.session.get_one(Comment, said_id).body_html == ""
