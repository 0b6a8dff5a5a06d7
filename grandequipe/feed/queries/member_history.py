"""What a member wrote in a group and what was decided about them there, for its moderators."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from grandequipe.core.events import EventRecord
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.events import MemberJoined, MemberLeft, RoleChanged
from grandequipe.groups.models import Group, Membership
from grandequipe.members.models import Member

PRESENCE = (MemberJoined.kind, MemberLeft.kind, RoleChanged.kind)
MOST_PRESENCE = 50


class Written(NamedTuple):
    """How much a member wrote in a group, and when last."""

    posts: int
    comments: int
    last_at: datetime | None


def posted_since(since: datetime) -> ColumnElement[bool]:
    """Say of each membership of a statement whether its member published there since an instant."""
    return exists().where(
        Post.author_id == Membership.member_id,
        Placement.post_id == Post.id,
        Placement.group_id == Membership.group_id,
        Placement.published_at > since,
        PUBLISHED,
    )


def commented_since(since: datetime) -> ColumnElement[bool]:
    """Say of each membership of a statement whether its member commented there since an instant."""
    return exists().where(
        Comment.author_id == Membership.member_id,
        Comment.created_at > since,
        Comment.removed_at.is_(None),
        Placement.post_id == Comment.post_id,
        Placement.group_id == Membership.group_id,
        PUBLISHED,
    )


def count_written(member: Member, group: Group) -> Written:
    """Count what a member published and said in a group."""
    posts = (
        select(func.count(), func.max(Placement.published_at))
        .select_from(Placement)
        .join(Placement.post)
        .where(Post.author_id == member.id, Placement.group_id == group.id, PUBLISHED)
    )
    comments = (
        select(func.count(), func.max(Comment.created_at))
        .select_from(Comment)
        .join(Placement, Placement.post_id == Comment.post_id)
        .where(
            Comment.author_id == member.id,
            Comment.removed_at.is_(None),
            Placement.group_id == group.id,
            PUBLISHED,
        )
    )
    post_count, last_post = db.session.execute(posts).one()
    comment_count, last_comment = db.session.execute(comments).one()
    last = max((at for at in (last_post, last_comment) if at), default=None)
    return Written(post_count, comment_count, last)


def list_written(
    member: Member, group: Group, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[Placement]:
    """List the posts of a member in a group, newest first: published, waiting, refused, removed."""
    query = (
        select(Placement)
        .join(Placement.post)
        .options(contains_eager(Placement.post))
        .where(Post.author_id == member.id, Placement.group_id == group.id)
    )
    return paginate(query, Order(Placement.created_at, Placement.id), cursor, limit)


def list_presence(member: Member, group: Group) -> Sequence[EventRecord]:
    """List when a member joined, left and got other roles, newest first, as far as events go."""
    return db.session.scalars(
        select(EventRecord)
        .where(
            EventRecord.stream_id == group.stream_id,
            EventRecord.kind.in_(PRESENCE),
            EventRecord.subject_id == member.id,
        )
        .order_by(EventRecord.position.desc())
        .limit(MOST_PRESENCE)
    ).all()


def list_acts_about(
    member: Member, group: Group, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[Any]:
    """List the acts of the moderation log that concern a member in a group, newest first."""
    query = select(LogEntry).where(
        LogEntry.group_id == group.id,
        or_(
            LogEntry.member_id == member.id,
            and_(LogEntry.subject_type == "member", LogEntry.subject_id == member.id),
        ),
    )
    return paginate(query, Order(LogEntry.at, LogEntry.id), cursor, limit)


def find_people(ids: Collection[int]) -> Mapping[int, Member]:
    """Find the accounts of those who acted, by id."""
    found = db.session.scalars(select(Member).where(Member.id.in_(ids))) if ids else ()
    return {each.id: each for each in found}
