"""What a group reads of a person already, and what its moderators gave back to them."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from grandequipe.extensions import db
from grandequipe.feed.models import Placement, PlacementStatus, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member

MOST_RETURNED = 50
# As many approved posts vouch for their author by two levels, one by one level.
APPROVED_TWICE = 3


def has_post_in(member: Member, group: Group) -> bool:
    """Return whether the group reads a post of this person now."""
    here = exists().where(Placement.post_id == Post.id, Placement.group_id == group.id, PUBLISHED)
    found = select(Post.id).where(Post.author_id == member.id, here).limit(1)
    return db.session.scalar(found) is not None


def list_returned(seen_by: Member) -> Sequence[Placement]:
    """List where moderators ask the viewer for changes of a post, with their word, newest first."""
    return db.session.scalars(
        select(Placement)
        .join(Placement.post)
        .join(Placement.group)
        .options(contains_eager(Placement.group), joinedload(Placement.post))
        .where(
            Post.author_id == seen_by.id,
            Placement.status == PlacementStatus.REFUSED,
            Placement.returned,
            readable_by(seen_by),
        )
        .order_by(Placement.decided_at.desc())
        .limit(MOST_RETURNED)
    ).all()


def count_vouching_approvals(member: Member) -> int:
    """Say by how many levels approved posts vouch for an account (`members.services.trust`)."""
    approved = (
        select(func.count())
        .select_from(Placement)
        .join(Post, Post.id == Placement.post_id)
        .where(Post.author_id == member.id, Placement.decided_by_id != member.id, PUBLISHED)
    )
    count = db.session.scalar(approved) or 0
    return 2 if count >= APPROVED_TWICE else int(count > 0)
