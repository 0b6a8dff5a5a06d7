"""Deletion of digests that are over, once the events that they covered are deleted."""

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import aliased

from grandequipe.core import clock
from grandequipe.core.events.partitions import KEPT_FOR
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.digests.models import Digest
from grandequipe.extensions import db

MANY = 1000


def delete_old_digests() -> int:
    """Delete up to MANY digests that are over, with their mails; return how many.

    A failed digest that none carries over stays: the next one shows its posts. One that carries
    another over is deleted after it.
    """
    carried = aliased(Digest)
    is_over = or_(
        OutgoingMail.state.in_((MailState.SENT, MailState.CANCELLED)),
        and_(OutgoingMail.state == MailState.FAILED, Digest.carried_over_by_id.is_not(None)),
    )
    old = db.session.execute(
        select(Digest.id, Digest.mail_id)
        .join(OutgoingMail, OutgoingMail.id == Digest.mail_id)
        .where(
            OutgoingMail.created_at < clock.now() - KEPT_FOR,
            is_over,
            ~exists().where(carried.carried_over_by_id == Digest.id),
        )
        .limit(MANY)
    ).all()
    for row, ids in (
        (Digest, [digest_id for digest_id, _mail_id in old]),
        (OutgoingMail, [mail_id for _digest_id, mail_id in old]),
    ):
        gone = delete(row).where(row.id.in_(ids))
        db.session.execute(gone.execution_options(synchronize_session=False))
    return len(old)
