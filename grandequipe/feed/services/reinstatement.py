"""Putting back what a moderator removed, refused or locked, once an appeal was granted.

Guarantee: a post stands again where it stood, pinned and featured where there is room, with its
comments, reactions and files, which nobody took from it; it has the right to the next digest that
it had missed, and notifies nobody again. What its author removed stays removed.
"""

from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.events import record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.extensions import db
from grandequipe.feed.events import CommentRestored, PostPublished, PostRestored
from grandequipe.feed.models import Comment, Placement, PlacementStatus, Post
from grandequipe.feed.services.counters import ADD_COMMENT, expire_counters
from grandequipe.feed.services.highlights import MOST_PINNED, count_highlighted
from grandequipe.feed.services.listing import follow_decision, list_next_date
from grandequipe.feed.services.placements import check_audience
from grandequipe.feed.services.texts import (
    hold_memberships,
    hold_post,
    lock_post,
    mark_published,
    record_in_groups,
)
from grandequipe.groups.models import Group
from grandequipe.members.models import Member


def reinstate_post(
    actor: Member, post: Post, group: Group, *, pinned: bool = False, featured: bool = False
) -> bool:
    """Publish again in a group what a moderator removed or refused there.

    Returns False where nothing is to be put back: its author removed it, or it is published. The
    caller has asked whether the actor may. Raises Conflict where more people would read what others
    said.
    """
    hold_memberships(actor, [group])
    # The highlights of a group are counted one after the other.
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
    lock_post(post)
    placement = post.placement_in(group)
    if placement is None or not (_is_removed_by_other(placement) or placement.is_refused):
        return False
    check_audience(post, group)
    was, decided_at = placement.status, placement.decided_at
    is_news = placement.published_at is None
    placement.refusal = None
    placement.decided_by_id, placement.decided_at = actor.id, clock.now()
    if is_news:
        mark_published(placement)
    else:
        placement.status = PlacementStatus.PUBLISHED
        placement.pinned = pinned and count_highlighted(group, Placement.pinned) < MOST_PINNED
        placement.featured = featured and not count_highlighted(group, Placement.featured)
        db.session.flush()
        follow_decision(placement, was, decided_at=decided_at)
    event = PostPublished if is_news else PostRestored
    log_act(
        Act.POST_RESTORED, ("post", post.id),
        actor_id=actor.id, group_id=group.id, member_id=post.author_id,
    )  # fmt: skip
    names = {"subject_id": post.id, "actor_id": actor.id, "group_id": group.id}
    record_all([(group.stream, event(**names)), *list_next_date(post)])
    return True


def reinstate_comment(actor: Member, comment: Comment, group: Group) -> bool:
    """Put back a comment that a moderator removed; False where its author did, or nobody."""
    post = comment.post
    hold_memberships(actor, [placement.group for placement in post.published])
    try:
        hold_post(post)
    except NotFound:
        return False
    alone = {"of": Comment, "key_share": True}
    names = ["removed_at", "removed_by_id"]
    db.session.refresh(comment, attribute_names=names, with_for_update=alone)
    if not comment.is_removed or comment.removed_by_id == comment.author_id:
        return False
    comment.removed_at = comment.removed_by_id = None
    log_act(
        Act.COMMENT_RESTORED, ("comment", comment.id),
        actor_id=actor.id, group_id=group.id, member_id=comment.author_id,
    )  # fmt: skip
    db.session.flush()
    db.session.connection().execute(ADD_COMMENT, {"post": post.id})
    expire_counters(post)
    record_in_groups(
        post,
        lambda each: CommentRestored(
            subject_id=comment.id, actor_id=actor.id, post_id=post.id, group_id=each.id
        ),
    )
    return True


def _is_removed_by_other(placement: Placement) -> bool:
    return placement.is_removed and placement.decided_by_id != placement.post.author_id
