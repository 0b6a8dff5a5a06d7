"""Writing the entries of the bell, and marking them as read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    SelectBase,
    and_,
    any_,
    bindparam,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from grandequipe.core import clock
from grandequipe.core.events import Broadcast, EventRecord, StreamRef, broadcast
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.services.mentions import mark_notified
from grandequipe.members.models import Member
from grandequipe.notifications.events import NotificationCount
from grandequipe.notifications.models import (
    MAILED_APART,
    MAILED_KINDS,
    MOST_ENTRIES,
    Notification,
    NotificationKind,
    SubjectType,
)
from grandequipe.notifications.queries import (
    ABOUT_COMMENTS,
    MENTIONED,
    read_unread_counts,
    topic_of,
)


@dataclass(frozen=True)
class NewEntry:
    """What to notify of: what happened to which subject in which group, and who did it."""

    kind: NotificationKind
    actor_id: int | None
    subject_type: SubjectType
    subject_id: int
    group_id: int | None
    comment_id: int | None = None

    @classmethod
    def about_post(
        cls, kind: NotificationKind, actor_id: int | None, group_id: int, post_id: int
    ) -> "NewEntry":
        """Make the entry about a post in a group."""
        return cls(kind, actor_id, SubjectType.POST, post_id, group_id)

    @classmethod
    def about_group(cls, kind: NotificationKind, actor_id: int | None, group_id: int) -> "NewEntry":
        """Make the entry about a group."""
        return cls(kind, actor_id, SubjectType.GROUP, group_id, group_id)

    @property
    def topic(self) -> str:
        """Name what belongs to one line."""
        return topic_of(self.kind, self.subject_type, self.subject_id)


COLUMNS = (
    Notification.member_id,
    Notification.kind,
    Notification.topic,
    Notification.subject_type,
    Notification.subject_id,
    Notification.group_id,
    Notification.event_ids,
    Notification.actor_ids,
    Notification.comment_ids,
    Notification.unread_count,
    Notification.created_at,
    Notification.mail_due_at,
)
# What is read on the site within this time is not mailed.
MAILED_AFTER = timedelta(minutes=10)
NEXT_NUMBER = func.nextval("notification_id_seq")
ENTRIES = (Notification.event_ids, Notification.actor_ids, Notification.comment_ids)


def _writing(rows: SelectBase) -> ReturningInsert[int]:
    """Write rows of new entries; where the member has the topic, add the entries to its row.

    Nothing is written where an event is in the row already. Returns the members.
    """
    written = insert(Notification).from_select([column.key for column in COLUMNS], rows)
    new = written.excluded
    return written.on_conflict_do_update(
        index_elements=[Notification.member_id, Notification.topic],
        set_={
            **{column.key: _newest(new[column.key] + column) for column in ENTRIES},
            "unread_count": Notification.unread_count + new.unread_count,
            "latest_id": new.latest_id,
            "group_id": new.group_id,
            "created_at": new.created_at,
            "read_at": null(),
            # What comes while a mail is due comes with that mail.
            "mail_due_at": func.coalesce(Notification.mail_due_at, new.mail_due_at),
        },
        where=~new.event_ids.overlap(Notification.event_ids),
    ).returning(Notification.member_id)


def _newest(entries: ColumnElement[list[int]]) -> ColumnElement[list[int]]:
    return func.trim_array(
        entries, func.greatest(func.cardinality(entries) - MOST_ENTRIES, 0), type_=ARRAY(BigInteger)
    )


LOCK_COMMENTS = (
    select(Comment.id)
    .where(Comment.id == any_(bindparam("comments", type_=ARRAY(BigInteger))))
    .order_by(Comment.id)
    .with_for_update(key_share=True)
)
WRITE_COMMENTS = _writing(ABOUT_COMMENTS)


def lock_post_to_notify(post_id: int) -> Post | None:
    """Lock a post, so that a member of several of its groups is notified of it once."""
    return db.session.get(Post, post_id, with_for_update={"of": Post, "key_share": True})


def lock_comments(ids: Sequence[int]) -> None:
    """Lock comments, each of which is recorded in several groups, so that it is one entry."""
    db.session.execute(LOCK_COMMENTS, {"comments": ids})


def notify(
    event_record: EventRecord, *addressed: tuple[NewEntry, Select[int]], to_actor: bool = False
) -> int:
    """Notify the recipients of each entry; count the new ones.

    The actor of the event is left out, unless `to_actor`. An event that is handled again writes
    nothing.
    """
    written = [
        member for each in addressed for member in _write(event_record, *each, to_actor=to_actor)
    ]
    return _broadcast_counts(written)


def remind(entry: NewEntry, member_ids: Iterable[int]) -> int:
    """Notify members of what is no event: the caller sees to it that it happens once."""
    return remind_selected(entry, select(Member.id).where(Member.id.in_(list(member_ids))))


def remind_selected(entry: NewEntry, recipients: Select[int]) -> int:
    """Do so for members who are selected in the database."""
    return _broadcast_counts(_write(None, entry, recipients))


def _write(
    event_record: EventRecord | None,
    entry: NewEntry,
    recipients: Select[int],
    comment_id: int | None = None,
    *,
    to_actor: bool = False,
) -> Iterable[int]:
    is_mailed = entry.kind in MAILED_KINDS and entry.kind not in MAILED_APART
    values = (
        entry.kind,
        entry.topic,
        entry.subject_type,
        entry.subject_id,
        entry.group_id,
        [event_record.id if event_record else _number_of_no_event()],
        [entry.actor_id],
        [entry.comment_id if comment_id is None else comment_id],
        1,
        now := clock.now(),
        now + MAILED_AFTER if is_mailed else None,
    )
    columns = [
        literal(value, column.type) for value, column in zip(values, COLUMNS[1:], strict=True)
    ]
    concerned = select(Member.id, *columns).where(
        Member.id.in_(recipients),
        Member.id.is_distinct_from(
            event_record.actor_id if event_record and not to_actor else None
        ),
        Member.active,
    )
    # Members in one order, so that no two writers deadlock.
    return db.session.scalars(_writing(concerned.order_by(Member.id))).all()


def _number_of_no_event() -> int:
    """Give a number that no event has, in the place of one: events have positive ones."""
    return -(db.session.scalar(select(NEXT_NUMBER)) or 0)


def notify_of_comments(event_records: Iterable[EventRecord]) -> None:
    """Notify everyone whom some comments concern, in one statement for all of them.

    The comments are locked: each is recorded in every group of its post, and is one entry.
    """
    records = list(event_records)
    ids = sorted({event_record.subject_id for event_record in records})
    lock_comments(ids)
    now = clock.now()
    params = {
        "events": [event_record.id for event_record in records],
        "now": now,
        "due": now + MAILED_AFTER,
    }
    _broadcast_counts(db.session.connection().scalars(WRITE_COMMENTS, params).all())
    notify_of_mentions(records, comments=ids)


def notify_of_mentions(
    event_records: Sequence[EventRecord], post_id: int | None = None, comments: Sequence[int] = ()
) -> Sequence[int]:
    """Notify whom a post or some comments mention, each once of a text; give their ids.

    The caller has locked the post or the comments.
    """
    params = {"post": post_id, "comments": list(comments)}
    rows = db.session.execute(MENTIONED, params).all()
    events = {each.subject_id: each for each in event_records}
    for row in rows:
        event_record = events[row.comment_id or row.post_id]
        entry = NewEntry.about_post(
            NotificationKind.MENTION, row.writer_id, row.group_id, row.post_id
        )
        one = select(Member.id).where(Member.id == row.member_id)
        _write(event_record, entry, one, comment_id=row.comment_id)
    if rows:
        mark_notified(row.id for row in rows)
    _broadcast_counts(row.member_id for row in rows)
    return [row.member_id for row in rows]


def count_again(member_ids: Iterable[int]) -> None:
    """Broadcast the counts of members whose lines may have gone."""
    _broadcast_counts(member_ids)


def mark_read(member: Member, up_to: int) -> int:
    """Mark as read every line whose newest entry is up to a number; count the unread ones."""
    return _mark_read(member, Notification.latest_id <= up_to)


def mark_topic_read(member: Member, notification_id: int, up_to: int) -> int:
    """Mark one line as read, unless an entry has come since the number up to which it was shown."""
    line = and_(Notification.id == notification_id, Notification.latest_id <= up_to)
    return _mark_read(member, line)


def mark_post_read(member: Member, post_id: int, up_to: int) -> int:
    """Mark as read the lines, up to a number, about a post that the member is shown."""
    about = and_(
        Notification.subject_type == SubjectType.POST,
        Notification.subject_id == post_id,
        Notification.latest_id <= up_to,
    )
    # A page does not wait: a line that is locked gets a new entry, and stays unread.
    return _mark_read(member, about, skip_locked=True)


def _mark_read(member: Member, which: ColumnElement[bool], *, skip_locked: bool = False) -> int:
    # In the order in which mails about them lock the lines.
    locked = (
        select(Notification.id)
        .where(Notification.member_id == member.id, Notification.read_at.is_(None), which)
        .order_by(Notification.id)
        .with_for_update(skip_locked=skip_locked)
    )
    read = db.session.scalars(
        update(Notification)
        .where(Notification.id.in_(locked))
        .values(read_at=clock.now(), unread_count=0, mailed_count=0, mail_due_at=None)
        .returning(Notification.member_id)
        .execution_options(synchronize_session=False)
    ).all()
    return _broadcast_counts(read)


def _broadcast_counts(member_ids: Iterable[int]) -> int:
    """Broadcast the unread count of each of these members after the commit; count the ids."""
    ids = list(member_ids)
    if ids:
        broadcast(partial(present_counts, ids))
    return len(ids)


def present_counts(member_ids: Iterable[int]) -> Iterator[tuple[StreamRef, Broadcast]]:
    """Read the unread counts of some members, each for the member's own stream."""
    for count in read_unread_counts(member_ids):
        yield (
            count.stream,
            NotificationCount(subject_id=count.latest_id, unread=count.unread, at=count.at),
        )
