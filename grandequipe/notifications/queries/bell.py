"""Reading the bell.

Guarantee: rights are asked each time it is shown, not only when it was written. A line about
something that the member may no longer see, or that waits for them no more, is neither listed
nor counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from grandequipe.core.errors import NotFound
from grandequipe.core.pages import DEFAULT_LIMIT, Order, Page, paginate
from grandequipe.extensions import db
from grandequipe.feed import queries as feed
from grandequipe.feed.models import Comment, Post, PostStatus
from grandequipe.groups import queries as groups
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.members.models import Member, Viewer
from grandequipe.notifications.models import Notification, NotificationKind
from grandequipe.notifications.queries.recipients import moderating

NAMED_ACTORS = 3
ABOUT_A_GROUP = (NotificationKind.REQUEST_ACCEPTED, NotificationKind.REQUEST_REFUSED)
TAKEN_PART = (MembershipState.INVITED, MembershipState.ACTIVE)


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
    group_slug: str
    group_id: int
    post_id: int | None
    post_title: str
    is_own_post: bool
    comment_id: int | None

    @property
    def subject(self) -> tuple[str, int]:
        """Name what the line is about, as facts do."""
        if self.comment_id is not None:
            return "comment", self.comment_id
        return ("post", self.post_id) if self.post_id is not None else ("group", self.group_id)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Say which rows the viewer may see; the query joins Group, and Post and Comment if any."""
    kind = Notification.kind
    not_taken_back = or_(Notification.comment_id.is_(None), Comment.removed_at.is_(None))
    not_settled = or_(kind != NotificationKind.POST_PENDING, Post.status == PostStatus.PENDING)
    not_a_duty = or_(kind != NotificationKind.POST_EDITED, _looks_after(viewer))
    about_a_post = and_(Notification.post_id.is_not(None), feed.visible_to(viewer))
    asks = _is_tied(Notification.actor_id, MembershipState.REQUESTED)
    return or_(
        and_(about_a_post, not_taken_back, not_settled, not_a_duty),
        and_(kind.in_(ABOUT_A_GROUP), groups.visible_to(viewer)),
        and_(kind == NotificationKind.INVITED, _is_tied(viewer.id, *TAKEN_PART)),
        and_(kind == NotificationKind.JOIN_REQUESTED, _looks_after(viewer), asks),
        # Nobody sees a refused post any more; that it was refused is its author's to know.
        and_(
            kind == NotificationKind.POST_REFUSED,
            Post.author_id == viewer.id,
            groups.visible_to(viewer),
        ),
    )


def _is_tied(member_id: Any, *states: MembershipState) -> ColumnElement[bool]:
    """Say that a person still stands so to the group of a row: what was settled is no news."""
    return exists().where(
        Membership.group_id == Notification.group_id,
        Membership.member_id == member_id,
        Membership.state.in_(states),
    )


def _looks_after(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.is_admin:
        return true()
    mine = moderating().where(Membership.member_id == viewer.id)
    return Notification.group_id.in_(mine.with_only_columns(Membership.group_id))


def count_unread(member: Member) -> int:
    """Count the unread lines that the member would be shown."""
    return db.session.scalar(_unread(feed.any_like(member)), feed.as_viewer(member)) or 0


@cache
def _unread(member: Viewer) -> Select[int]:
    topics = func.count(Notification.topic.distinct())
    return _rows(member, topics).where(Notification.read_at.is_(None))


def list_notifications(
    seen_by: Member, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Line]:
    """List the lines of the viewer's bell, newest first, in two queries."""
    lines = _lines(seen_by).subquery()
    page = paginate(
        select(lines),
        Order(lines.c.created_at, lines.c.id),
        cursor,
        limit,
        load=lambda query, asked: db.session.execute(query, asked).all(),
    )
    actors = _find_actors(page.items)
    return Page([_line(row, actors, seen_by) for row in page.items], page.next)


def get_notification(notification_id: int, seen_by: Member) -> Notification:
    """Get one row of the viewer's own bell, or raise NotFound."""
    query = _rows(seen_by, Notification).where(Notification.id == notification_id)
    found: Notification | None = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _rows(viewer: Viewer, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Notification)
        .join(Group, Notification.group_id == Group.id)
        .outerjoin(Post, Notification.post_id == Post.id)
        .outerjoin(Comment, Notification.comment_id == Comment.id)
        # A later version, that runs beside us while it is brought in, may ring for other reasons.
        .where(
            Notification.member_id == viewer.id,
            Notification.kind.in_(list(NotificationKind)),
            visible_to(viewer),
        )
    )


def _lines(viewer: Member) -> Select[Any]:
    """Group by topic and by when they were read: what was read before stays its own line."""
    newest_first = func.array_agg(aggregate_order_by(Notification.actor_id, Notification.id.desc()))
    return _rows(
        viewer,
        func.max(Notification.id).label("id"),
        func.max(Notification.kind).label("kind"),
        func.max(Notification.created_at).label("created_at"),
        Notification.read_at,
        newest_first.label("actor_ids"),
        func.count(Notification.actor_id.distinct()).label("actor_count"),
        func.max(Group.name).label("group_name"),
        func.max(Group.slug).label("group_slug"),
        func.max(Group.id).label("group_id"),
        func.max(Post.id).label("post_id"),
        func.max(Post.title).label("post_title"),
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
        group_slug=row.group_slug,
        group_id=row.group_id,
        post_id=row.post_id,
        post_title=row.post_title or "",
        is_own_post=row.post_author_id == viewer.id,
        comment_id=row.comment_id,
    )
