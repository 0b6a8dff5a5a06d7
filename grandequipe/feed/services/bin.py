"""Putting back what its author removed, and deleting it for good once nobody can.

Guarantee: what is put back stands where its author took it from, with the rights that they have
now; what a moderator removed stays removed. It is no news: it notifies nobody again.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.events import record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import PostRestored
from grandequipe.feed.models import (
    Comment,
    CommentVersion,
    Placement,
    PlacementStatus,
    Post,
)
from grandequipe.feed.models.placements import IN_BIN
from grandequipe.feed.services.listing import list_next_date
from grandequipe.feed.services.placements import StreamEvent, send
from grandequipe.feed.services.texts import groups_of, hold_memberships, lock_post
from grandequipe.members.models import Member

# In one transaction.
MANY = 500


def restore_post(author: Member, post: Post) -> list[Placement]:
    """Put back a post that its author removed, into the groups that it was removed from last.

    What waited for a moderator waits again. A group that the author has left, or where they may
    not publish any more, does not get it back: Refused where no group does. Returns where it is
    again. Raises NotFound where it was not removed, or put back meanwhile.
    """
    hold_memberships(author, groups_of(post), with_rules=True)
    lock_post(post)
    if author.id != post.author_id or not all(each.is_removed for each in post.placements):
        raise NotFound
    own = [each for each in post.placements if each.decided_by_id == author.id]
    last = max((each.decided_at for each in own if each.decided_at), default=None)
    now = clock.now()
    restored = [
        each for each in own if each.decided_at == last and policies.may_restore(author, each, now)
    ]
    require(bool(restored), _l("You can’t put this post back: you can’t post in its groups now."))
    events = [_put_back(author, each, now) for each in restored]
    db.session.flush()
    record_all([*events, *list_next_date(post)])
    return restored


def _put_back(author: Member, placement: Placement, now: datetime) -> StreamEvent:
    if placement.published_at is None or placement.created_at > placement.published_at:
        # It waited when it was removed, or was refused.
        placement.status = PlacementStatus.PENDING
        placement.decided_by_id = placement.decided_at = None
        # Moderators read it by itself, whatever became of the other dates of its series.
        placement.listed = True
        db.session.flush()
        return send(author, placement)
    placement.status, placement.decided_at = PlacementStatus.PUBLISHED, now
    group = placement.group
    names = {"subject_id": placement.post_id, "actor_id": author.id, "group_id": group.id}
    return group.stream, PostRestored(**names)


def delete_removed_posts() -> bool:
    """Delete some posts for good that their authors removed too long ago to put them back.

    Their comments go with them, and their versions. Returns whether there may be more.
    """
    last = (
        select(Placement.post_id)
        .join(Placement.post)
        .group_by(Placement.post_id, Post.author_id)
        .having(
            func.bool_and(Placement.status == PlacementStatus.REMOVED),
            func.bool_and(Placement.decided_at < clock.now() - IN_BIN),
            func.bool_and(Placement.decided_by_id == Post.author_id),
        )
    )
    old = select(Placement.post_id).where(
        Placement.status == PlacementStatus.REMOVED,
        Placement.decided_at < clock.now() - IN_BIN,
    )
    ids = db.session.scalars(last.where(Placement.post_id.in_(old)).limit(MANY)).all()
    # A post without a placement goes, by a trigger.
    db.session.execute(
        delete(Placement).where(Placement.post_id.in_(ids)),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()
    return len(ids) == MANY


def delete_removed_texts() -> bool:
    """Delete what comments said that their authors removed too long ago; their places stay."""
    old = (
        select(Comment.id)
        .where(
            Comment.removed_by_id == Comment.author_id,
            Comment.removed_at < clock.now() - IN_BIN,
        )
        .limit(MANY)
    )
    ids = db.session.scalars(old).all()
    quietly = {"synchronize_session": False}
    db.session.execute(
        delete(CommentVersion).where(CommentVersion.comment_id.in_(ids)),
        execution_options=quietly,
    )
    db.session.execute(
        update(Comment).where(Comment.id.in_(ids)).values(body_html="", removed_by_id=None),
        execution_options=quietly,
    )
    db.session.expire_all()
    return len(ids) == MANY
