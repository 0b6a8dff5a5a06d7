"""Reads of messages and blocks."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from grandequipe.core import clock
from grandequipe.directory.models import Message, MessageBlock
from grandequipe.extensions import db
from grandequipe.members.models import Member, MemberProfile

# For so long a message may be answered by who receives none otherwise.
ANSWERED_WITHIN = timedelta(days=90)
DAY = timedelta(days=1)
MOST_BLOCKED = 500


def receives_messages(member: Member) -> bool:
    """Return whether a member chose to receive messages."""
    chosen = select(MemberProfile.receives_messages).where(MemberProfile.member_id == member.id)
    return bool(db.session.scalar(chosen))


def is_blocked(member: Member, by: Member) -> bool:
    """Return whether one member blocks the messages of another."""
    return db.session.get(MessageBlock, (by.id, member.id)) is not None


def list_blocked(by: Member) -> Sequence[MessageBlock]:
    """List whom a member blocks, the last one first."""
    return db.session.scalars(
        select(MessageBlock)
        .where(MessageBlock.member_id == by.id)
        .options(joinedload(MessageBlock.blocked))
        .order_by(MessageBlock.since.desc(), MessageBlock.blocked_id)
        .limit(MOST_BLOCKED)
    ).all()


def find_message_to_answer(member: Member, sender: Member) -> Message | None:
    """Find the last message of a sender that a member may answer."""
    return db.session.scalar(
        select(Message)
        .where(
            Message.sender_id == sender.id,
            Message.recipient_id == member.id,
            Message.created_at > clock.now() - ANSWERED_WITHIN,
        )
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(1)
    )


def count_unanswered(sender: Member, recipient: Member) -> int:
    """Count what a sender wrote to a recipient in a day since the recipient wrote last."""
    both = or_(
        and_(Message.sender_id == sender.id, Message.recipient_id == recipient.id),
        and_(Message.sender_id == recipient.id, Message.recipient_id == sender.id),
    )
    senders = db.session.scalars(
        select(Message.sender_id)
        .where(both, Message.created_at > clock.now() - DAY)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(20)
    )
    count = 0
    for sender_id in senders:
        if sender_id != sender.id:
            break
        count += 1
    return count


def count_received(recipient: Member) -> int:
    """Count the messages that a recipient got in a day from those whom they had not written to."""
    query = select(func.count()).where(
        Message.recipient_id == recipient.id,
        Message.answers_id.is_(None),
        Message.created_at > clock.now() - DAY,
    )
    return db.session.scalar(query) or 0
