"""Reading the outbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from grandequipe.core.mail.models import MailState, OutgoingMail
from grandequipe.extensions import db

UNFINISHED = (MailState.PENDING, MailState.SENDING, MailState.UNCERTAIN)


def list_mails(state: MailState | None = None, limit: int = 1000) -> Sequence[OutgoingMail]:
    """List mails for operators, newest first."""
    query = select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(limit)
    if state is not None:
        query = query.where(OutgoingMail.state == state)
    return db.session.scalars(query).all()


def count_unfinished() -> Mapping[MailState, int]:
    """Count the mails that wait, are being sent, or are uncertain."""
    query = (
        select(OutgoingMail.state, func.count())
        .where(OutgoingMail.state.in_(UNFINISHED))
        .group_by(OutgoingMail.state)
    )
    counts: dict[MailState, int] = dict(db.session.execute(query).all())
    return {state: counts.get(state, 0) for state in UNFINISHED}


def has_mail_since(keys: Sequence[str], since: datetime) -> bool:
    """Return whether a mail with one of these keys was written since an instant."""
    query = select(OutgoingMail.id).where(
        OutgoingMail.key.in_(keys), OutgoingMail.created_at > since
    )
    return db.session.scalar(query.limit(1)) is not None
