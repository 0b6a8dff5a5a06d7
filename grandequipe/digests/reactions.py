"""What the letter does when others speak."""

from grandequipe.core import journal
from grandequipe.core.journal import Fact
from grandequipe.digests.services import follow_clock, open_subscription
from grandequipe.members.events import MemberRegistered, PreferencesChanged
from grandequipe.members.queries import find_member


@journal.reacts_to(MemberRegistered)
def subscribe(fact: Fact) -> None:
    """Give a new member the weekly letter."""
    member = find_member(fact.subject_id)
    if member is not None:
        open_subscription(member)


@journal.reacts_to(PreferencesChanged)
def follow_the_clock(fact: Fact) -> None:
    """Find the next due again where it may have become another."""
    member = find_member(fact.subject_id)
    if member is not None:
        follow_clock(member)
