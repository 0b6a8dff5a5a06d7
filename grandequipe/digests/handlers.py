"""Handlers of other packages' events: subscriptions follow their members."""

from grandequipe.core.events import EventRecord, handles
from grandequipe.digests.services import follow_time_zone, open_subscription
from grandequipe.members.events import MemberRegistered, PreferencesChanged
from grandequipe.members.queries import find_member


@handles(MemberRegistered)
def subscribe(event_record: EventRecord) -> None:
    """Give a new member the weekly digest."""
    member = find_member(event_record.subject_id)
    if member is not None:
        open_subscription(member)


@handles(PreferencesChanged)
def follow_the_clock(event_record: EventRecord) -> None:
    """Compute the next due date again: the time zone may have changed."""
    member = find_member(event_record.subject_id)
    if member is not None:
        follow_time_zone(member)
