"""What people were mailed about a webinar before."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.extensions import db
from grandequipe.webinars.models import Registration

# The server has such a mail, or may have it.
LEFT = (MailState.SENDING, MailState.SENT, MailState.UNCERTAIN)


class MailSent(NamedTuple):
    """A mail of the outbox: its key, and whether it has left."""

    key: str
    has_left: bool


def list_mails_of(
    registration: Registration, kind: str, prefix: str, suffix: str = ""
) -> Sequence[MailSent]:
    """List the mails of a kind to a registered person whose keys begin and end so, oldest first."""
    member_id, email = registration.member_id, registration.email
    theirs = (
        OutgoingMail.member_id == member_id
        if member_id is not None
        else func.lower(OutgoingMail.recipient) == func.lower(email)
    )
    query = select(OutgoingMail.key, OutgoingMail.state).where(
        theirs,
        OutgoingMail.kind == kind,
        func.starts_with(OutgoingMail.key, prefix),
        OutgoingMail.key.endswith(suffix, autoescape=True),
    )
    rows = db.session.execute(query.order_by(OutgoingMail.id))
    return [MailSent(row.key, row.state in LEFT) for row in rows]
