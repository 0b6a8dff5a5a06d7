"""What the outbox forgets: texts after days, rows after months, all of a closed account."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import case, delete, func, or_, select, update

from grandequipe.core import clock
from grandequipe.core.email_addresses import folded
from grandequipe.core.mail.kinds import list_kinds_kept
from grandequipe.core.mail.models import MailState, OutgoingMail
from grandequipe.core.mail.outbox import key_without_address
from grandequipe.extensions import db

TEXTS_KEPT_FOR = timedelta(days=7)
# An operator may still say that it did not arrive: then it goes again.
UNCERTAIN_KEPT_FOR = timedelta(days=30)
ROWS_KEPT_FOR = timedelta(days=90)
FINISHED = (MailState.SENT, MailState.FAILED, MailState.CANCELLED)
ERASED = {"subject": None, "text": None, "html": None, "calendar": None}
MANY = 1000


def erase_old_texts() -> int:
    """Erase the texts of some mails that were sent, or failed, some days ago; count them."""
    now = clock.now()
    old = (
        select(OutgoingMail.id)
        .where(
            OutgoingMail.text.is_not(None),
            OutgoingMail.state.in_((*FINISHED, MailState.UNCERTAIN)),
            OutgoingMail.created_at < now - TEXTS_KEPT_FOR,
            or_(
                OutgoingMail.state != MailState.UNCERTAIN,
                OutgoingMail.created_at < now - UNCERTAIN_KEPT_FOR,
            ),
        )
        .limit(MANY)
    )
    erased = update(OutgoingMail).where(OutgoingMail.id.in_(old)).values(ERASED)
    return len(db.session.scalars(erased.returning(OutgoingMail.id)).all())


def delete_old_mails() -> int:
    """Delete some rows of mails that were sent, or failed, some months ago; count them."""
    old = (
        select(OutgoingMail.id)
        .where(
            OutgoingMail.created_at < clock.now() - ROWS_KEPT_FOR,
            OutgoingMail.state.in_(FINISHED),
            OutgoingMail.kind.not_in(list_kinds_kept()),
        )
        .limit(MANY)
    )
    gone = delete(OutgoingMail).where(OutgoingMail.id.in_(old)).returning(OutgoingMail.id)
    return len(db.session.scalars(gone).all())


def erase_mails_of(member_id: int, address: str) -> None:
    """Erase address and text of every mail to a member or to their address; send none of them."""
    is_theirs = func.lower(OutgoingMail.recipient) == folded(address)
    theirs = or_(OutgoingMail.member_id == member_id, is_theirs)
    waiting = OutgoingMail.state == MailState.PENDING
    db.session.execute(
        update(OutgoingMail)
        .where(theirs)
        .values(
            **ERASED,
            state=case((waiting, MailState.CANCELLED), else_=OutgoingMail.state),
            key=key_without_address(),
            recipient="",
            mailbox=None,
            error="",
            headers={},
            reply_to=None,
        )
    )


def withdraw_mails(kind: str, member_id: int) -> Sequence[str]:
    """Send none of the pending mails of a kind to a member, and erase them; give their keys.

    One that a process is sending at this moment leaves.
    """
    waiting = (
        select(OutgoingMail.id, OutgoingMail.key)
        .where(
            OutgoingMail.member_id == member_id,
            OutgoingMail.kind == kind,
            OutgoingMail.state == MailState.PENDING,
        )
        .with_for_update()
    )
    found = db.session.execute(waiting).all()
    # The key is free again: what may still be said is written anew.
    cancelled = update(OutgoingMail).where(OutgoingMail.id.in_([row.id for row in found]))
    db.session.execute(
        cancelled.values(
            **ERASED,
            state=MailState.CANCELLED,
            key=func.concat("withdrawn:", OutgoingMail.id),
            recipient="",
            mailbox=None,
            headers={},
            reply_to=None,
        ).execution_options(synchronize_session=False)
    )
    return [row.key for row in found]
