"""Reading the ledger of digests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.digests.models import Digest
from grandequipe.extensions import db
from grandequipe.members.models import Member


def find_digest(digest_id: int) -> Digest | None:
    """Find a ledger row."""
    return db.session.get(Digest, digest_id, populate_existing=True)


def list_digests(state: MailState | None = None, limit: int = 1000) -> Sequence[Digest]:
    """List the ledger for operators, newest first."""
    query = select(Digest).order_by(Digest.id.desc()).limit(limit)
    if state is not None:
        query = query.join(Digest.mail).where(OutgoingMail.state == state)
    return db.session.scalars(query).all()


def list_pending(due_by: datetime, email: str | None = None) -> Iterator[int]:
    """Give the mails of digests that wait, one at a time, as the ledger stands by then."""
    query = (
        select(Digest.mail_id)
        .join(Digest.member)
        .join(Digest.mail)
        .where(OutgoingMail.state == MailState.PENDING, Digest.due_at <= due_by)
        .order_by(Digest.mail_id)
        .limit(1)
    )
    if email is not None:
        query = query.where(Member.email == email)
    last = 0
    while (found := db.session.scalar(query.where(Digest.mail_id > last))) is not None:
        yield found
        last = found


def list_periods(member_ids: Iterable[int]) -> Mapping[int, set[str]]:
    """Give the periods that already have a ledger row, by member."""
    periods: dict[int, set[str]] = {member_id: set() for member_id in member_ids}
    rows = db.session.execute(
        select(Digest.member_id, Digest.period).where(Digest.member_id.in_(periods))
    )
    for member_id, period in rows:
        periods[member_id].add(period)
    return periods
