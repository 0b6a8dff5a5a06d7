"""What a profile shows of a member's posts and groups."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from grandequipe.core.windows import Order, Window, read_window, window_of
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.queries.post_cards import PostCard, select_cards
from grandequipe.feed.queries.visibility import placeholder_for, published, viewer_params
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member

ON_A_PAGE = 8
MOST_GROUPS = 30
_NEWEST = Order(Placement.published_at, Placement.post_id)


def list_published(
    author: Member, seen_by: Member | None, cursor: str | None = None
) -> Window[PostCard]:
    """List what a member published and the viewer may read, newest first, each post once."""
    viewer = placeholder_for(seen_by)
    here = aliased(Placement, name="here")
    first = (
        select(here.id)
        .join(Group, Group.id == here.group_id)
        .where(here.post_id == Post.id, published(here), readable_by(viewer))
        .order_by(here.published_at, here.id)
        .limit(1)
        .correlate(Post)
        .scalar_subquery()
    )
    query = select_cards(viewer, Placement, Placement).where(
        Post.author_id == author.id, Placement.listed, Placement.id == first
    )
    cut = window_of(query, _NEWEST, goes_on=bool(cursor))
    return read_window(
        cut,
        _NEWEST,
        cursor,
        ON_A_PAGE,
        viewer_params(seen_by),
        load=lambda statement, params: [
            PostCard(*row) for row in db.session.execute(statement, params)
        ],
    )


def list_groups_in_common(member: Member, reader: Member) -> Sequence[Group]:
    """List the groups in which both are active members, by name."""
    own, other = aliased(Membership), aliased(Membership)
    return db.session.scalars(
        select(Group)
        .join(own, own.group_id == Group.id)
        .join(other, other.group_id == Group.id)
        .where(
            own.member_id == reader.id,
            own.state == MembershipState.ACTIVE,
            other.member_id == member.id,
            other.state == MembershipState.ACTIVE,
        )
        .order_by(Group.name, Group.id)
        .limit(MOST_GROUPS)
    ).all()
