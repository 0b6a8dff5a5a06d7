"""Whom a letter is for."""

from datetime import datetime
from typing import NamedTuple, Self

from grandequipe.digests.models.schedule import Frequency
from grandequipe.digests.models.subscriptions import DigestSubscription
from grandequipe.members.models import Member


class DigestReader(NamedTuple):
    """All that choosing and writing a letter asks of a person, a value as `Story` is one.

    Whoever only previews a letter may have no `unsubscribe_key` yet.
    """

    id: int
    email: str
    display_name: str
    active: bool
    confirmed_at: datetime | None
    is_admin: bool
    locale: str
    time_zone: str
    frequency: Frequency
    unsubscribe_key: str | None

    @property
    def wants_digests(self) -> bool:
        """Tell whether letters may reach them, and they want any."""
        is_reachable = self.active and self.confirmed_at is not None
        return is_reachable and self.frequency is not Frequency.NEVER

    @classmethod
    def of(cls, subscription: DigestSubscription) -> Self:
        """Look at a member and what they chose."""
        member = subscription.member
        return cls(
            member.id,
            member.email,
            member.display_name,
            member.active,
            member.confirmed_at,
            member.is_admin,
            member.locale,
            member.time_zone,
            subscription.frequency,
            subscription.unsubscribe_key,
        )


# The same, for a statement that joins the two.
DIGEST_READER = (
    Member.id,
    Member.email,
    Member.display_name,
    Member.active,
    Member.confirmed_at,
    Member.is_admin,
    Member.locale,
    Member.time_zone,
    DigestSubscription.frequency,
    DigestSubscription.unsubscribe_key,
)
