"""Reading the bell: its lines, and how many are unread."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    not_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from grandequipe.announcements.models import Announcement
from grandequipe.core.errors import NotFound
from grandequipe.core.events import StreamRef
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed import queries as feed
from grandequipe.feed.models import Mention, Post
from grandequipe.groups.models import Group, Level, Membership
from grandequipe.library.models import Collection
from grandequipe.members.models import Member, Viewer, stream_of
from grandequipe.notifications.models import (
    ConversationChoice,
    Notification,
    NotificationKind,
    NotificationPayload,
    Reminder,
    StoppedMail,
    SubjectType,
)
from grandequipe.notifications.queries.recipients import has_chosen
from grandequipe.notifications.queries.visibility import (
    is_announced,
    is_collection,
    is_unread,
    rows_of,
    visible_entries,
)

NAMED_ACTORS = 3
# Pages show "99+": nobody waits for more to be counted.
MOST_UNREAD = 100
# What a level silences, and what a muted conversation does.
OF_LEVELS = (
    NotificationKind.COMMENT_ON_MY_POST,
    NotificationKind.ANSWER_TO_MY_COMMENT,
    NotificationKind.MENTION,
)
OF_CONVERSATIONS = (*OF_LEVELS, NotificationKind.COMMENT_ON_FOLLOWED_POST)
NEWEST_FIRST = Order(Notification.created_at, Notification.latest_id)


def count_unread(member: Member) -> int:
    """Count the unread lines that the member would be shown, up to MOST_UNREAD."""
    return db.session.scalar(_unread(feed.placeholder_for(member)), feed.viewer_params(member)) or 0


@cache
def _unread(member: Viewer) -> Select[int]:
    return _counted(rows_of(member, Notification.id).where(is_unread()))


def _counted(rows: Select[Any]) -> Select[int]:
    few = rows.limit(literal_column(str(MOST_UNREAD))).subquery("few")
    return select(func.count()).select_from(few)


@dataclass(frozen=True)
class UnreadCount:
    """How many lines a member has unread, up to MOST_UNREAD, and their newest, at an instant."""

    stream: StreamRef
    unread: int
    latest_id: int
    at: datetime


_READER_ID: Any = literal_column("reader.id", BigInteger)


@dataclass(frozen=True)
class _EachReader:
    """Each member of a statement about many, in the place of one viewer."""

    is_admin: bool
    id = _READER_ID


def read_unread_counts(member_ids: Iterable[int]) -> Sequence[UnreadCount]:
    """Read the present counts of many members, on a connection of its own.

    One statement for all members, and one more for the administrators among them, if any.
    """
    ids, rows = set(member_ids), list[Row[Any]]()
    with db.engine.connect() as connection:
        for is_admin in (False, True):
            if left := sorted(ids - {row.id for row in rows}):
                rows += connection.execute(_unread_of_each(is_admin), {"members": left}).all()
    return [
        UnreadCount(stream_of(row.id, row.stream_id), row.unread, row.latest_id, row.at)
        for row in rows
    ]


@cache
def _unread_of_each(is_admin: bool) -> Select[Any]:
    reader = aliased(Member, name="reader")
    latest = (
        select(Notification.latest_id)
        .where(Notification.member_id == reader.id)
        .order_by(Notification.created_at.desc(), Notification.latest_id.desc())
        .limit(1)
    )
    return select(
        reader.id,
        reader.stream_id,
        _unread(_EachReader(is_admin)).scalar_subquery().label("unread"),
        func.coalesce(latest.scalar_subquery(), 0).label("latest_id"),
        func.statement_timestamp().label("at"),
    ).where(
        reader.id == any_(bindparam("members", type_=ARRAY(BigInteger))),
        reader.is_admin.is_(is_admin),
    )


def count_unread_around(member: Member, post_id: int) -> tuple[int, int | None]:
    """Count the lines that opening a post leaves unread, up to MOST_UNREAD.

    Give with it the newest one that goes.
    """
    params = {**feed.viewer_params(member), "post": post_id}
    left, newest = db.session.execute(_unread_around(feed.placeholder_for(member)), params).one()
    return left, newest


@cache
def _unread_around(member: Viewer) -> Select[int, int | None]:
    about_it = and_(
        Notification.subject_type == SubjectType.POST,
        Notification.subject_id == bindparam("post", type_=BigInteger),
        # The page of a removed post is shown to nobody.
        feed.visible_to(member),
    )
    # Of a row about a group there is no post: what is not known to go stays.
    stays = about_it.is_not(true())
    left = _counted(rows_of(member, Notification.id).where(is_unread(), stays))
    newest = rows_of(member, func.max(Notification.latest_id)).where(is_unread(), about_it)
    return select(left.scalar_subquery(), newest.scalar_subquery())


# What a page shows of the bell depends on it: it changes whenever the count does.
BELL_STATE = (
    select(func.concat_ws("-", func.count(), func.max(Notification.latest_id)))
    .where(
        Notification.member_id == bindparam("member_id", type_=BigInteger),
        Notification.read_at.is_(None),
    )
    .scalar_subquery()
)


def list_notifications(
    seen_by: Member, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[NotificationPayload]:
    """List the lines of the viewer's bell, newest first, in two queries."""
    page = paginate(
        _lines(seen_by),
        NEWEST_FIRST,
        cursor,
        limit,
        load=lambda query, params: db.session.execute(query, params).all(),
    )
    return Window(_payloads(page.items, seen_by), page.next)


def get_notification(notification_id: int, seen_by: Member) -> NotificationPayload:
    """Get one line of the viewer's own bell, or raise NotFound."""
    rows = db.session.execute(_lines(seen_by).where(Notification.id == notification_id)).all()
    if not rows:
        raise NotFound
    return _payloads(rows, seen_by)[0]


def list_unmailed(seen_by: Member) -> Sequence[NotificationPayload]:
    """List the lines of a member that are due to be mailed, with what of them was not mailed yet.

    Left out is what the member stopped, a conversation that they muted, and what is said in a group
    of which they get only the digest, or nothing, unless they follow it: no level silences a
    moderator's duties or the answer to a request.
    """
    new = Notification.unread_count - Notification.mailed_count
    is_silenced = exists().where(
        Membership.group_id == Notification.group_id,
        Membership.member_id == seen_by.id,
        Membership.level.in_((Level.DIGEST, Level.NONE)),
    )
    is_muted, is_followed = (
        has_chosen(seen_by.id, Notification.subject_id, choice)
        for choice in (ConversationChoice.MUTED, ConversationChoice.FOLLOWED)
    )
    is_stopped = exists().where(
        StoppedMail.member_id == seen_by.id, StoppedMail.kind == Notification.kind
    )
    lines = (
        _lines(seen_by, new)
        .where(
            Notification.mail_due_at.is_not(None),
            Notification.read_at.is_(None),
            not_(and_(Notification.kind.in_(OF_LEVELS), is_silenced, not_(is_followed))),
            not_(and_(Notification.kind.in_(OF_CONVERSATIONS), is_muted)),
            not_(is_stopped),
        )
        .order_by(Notification.created_at, Notification.latest_id)
    )
    rows = [row for row in db.session.execute(lines) if row.unread]
    return _payloads(rows, seen_by)


def list_unmentioned(*where: ColumnElement[bool]) -> Sequence[int]:
    """List the members whom a text mentions no more, and who had been notified of it."""
    gone = select(Mention.member_id).where(
        *where, Mention.removed_at.is_not(None), Mention.notified_at.is_not(None)
    )
    return db.session.scalars(gone).all()


def _lines(viewer: Member, new: Any = Notification.unread_count) -> Select[Any]:
    visible = visible_entries(new)
    its_reminder = and_(
        Notification.kind == NotificationKind.REMINDER,
        Reminder.member_id == Notification.member_id,
        Reminder.post_id == Notification.subject_id,
    )
    return (
        rows_of(
            viewer,
            Notification.id,
            Notification.latest_id,
            Notification.kind,
            Notification.created_at,
            Notification.unread_count,
            visible.c.actor_ids,
            visible.c.comment_ids,
            visible.c.unread,
            Group.name.label("group_name"),
            Group.language.label("group_language"),
            Group.slug.label("group_slug"),
            Group.id.label("group_id"),
            Post.id.label("post_id"),
            Post.title.label("post_title"),
            Post.language.label("post_language"),
            Post.author_id.label("post_author_id"),
            feed.visible_to(viewer).label("is_post_visible"),
            Reminder.note,
            Notification.subject_id,
            func.coalesce(Announcement.title, Collection.title).label("own_title"),
        )
        .join(visible, literal_column("true"))
        .outerjoin(Reminder, its_reminder)
        .outerjoin(Announcement, is_announced())
        .outerjoin(Collection, is_collection())
    )


def _payloads(rows: Sequence[Row[Any]], viewer: Member) -> Sequence[NotificationPayload]:
    wanted = {actor for row in rows for actor in _actors(row)[:NAMED_ACTORS]}
    found = db.session.scalars(select(Member).where(Member.id.in_(wanted))) if wanted else ()
    members = {member.id: member for member in found}
    return [_payload(row, members, viewer) for row in rows]


def _actors(row: Row[Any]) -> list[int]:
    """List who acted, newest first, each once: in what is unread, or in all that was read."""
    shown = row.actor_ids[: row.unread] if row.unread else row.actor_ids
    return list(dict.fromkeys(actor for actor in shown if actor))


def _payload(row: Row[Any], members: Mapping[int, Member], viewer: Member) -> NotificationPayload:
    actors = _actors(row)
    return NotificationPayload(
        id=row.id,
        latest_id=row.latest_id,
        kind=NotificationKind(row.kind),
        created_at=row.created_at,
        is_unread=row.unread > 0,
        actors=[members[actor] for actor in actors[:NAMED_ACTORS] if actor in members],
        actor_count=len(actors),
        count=row.unread or len(row.actor_ids),
        group_name=row.group_name or "",
        group_language=row.group_language,
        group_slug=row.group_slug,
        group_id=row.group_id,
        post_id=row.post_id,
        post_title=row.post_title or row.own_title or "",
        post_language=row.post_language,
        is_own_post=row.post_author_id == viewer.id,
        is_subject_visible=bool(row.is_post_visible) or row.post_id is None,
        comment_id=row.comment_ids[0],
        note=row.note or "",
        subject_id=row.subject_id,
    )
