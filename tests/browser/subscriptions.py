"""The digest subscriptions of browser scenes."""

from functools import partial

from grandequipe.digests.models import DigestSubscription
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.waiting import wait_until


def key_of(member: Member) -> str:
    """Return the unsubscribe key of a member, once the worker has made it."""
    wait_until(partial(_has_subscription, member), "the digest is subscribed to")
    found = db.session.get(DigestSubscription, member.id)
    assert found
    return found.unsubscribe_key


def _has_subscription(member: Member) -> bool:
    db.session.rollback()
    return db.session.get(DigestSubscription, member.id) is not None
