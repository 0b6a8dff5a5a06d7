"""Addresses that get no mail: by an operator's word, or because servers refused them twice."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.email_addresses import folded
from grandequipe.core.mail.models import OutgoingMail, SuppressedAddress
from grandequipe.extensions import db

REFUSALS = 2
REFUSED = "The mail servers refused this address for good, twice."
# Refusals that are older say nothing of the address as it is now.
REMEMBERED_FOR = timedelta(days=90)


def suppress(address: str, reason: str) -> None:
    """Send no mail to an address from now on; the first reason stays."""
    db.session.execute(
        insert(SuppressedAddress)
        .values(address=folded(address), reason=reason, at=clock.now())
        .on_conflict_do_nothing()
    )


def unsuppress(address: str) -> bool:
    """Send mail to an address again, and forget its refusals; return whether it was suppressed."""
    gone = db.session.scalar(
        delete(SuppressedAddress)
        .where(SuppressedAddress.address == folded(address))
        .returning(SuppressedAddress.address)
    )
    for mail in db.session.scalars(_refused_mails(address)):
        mail.is_refused_address = False
    db.session.flush()
    return gone is not None


def suppress_refused(address: str) -> None:
    """Suppress an address that servers have refused for good in two mails."""
    refusals = select(func.count()).select_from(_refused_mails(address).subquery())
    if (db.session.scalar(refusals) or 0) >= REFUSALS:
        suppress(address, REFUSED)


def list_suppressed() -> Sequence[SuppressedAddress]:
    """List the suppressed addresses, newest first."""
    newest = select(SuppressedAddress).order_by(SuppressedAddress.at.desc())
    return db.session.scalars(newest).all()


def _refused_mails(address: str):  # type: ignore[no-untyped-def]
    return select(OutgoingMail).where(
        OutgoingMail.is_refused_address,
        func.lower(OutgoingMail.recipient) == folded(address),
        OutgoingMail.created_at > clock.now() - REMEMBERED_FOR,
    )
