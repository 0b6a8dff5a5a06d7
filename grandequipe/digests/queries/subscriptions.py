"""Reading subscriptions: which members want a digest, and when."""

from sqlalchemy import func, or_, select

from grandequipe.core.errors import NotFound
from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.digests.models.subscriptions import EIGHT, MONDAY
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Level, Membership, MembershipState
from grandequipe.members.models import Member

LONGEST_KEY = 64


def get_subscription(member: Member) -> DigestSubscription:
    """Get what a member chose, or the weekly digest of a member who chose nothing."""
    found = db.session.get(DigestSubscription, member.id)
    return found or DigestSubscription(
        member=member, frequency=Frequency.WEEKLY, weekday=MONDAY, hour=EIGHT
    )


def count_digest_readers(group: Group, seen_by: Member) -> int:
    """Count the other members who will have in their digest what the viewer publishes."""
    readers = (
        select(func.count())
        .select_from(Membership)
        .join(Membership.member)
        .outerjoin(DigestSubscription, DigestSubscription.member_id == Member.id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.level != Level.NONE,
            Member.id != seen_by.id,
            Member.active,
            Member.confirmed_at.is_not(None),
            # Members without a choice have the weekly one.
            or_(
                DigestSubscription.frequency.is_(None),
                DigestSubscription.frequency != Frequency.NEVER,
            ),
        )
    )
    return db.session.scalar(readers) or 0


def get_subscription_by_key(key: str) -> DigestSubscription:
    """Get the subscription that an address in a digest points to, or raise NotFound."""
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise NotFound
    found = db.session.scalar(
        select(DigestSubscription).where(DigestSubscription.unsubscribe_key == key)
    )
    if found is None:
        raise NotFound
    return found
