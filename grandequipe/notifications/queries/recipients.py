"""Who is concerned by what happened."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    not_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grandequipe.core.events import EventRecord
from grandequipe.feed.models import Comment, Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups import queries as groups
from grandequipe.groups.models import Level, Membership, MembershipState
from grandequipe.members.models import Member
from grandequipe.notifications.models import Notification, NotificationKind


def wanting(group_id: Any, *levels: Level) -> Select[int]:
    """Say which members of a group chose one of the levels: members read their group."""
    return select(Membership.member_id).where(
        Membership.group_id == group_id,
        Membership.state == MembershipState.ACTIVE,
        Membership.level.in_(levels),
    )


def moderating() -> Select[int]:
    """Say who looks after groups."""
    return select(Membership.member_id).where(
        Membership.state == MembershipState.ACTIVE, groups.MODERATES
    )


def not_told_of(post_id: int) -> ColumnElement[bool]:
    """Say which members have no notification of a post yet, in any of its groups."""
    notified = exists().where(
        Notification.member_id == Membership.member_id,
        Notification.post_id == post_id,
        Notification.kind == NotificationKind.POST_PUBLISHED,
    )
    return not_(notified)


_before = aliased(Notification)
_answered = aliased(Comment)
_is_answered = and_(_answered.id == Comment.reply_to_id, _answered.removed_at.is_(None))


def _told(
    kind: NotificationKind,
    member_id: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """Write the row of each member whom a comment concerns as this kind, in the table's columns.

    A comment is recorded in each group that reads the post, and notified once: the most generous
    of the levels that a person chose in these groups counts.
    """
    was_notified = exists().where(_before.member_id == member_id, _before.comment_id == Comment.id)
    rows = (
        select(
            member_id,
            EventRecord.id,
            literal(kind, Notification.kind.type),
            func.concat(f"{kind.value}:post:", Post.id),
            Comment.author_id,
            Placement.group_id,
            Post.id,
            Comment.id,
            bindparam("now", type_=DateTime(timezone=True)),
        )
        .join(Comment, Comment.id == EventRecord.subject_id)
        .join(Post, Post.id == Comment.post_id)
        .join(Placement, Placement.post_id == Post.id)
        .outerjoin(_answered, _is_answered)
        .join(Member, and_(Member.id == member_id, Member.active))
        .where(
            EventRecord.id == any_(bindparam("facts", type_=ARRAY(BigInteger))),
            Comment.removed_at.is_(None),
            PUBLISHED,
            member_id != Comment.author_id,
            member_id.in_(wanting(Placement.group_id, Level.ALL, Level.MENTIONS)),
            not_(was_notified),
            *conditions,
        )
        .ext(distinct_on(member_id, Comment.id))
        .order_by(member_id, Comment.id, EventRecord.id, Placement.id)
        .subquery()
    )
    return select(rows)


# Those who are answered, and the authors of the posts; a member who is both, as the one answered.
# In the order of the events, which is the one in which pages list the rows.
_EVENT = literal_column("2", BigInteger)
COMMENTS_TOLD = union_all(
    _told(NotificationKind.ANSWER_TO_MY_COMMENT, _answered.author_id),
    _told(
        NotificationKind.COMMENT_ON_MY_POST,
        Post.author_id,
        Post.author_id.is_distinct_from(_answered.author_id),
    ),
).order_by(_EVENT)
