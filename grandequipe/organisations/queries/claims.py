"""Requests to run an organisation, and keys that were mailed for it."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.members.models import (
    ManagerKey,
    Member,
    Organisation,
    OrganisationClaim,
)
from grandequipe.members.queries import digest_of

KEY_LIFE = timedelta(days=3)
MOST_LISTED = 100


def find_key(key: str) -> ManagerKey | None:
    """Find a key that was mailed and is still valid."""
    return db.session.scalar(
        select(ManagerKey).where(
            ManagerKey.digest == digest_of(key), ManagerKey.made_at > clock.now() - KEY_LIFE
        )
    )


def find_open_claim(member: Member, organisation: Organisation) -> OrganisationClaim | None:
    """Find a member's request to run an organisation that is not answered yet."""
    return db.session.scalar(
        select(OrganisationClaim).where(
            OrganisationClaim.member_id == member.id,
            OrganisationClaim.organisation_id == organisation.id,
            OrganisationClaim.is_accepted.is_(None),
        )
    )


def get_claim(claim_id: int) -> OrganisationClaim:
    """Get a request to run an organisation, or raise NotFound."""
    found = db.session.get(OrganisationClaim, claim_id)
    if found is None:
        raise NotFound
    return found


def list_open_claims() -> Sequence[tuple[OrganisationClaim, Member]]:
    """List the requests that wait for an administrator, the oldest first, with who asks."""
    rows = db.session.execute(
        select(OrganisationClaim, Member)
        .join(Member, Member.id == OrganisationClaim.member_id)
        .where(OrganisationClaim.is_accepted.is_(None), Member.active)
        .order_by(OrganisationClaim.made_at, OrganisationClaim.id)
        .limit(MOST_LISTED)
    )
    return [(claim, member) for claim, member in rows]


def count_open_claims() -> int:
    """Count the requests that wait for an administrator."""
    query = (
        select(func.count(OrganisationClaim.id))
        .join(Member, Member.id == OrganisationClaim.member_id)
        .where(OrganisationClaim.is_accepted.is_(None), Member.active)
    )
    return db.session.scalar(query) or 0
