"""Choosing which notifications are mailed; and, without a password, having fewer of them.

Guarantee: mails are forwarded, so the address in them may be anybody's. It only ever stops mails.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock, signing
from grandequipe.core.errors import NotFound
from grandequipe.core.mail import rendering
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.notifications.models import (
    MAILED_KINDS,
    ChosenConversation,
    Notification,
    NotificationKind,
    Reminder,
    StoppedMail,
)

PURPOSE = "notifications: stop mails"
ALL = "all"
# The address in a mail does not expire.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def change_mailed_kinds(member: Member, kinds: Collection[NotificationKind]) -> None:
    """Have these kinds mailed from now on, and no others."""
    db.session.execute(
        delete(StoppedMail).where(StoppedMail.member_id == member.id, StoppedMail.kind.in_(kinds))
    )
    stop_mails(member, [kind for kind in MAILED_KINDS if kind not in kinds])


def stop_mails(member: Member, kinds: Collection[NotificationKind]) -> None:
    """Have these kinds not mailed any more; idempotent."""
    rows = [{"member_id": member.id, "kind": kind, "since": clock.now()} for kind in kinds]
    if rows:
        db.session.execute(insert(StoppedMail).values(rows).on_conflict_do_nothing())


def has_stopped(member: Member, kind: NotificationKind) -> bool:
    """Return whether a member wants no mail about a kind."""
    stopped = exists().where(StoppedMail.member_id == member.id, StoppedMail.kind == kind)
    return bool(db.session.scalar(select(stopped)))


def stopping_url(member: Member, kinds: Sequence[NotificationKind]) -> str:
    """Give the full address that stops mails about these kinds, for the member's mails."""
    token = stopping_token(member, kinds)
    return rendering.address_of("notifications.stop_mail", token=token)


def stopping_token(member: Member, kinds: Sequence[NotificationKind]) -> str:
    """Sign which mails a press in a mail stops."""
    are_all = set(kinds) == set(MAILED_KINDS)
    values = [ALL] if are_all else [kind.value for kind in kinds]
    return signing.sign(PURPOSE, [member.id, *values], NEVER)


def stopped_by(token: str) -> tuple[Member, Sequence[NotificationKind]]:
    """Give the member and the kinds of a token, or raise NotFound."""
    match signing.signed_value(PURPOSE, token):
        case [int(member_id), *values]:
            member = db.session.get(Member, member_id)
            kinds = [kind for kind in MAILED_KINDS if ALL in values or kind.value in values]
            if member is not None and member.active and kinds:
                return member, kinds
    raise NotFound


def erase_bell(member: Member) -> None:
    """Delete the notifications of a closed account and what it chose about them."""
    for table in (Notification, StoppedMail, ChosenConversation, Reminder):
        db.session.execute(delete(table).where(table.member_id == member.id))
