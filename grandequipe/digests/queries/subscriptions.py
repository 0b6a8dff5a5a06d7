"""Reading who wants a letter, and when."""

from sqlalchemy import select

from grandequipe.core.errors import NotFound
from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.digests.models.subscriptions import EIGHT, MONDAY
from grandequipe.extensions import db
from grandequipe.members.models import Member


def get_subscription(member: Member) -> DigestSubscription:
    """Get what a member chose, or the weekly letter that whoever chose nothing has."""
    found = db.session.get(DigestSubscription, member.id)
    return found or DigestSubscription(
        member=member, frequency=Frequency.WEEKLY, weekday=MONDAY, hour=EIGHT
    )


def get_subscription_by_key(key: str) -> DigestSubscription:
    """Get the subscription that an address in a letter points to, or raise NotFound."""
    if not key.isprintable():
        raise NotFound
    found = db.session.scalar(
        select(DigestSubscription).where(DigestSubscription.unsubscribe_key == key)
    )
    if found is None:
        raise NotFound
    return found
