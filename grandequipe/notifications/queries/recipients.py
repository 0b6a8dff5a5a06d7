"""The recipients of notifications about events."""

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
    not_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grandequipe.core.events import EventRecord
from grandequipe.feed.models import Comment, Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups import queries as groups
from grandequipe.groups.models import Level, Membership, MembershipState
from grandequipe.members.models import Member
from grandequipe.notifications.models import Notification, NotificationKind, SubjectType


def wanting(group_id: Any, *levels: Level) -> Select[int]:
    """Select the members of a group who chose one of the levels: members read their group."""
    return select(Membership.member_id).where(
        Membership.group_id == group_id,
        Membership.state == MembershipState.ACTIVE,
        Membership.level.in_(levels),
    )


def moderating() -> Select[int]:
    """Select the moderators of groups."""
    return select(Membership.member_id).where(
        Membership.state == MembershipState.ACTIVE, groups.MODERATES
    )


def not_notified_of(post_id: int) -> ColumnElement[bool]:
    """Filter the members who have no notification of a post yet, in any of its groups."""
    notified = exists().where(
        Notification.member_id == Membership.member_id,
        Notification.topic == topic_of(NotificationKind.POST_PUBLISHED, SubjectType.POST, post_id),
    )
    return not_(notified)


def topic_of(kind: NotificationKind, subject_type: SubjectType, subject_id: int) -> str:
    """Name what belongs to one line."""
    return f"{kind.value}:{subject_type.value}:{subject_id}"


_before = aliased(Notification)
_answered = aliased(Comment)
_is_answered = and_(_answered.id == Comment.reply_to_id, _answered.removed_at.is_(None))


def _concerned(
    kind: NotificationKind,
    member_id: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """Select one entry for each comment and each member whom it concerns as this kind.

    A comment is recorded in each group that reads the post, and is one entry: the most generous of
    the levels that a person chose in these groups counts.
    """
    topic = func.concat(f"{kind.value}:post:", Post.id)
    was_notified = exists().where(
        _before.member_id == member_id,
        _before.topic == topic,
        Comment.id == any_(_before.comment_ids),
    )
    return (
        select(
            member_id.label("member_id"),
            literal(kind, Notification.kind.type).label("kind"),
            topic.label("topic"),
            Post.id.label("post_id"),
            Placement.group_id,
            EventRecord.id.label("event_id"),
            Comment.author_id.label("actor_id"),
            Comment.id.label("comment_id"),
        )
        .join(Comment, Comment.id == EventRecord.subject_id)
        .join(Post, Post.id == Comment.post_id)
        .join(Placement, Placement.post_id == Post.id)
        .outerjoin(_answered, _is_answered)
        .join(Member, and_(Member.id == member_id, Member.active))
        .where(
            EventRecord.id == any_(bindparam("events", type_=ARRAY(BigInteger))),
            Comment.removed_at.is_(None),
            PUBLISHED,
            member_id != Comment.author_id,
            member_id.in_(wanting(Placement.group_id, Level.ALL, Level.MENTIONS)),
            not_(was_notified),
            *conditions,
        )
        .ext(distinct_on(member_id, Comment.id))
        .order_by(member_id, Comment.id, EventRecord.id, Placement.id)
    )


def _gathered() -> Select[*tuple[Any, ...]]:
    """Gather the entries of each member and topic in one row, in the columns of the table.

    A member who is both answered and the author of the post is notified as the one answered.
    """
    entry = union_all(
        _concerned(NotificationKind.ANSWER_TO_MY_COMMENT, _answered.author_id).subquery().select(),
        _concerned(
            NotificationKind.COMMENT_ON_MY_POST,
            Post.author_id,
            Post.author_id.is_distinct_from(_answered.author_id),
        )
        .subquery()
        .select(),
    ).subquery("entry")

    def newest_first(value: Any) -> Any:
        return func.array_agg(aggregate_order_by(value, entry.c.event_id.desc()))

    return (
        select(
            entry.c.member_id,
            entry.c.kind,
            entry.c.topic,
            literal(SubjectType.POST, Notification.subject_type.type),
            entry.c.post_id,
            _newest(entry.c.group_id, entry.c.event_id),
            newest_first(entry.c.event_id),
            newest_first(entry.c.actor_id),
            newest_first(entry.c.comment_id),
            func.count(),
            bindparam("now", type_=DateTime(timezone=True)),
            bindparam("due", type_=DateTime(timezone=True)),
        )
        .group_by(entry.c.member_id, entry.c.kind, entry.c.topic, entry.c.post_id)
        # In the order of the events, which is the one in which pages list the rows.
        .order_by(func.max(entry.c.event_id))
    )


def _newest(value: Any, event_id: Any) -> Any:
    return func.array_agg(aggregate_order_by(value, event_id.desc()), type_=ARRAY(BigInteger))[1]


ABOUT_COMMENTS = _gathered()
