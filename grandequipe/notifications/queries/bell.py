"""Reading the bell: its lines, and how many are unread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    bindparam,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed import queries as feed
from grandequipe.feed.models import Comment, Post
from grandequipe.groups.models import Group
from grandequipe.members.models import Member, Viewer
from grandequipe.notifications.models import Notification, NotificationKind
from grandequipe.notifications.queries.visibility import rows_of

NAMED_ACTORS = 3


@dataclass(frozen=True)
class Line:
    """What stands in the bell: all that was said on one topic and read, or not read, together."""

    id: int
    kind: NotificationKind
    created_at: datetime
    is_unread: bool
    actors: Sequence[Member]
    actor_count: int
    group_name: str
    group_language: str | None
    group_slug: str
    group_id: int
    post_id: int | None
    post_title: str
    post_language: str | None
    is_own_post: bool
    comment_id: int | None

    @property
    def subject(self) -> tuple[str, int]:
        """Name what the line is about, as facts do."""
        if self.comment_id is not None:
            return "comment", self.comment_id
        return ("post", self.post_id) if self.post_id is not None else ("group", self.group_id)


def count_unread(member: Member) -> int:
    """Count the unread lines that the member would be shown."""
    return db.session.scalar(_unread(feed.placeholder_for(member)), feed.viewer_params(member)) or 0


@cache
def _unread(member: Viewer) -> Select[int]:
    topics = func.count(Notification.topic.distinct())
    return rows_of(member, topics).where(Notification.read_at.is_(None))


def count_unread_around(member: Member, post_id: int) -> tuple[int, int | None]:
    """Count the unread lines that opening a post leaves unread, and give the newest that goes."""
    params = {**feed.viewer_params(member), "post": post_id}
    left, newest = db.session.execute(_unread_around(feed.placeholder_for(member)), params).one()
    return left, newest


@cache
def _unread_around(member: Viewer) -> Select[int, int | None]:
    topics = func.count(Notification.topic.distinct())
    elsewhere = Notification.post_id.is_distinct_from(bindparam("post", type_=BigInteger))
    # The page of a removed post is shown to nobody.
    stays = or_(elsewhere, not_(feed.visible_to(member)))
    newest = func.max(Notification.id).filter(not_(stays))
    unread = Notification.read_at.is_(None)
    return rows_of(member, topics.filter(stays), newest).where(unread)


def list_notifications(
    seen_by: Member, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[Line]:
    """List the lines of the viewer's bell, newest first, in two queries."""
    lines = _lines(seen_by).subquery()
    page = paginate(
        select(lines),
        Order(lines.c.created_at, lines.c.id),
        cursor,
        limit,
        load=lambda query, params: db.session.execute(query, params).all(),
    )
    actors = _find_actors(page.items)
    return Window([_line(row, actors, seen_by) for row in page.items], page.next)


def get_notification(notification_id: int, seen_by: Member) -> Notification:
    """Get one row of the viewer's own bell, or raise NotFound."""
    query = rows_of(seen_by, Notification).where(Notification.id == notification_id)
    found: Notification | None = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _lines(viewer: Member) -> Select[Any]:
    """Group by topic and by when they were read: what was read before stays its own line."""
    newest_first = func.array_agg(aggregate_order_by(Notification.actor_id, Notification.id.desc()))
    return rows_of(
        viewer,
        func.max(Notification.id).label("id"),
        func.max(Notification.kind).label("kind"),
        func.max(Notification.created_at).label("created_at"),
        Notification.read_at,
        newest_first.label("actor_ids"),
        func.count(Notification.actor_id.distinct()).label("actor_count"),
        func.max(Group.name).label("group_name"),
        func.max(Group.language).label("group_language"),
        func.max(Group.slug).label("group_slug"),
        func.max(Group.id).label("group_id"),
        func.max(Post.id).label("post_id"),
        func.max(Post.title).label("post_title"),
        func.max(Post.language).label("post_language"),
        func.max(Post.author_id).label("post_author_id"),
        func.max(Comment.id).label("comment_id"),
    ).group_by(Notification.topic, Notification.read_at)


def _find_actors(rows: Sequence[Row[Any]]) -> Mapping[int, Member]:
    wanted = {actor for row in rows for actor in _first_actors(row)}
    found = db.session.scalars(select(Member).where(Member.id.in_(wanted))) if wanted else ()
    return {member.id: member for member in found}


def _first_actors(row: Row[Any]) -> list[int]:
    """Give who spoke last, each once."""
    return list(dict.fromkeys(actor for actor in row.actor_ids if actor))[:NAMED_ACTORS]


def _line(row: Row[Any], actors: Mapping[int, Member], viewer: Member) -> Line:
    return Line(
        id=row.id,
        kind=NotificationKind(row.kind),
        created_at=row.created_at,
        is_unread=row.read_at is None,
        actors=[actors[actor] for actor in _first_actors(row) if actor in actors],
        actor_count=row.actor_count,
        group_name=row.group_name,
        group_language=row.group_language,
        group_slug=row.group_slug,
        group_id=row.group_id,
        post_id=row.post_id,
        post_title=row.post_title or "",
        post_language=row.post_language,
        is_own_post=row.post_author_id == viewer.id,
        comment_id=row.comment_id,
    )
