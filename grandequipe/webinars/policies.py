"""The rights around a webinar: to enter its room."""

from datetime import datetime, timedelta

from grandequipe.feed.models import JoinFor, Webinar
from grandequipe.feed.policies import may_read_room_address
from grandequipe.groups.policies import is_member
from grandequipe.members.models import Member
from grandequipe.webinars.models import Registration, RegistrationState

ROOM_OPENS = timedelta(minutes=15)


def joins_later(reader: Member | None, webinar: Webinar, registration: Registration | None) -> bool:
    """Return whether the room is for this reader of the webinar, at whatever hour.

    A seat lets in, for all others it is as the author chose. `registration` is the reader’s own.
    """
    if registration is not None and registration.state is RegistrationState.GOING:
        return True
    if webinar.join_for is JoinFor.MEMBERS:
        return any(is_member(reader, each.group) for each in webinar.published)
    return webinar.join_for is JoinFor.EVERYONE


def is_room_open(webinar: Webinar, now: datetime) -> bool:
    """Return whether people join: from 15 minutes before the start until the end."""
    start, end = webinar.starts_at, webinar.ends_at
    if start is None or end is None or webinar.cancelled_at is not None:
        return False
    return start - ROOM_OPENS <= now < end


def may_join(
    reader: Member | None, webinar: Webinar, registration: Registration | None, now: datetime
) -> bool:
    """Return whether a reader of a webinar is led into its room now; its organisers always are."""
    if may_read_room_address(reader, webinar):
        return True
    return is_room_open(webinar, now) and joins_later(reader, webinar, registration)
