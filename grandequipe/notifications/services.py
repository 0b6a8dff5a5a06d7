"""Writing the bell, and reading it off."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    SelectBase,
    and_,
    any_,
    bindparam,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from grandequipe.core import clock
from grandequipe.core.events import EventRecord, record, record_all
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.members.models import Member
from grandequipe.members.queries import list_own_streams
from grandequipe.notifications.events import NotificationAdded, NotificationsRead
from grandequipe.notifications.models import Notification, NotificationKind
from grandequipe.notifications.queries import COMMENTS_TOLD


@dataclass(frozen=True)
class News:
    """What is to be told, and who did it."""

    kind: NotificationKind
    actor_id: int | None
    group_id: int
    post_id: int | None = None
    comment_id: int | None = None

    @property
    def topic(self) -> str:
        """Name what makes several rows one line."""
        if self.post_id is not None:
            return f"{self.kind.value}:post:{self.post_id}"
        return f"{self.kind.value}:group:{self.group_id}"


COLUMNS = (
    Notification.member_id,
    Notification.event_id,
    Notification.kind,
    Notification.topic,
    Notification.actor_id,
    Notification.group_id,
    Notification.post_id,
    Notification.comment_id,
    Notification.created_at,
)


def _writing(rows: SelectBase) -> ReturningInsert[int, int, int | None]:
    """Write rows whose columns are ours; one that is there already is left as it is."""
    return (
        insert(Notification)
        .from_select([column.key for column in COLUMNS], rows)
        .on_conflict_do_nothing(index_elements=[Notification.member_id, Notification.event_id])
        .returning(Notification.id, Notification.member_id, Notification.actor_id)
    )


LOCK_COMMENTS = (
    select(Comment.id)
    .where(Comment.id == any_(bindparam("comments", type_=ARRAY(BigInteger))))
    .order_by(Comment.id)
    .with_for_update(key_share=True)
)
WRITE_COMMENTS = _writing(COMMENTS_TOLD)


def lock_post_to_tell(post_id: int) -> Post | None:
    """Lock a post, so that a member of several of its groups is notified of it once."""
    return db.session.get(Post, post_id, with_for_update={"of": Post, "key_share": True})


def tell(actor_id: int | None, event_record: EventRecord, *told: tuple[News, Select[int]]) -> int:
    """Write one row of each news for each of its recipients but the actor; return how many are new.

    A fact told again finds its rows there: nothing is written, and no page rings. The bells ring
    together, for whoever locks several streams does so at once.
    """
    return _ring_for([row for each in told for row in _write(actor_id, event_record, *each)])


def _write(
    actor_id: int | None, event_record: EventRecord, news: News, recipients: Select[int]
) -> Sequence[Row[int, int, int | None]]:
    values = (
        event_record.id,
        news.kind,
        news.topic,
        news.actor_id,
        news.group_id,
        news.post_id,
        news.comment_id,
        clock.now(),
    )
    told = [literal(value, column.type) for value, column in zip(values, COLUMNS[1:], strict=True)]
    concerned = select(Member.id, *told).where(
        Member.id.in_(recipients), Member.id.is_distinct_from(actor_id), Member.active
    )
    return db.session.execute(_writing(concerned)).all()


def tell_of_comments(event_records: Sequence[EventRecord]) -> int:
    """Write the rows of everyone whom some comments concern, in one statement for all of them.

    The comments are locked: each is recorded in every group of its post, and notified once.
    """
    ids = sorted({event_record.subject_id for event_record in event_records})
    db.session.execute(LOCK_COMMENTS, {"comments": ids})
    params = {"facts": [event_record.id for event_record in event_records], "now": clock.now()}
    return _ring_for(db.session.connection().execute(WRITE_COMMENTS, params).all())


def _ring_for(written: Sequence[Row[int, int, int | None]]) -> int:
    own = list_own_streams({member_id for _id, member_id, _actor_id in written})
    streams = {stream.owner_id: stream for stream in own}
    record_all(
        (streams[member_id], NotificationAdded(subject_id=id, actor_id=actor_id))
        for id, member_id, actor_id in written
    )
    return len(written)


def mark_read(member: Member, up_to: int) -> int:
    """Read off every row up to one; return how many were unread."""
    return _read_off(member, up_to, Notification.id <= up_to)


def mark_topic_read(member: Member, notification: Notification) -> int:
    """Read off a line, whose newest row is given; what was told since stays unread."""
    line = and_(Notification.topic == notification.topic, Notification.id <= notification.id)
    return _read_off(member, notification.id, line)


def mark_post_read(member: Member, post_id: int, up_to: int) -> int:
    """Read off what is said, up to a row, about a post that the member is shown."""
    about = and_(Notification.post_id == post_id, Notification.id <= up_to)
    return _read_off(member, up_to, about)


def _read_off(member: Member, up_to: int, which: ColumnElement[bool]) -> int:
    read = db.session.scalars(
        update(Notification)
        .where(Notification.member_id == member.id, Notification.read_at.is_(None), which)
        .values(read_at=clock.now())
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    ).all()
    if read:
        told = NotificationsRead(subject_id=up_to, actor_id=member.id)
        record(member.stream, told)
    return len(read)
