"""What the holder of a letter may do without a password: have it come less often, or not at all.

Guarantee: letters are forwarded, so their address may be anybody's. It only ever makes the letter
rarer. Taking that back gives what the member had right before and nothing else: to those who made
the change, for an hour, and only while nothing else was chosen since.
"""

from dataclasses import dataclass
from datetime import timedelta

from grandequipe.core import clock, signing
from grandequipe.digests.models import Frequency
from grandequipe.digests.services.subscriptions import change_subscription, locked_subscription
from grandequipe.members.models import Member

UNDO_WITHIN = timedelta(hours=1)
PURPOSE = "letter: take back"


@dataclass(frozen=True)
class Rarer:
    """What was changed, and the token that takes it back; None where nothing was changed."""

    before: Frequency
    undo: str | None


def make_rarer(member: Member, frequency: Frequency) -> Rarer:
    """Have the letter come less often; what would be as often or more often changes nothing."""
    before = locked_subscription(member).frequency
    if not frequency.is_rarer_than(before):
        return Rarer(before, None)
    changed = change_subscription(member, frequency=frequency)
    value = [member.id, changed.version, before.value]
    return Rarer(before, signing.sign(PURPOSE, value, clock.now() + UNDO_WITHIN))


def take_back(member: Member, token: str) -> bool:
    """Give the letter back the frequency that it had before `make_rarer`; say whether it did."""
    subscription = locked_subscription(member)
    match signing.signed_value(PURPOSE, token):
        case [member.id, subscription.version, str(before)]:
            change_subscription(member, frequency=Frequency(before))
            return True
    return False
