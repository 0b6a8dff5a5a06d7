"""What moderators set on a post: pinned, featured, its comments locked."""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.moderation_log import Act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import CommentsLocked, PostArranged
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.services.texts import (
    group_of_act,
    groups_of,
    hold_memberships,
    lock_post,
    note_act,
    record_events,
    record_in_groups,
)
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.members.models import Member

# On top of a group's page, so that what is new still begins on the first screen.
MOST_PINNED = 3
MAY_NOT_LOCK = _l("Only moderators can lock the comments.")


def pin_post(moderator: Member, post: Post, group: Group, *, pinned: bool) -> None:
    """Pin a post on top of a group's page, or unpin it.

    Raises Conflict where MOST_PINNED others are, NotFound where the group does not read the post.
    """
    placement = _lock_placement(moderator, post, group)
    if placement.pinned == pinned:
        return
    if pinned and count_highlighted(group, Placement.pinned) >= MOST_PINNED:
        raise Conflict(
            _("%(number)d posts are pinned already: unpin one first.", number=MOST_PINNED)
        )
    placement.pinned = pinned
    _record(moderator, placement, Act.POST_PINNED if pinned else Act.POST_UNPINNED)


def feature_post(moderator: Member, post: Post, group: Group, *, featured: bool) -> None:
    """Feature a post in a group, in the place of the one that was featured, or do so no more."""
    placement = _lock_placement(moderator, post, group)
    if placement.featured == featured:
        return
    if featured:
        others = update(Placement).where(Placement.group_id == group.id, Placement.featured)
        db.session.execute(others.values(featured=False))
    placement.featured = featured
    _record(moderator, placement, Act.POST_FEATURED if featured else Act.POST_UNFEATURED)


def lock_comments(moderator: Member, post: Post, *, locked: bool, reason: str = "") -> None:
    """Lock what is said under a post for everybody but those who may lock it, or open it again.

    `reason` is a moderator's for locking them, for the author; it may be empty.
    """
    hold_memberships(moderator, groups_of(post))
    require(policies.may_lock(moderator, post), MAY_NOT_LOCK)
    # A comment that is being written is waited for, or its writer reads `locked_at` after this.
    lock_post(post)
    require(policies.may_lock(moderator, post), MAY_NOT_LOCK)
    if post.is_locked == locked:
        return
    post.locked_at = clock.now() if locked else None
    post.locked_by_id = moderator.id if locked else None
    db.session.flush()
    act = Act.COMMENTS_LOCKED if locked else Act.COMMENTS_UNLOCKED
    note_act(moderator, act, group_of_act(moderator, post), post, reason if locked else None)
    record_in_groups(
        post,
        lambda group: CommentsLocked(
            subject_id=post.id, actor_id=moderator.id, group_id=group.id, locked=locked
        ),
    )


def _lock_placement(moderator: Member, post: Post, group: Group) -> Placement:
    """Lock a post and the highlights of a group: two moderators count them one after the other."""
    hold_memberships(moderator, [group])
    require(may_moderate(moderator, group), _l("Only moderators can pin or feature posts."))
    alone = select(Group.id).where(Group.id == group.id).with_for_update(key_share=True)
    db.session.execute(alone)
    lock_post(post)
    placement = post.placement_in(group)
    if placement is None or not placement.is_published:
        raise NotFound
    return placement


def count_highlighted(group: Group, how: InstrumentedAttribute[bool]) -> int:
    """Count the posts that are pinned, or featured, in a group."""
    highlighted = select(func.count()).where(Placement.group_id == group.id, how)
    return db.session.scalar(highlighted) or 0


def _record(moderator: Member, placement: Placement, act: Act) -> None:
    db.session.flush()
    note_act(moderator, act, placement.group, placement.post)
    arranged = PostArranged(
        subject_id=placement.post_id,
        actor_id=moderator.id,
        group_id=placement.group_id,
        change=act.removeprefix("post."),
    )
    record_events([(placement.group.stream, arranged)])
