"""Reading what a member asked the bell for about posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, literal_column, select

from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed import queries as feed
from grandequipe.feed.models import Post
from grandequipe.members.models import Member
from grandequipe.notifications.models import ChosenConversation, ConversationChoice, Reminder

MOST_REMINDERS = 200


class Wishes(NamedTuple):
    """What a member chose for a post: the conversation, and when to be reminded."""

    choice: ConversationChoice | None
    due_at: datetime | None
    note: str | None


@dataclass(frozen=True)
class ListedWish:
    """A post, with a reminder of it or the choice of its conversation."""

    post_id: int
    title: str
    language: str | None
    due_at: datetime | None = None
    note: str = ""
    choice: ConversationChoice | None = None


_POST = bindparam("post", type_=BigInteger)
_MEMBER = bindparam("member", type_=BigInteger)
_BOTH = (
    select(
        select(ChosenConversation.choice)
        .where(ChosenConversation.member_id == _MEMBER, ChosenConversation.post_id == _POST)
        .scalar_subquery(),
        Reminder.due_at,
        Reminder.note,
    )
    .select_from(select(literal_column("1")).subquery("one"))
    .outerjoin(
        Reminder,
        (Reminder.member_id == _MEMBER)
        & (Reminder.post_id == _POST)
        & Reminder.notified_at.is_(None),
    )
)


def find_wishes(member: Member, post: Post) -> Wishes:
    """Find what a member chose for a post, in one statement."""
    row = db.session.execute(_BOTH, {"member": member.id, "post": post.id}).one()
    return Wishes(row[0], row[1], row[2])


def list_reminders(seen_by: Member) -> Sequence[ListedWish]:
    """List the reminders to come of posts that the member still sees, the next one first."""
    rows = db.session.execute(
        _of_posts(seen_by, Reminder, Reminder.due_at, Reminder.note)
        .where(Reminder.notified_at.is_(None))
        .order_by(Reminder.due_at, Reminder.post_id)
        .limit(MOST_REMINDERS)
    )
    return [ListedWish(row[0], row[1], row[2], row.due_at, row.note) for row in rows]


def list_conversations(
    seen_by: Member, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[ListedWish]:
    """List the conversations that the member muted or follows and still sees, newest first."""
    of_member = _of_posts(
        seen_by,
        ChosenConversation,
        ChosenConversation.choice,
        ChosenConversation.since,
        ChosenConversation.post_id,
    )
    order = Order(ChosenConversation.since, ChosenConversation.post_id)
    page = paginate(of_member, order, cursor, limit, load=_rows)
    items = [ListedWish(row[0], row[1], row[2], choice=row.choice) for row in page.items]
    return Window(items, page.next)


def _rows(query: Any, params: Any) -> Sequence[Any]:
    return db.session.execute(query, params).all()


def _of_posts(member: Member, table: Any, *columns: Any) -> Any:
    return (
        select(Post.id, Post.title, Post.language, *columns)
        .select_from(table)
        .join(Post, Post.id == table.post_id)
        .where(table.member_id == member.id, feed.visible_to(member))
    )
