"""Writing the bell, and reading it off."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock, journal
from grandequipe.core.journal import Fact
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.notifications.events import NotificationAdded, NotificationsRead
from grandequipe.notifications.models import Notification, NotificationKind


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


def tell(actor_id: int | None, fact: Fact, news: News, recipients: Select[int]) -> int:
    """Write one row for each recipient but the actor; return how many are new.

    A fact told again finds its rows there: nothing is written, and no page rings.
    """
    columns = {
        Notification.fact_id: fact.id,
        Notification.kind: news.kind,
        Notification.topic: news.topic,
        Notification.actor_id: news.actor_id,
        Notification.group_id: news.group_id,
        Notification.post_id: news.post_id,
        Notification.comment_id: news.comment_id,
        Notification.created_at: clock.now(),
    }
    values = [literal(value, column.type) for column, value in columns.items()]
    concerned = select(Member.id, *values).where(
        Member.id.in_(recipients), Member.id.is_distinct_from(actor_id), Member.active
    )
    written = db.session.execute(
        insert(Notification)
        .from_select([Notification.member_id, *columns], concerned)
        .on_conflict_do_nothing(index_elements=["member_id", "fact_id"])
        .returning(Notification.id, Notification.member_id)
    ).all()
    journal.record_all(
        (f"member:{member_id}", NotificationAdded(subject_id=id, actor_id=news.actor_id))
        for id, member_id in written
    )
    return len(written)


def mark_read(member: Member, up_to: int) -> int:
    """Read off every row up to one; return how many were unread."""
    return _read_off(member, up_to, Notification.id <= up_to)


def mark_topic_read(member: Member, notification: Notification) -> int:
    """Read off a line, whose newest row is given."""
    return _read_off(member, notification.id, Notification.topic == notification.topic)


def _read_off(member: Member, up_to: int, which: ColumnElement[bool]) -> int:
    rows = db.session.execute(
        update(Notification)
        .where(Notification.member_id == member.id, Notification.read_at.is_(None), which)
        .values(read_at=clock.now())
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    ).all()
    if rows:
        told = NotificationsRead(subject_id=up_to, actor_id=member.id)
        journal.record(member.stream, told)
    return len(rows)
