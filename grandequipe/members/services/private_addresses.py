"""Private addresses: making and revoking them, and noting that one is read."""

import secrets

from sqlalchemy import delete, select, update

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.members.models import MOST_ADDRESSES, Member, PrivateAddress, Purpose
from grandequipe.members.queries import digest_of


def create_private_address(member: Member, purpose: Purpose) -> str:
    """Make a private address and return its key, which is stored nowhere.

    A member has MOST_ADDRESSES at most for a purpose; the oldest end, and those from before a
    change of password.
    """
    key = secrets.token_urlsafe(32)
    of_member = PrivateAddress.member_id == member.id
    db.session.execute(
        delete(PrivateAddress).where(of_member, PrivateAddress.uniquifier != member.fs_uniquifier)
    )
    db.session.add(
        PrivateAddress(
            member_id=member.id,
            purpose=purpose,
            digest=digest_of(key),
            uniquifier=member.fs_uniquifier,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    oldest = (
        select(PrivateAddress.id)
        .where(of_member, PrivateAddress.purpose == purpose)
        .order_by(PrivateAddress.created_at.desc(), PrivateAddress.id.desc())
        .offset(MOST_ADDRESSES)
    )
    db.session.execute(delete(PrivateAddress).where(PrivateAddress.id.in_(oldest)))
    return key


def revoke_private_address(member: Member, purpose: Purpose, address_id: int) -> None:
    """Delete a private address of the member's; programs that have it read nothing any more."""
    own = delete(PrivateAddress).where(
        PrivateAddress.id == address_id,
        PrivateAddress.member_id == member.id,
        PrivateAddress.purpose == purpose,
    )
    if db.session.scalar(own.returning(PrivateAddress.id)) is None:
        raise NotFound


def note_reading(address: PrivateAddress) -> None:
    """Note the day on which a program reads a private address."""
    today = clock.now().date()
    db.session.execute(
        update(PrivateAddress)
        .where(PrivateAddress.id == address.id, PrivateAddress.read_on.is_distinct_from(today))
        .values(read_on=today)
    )
