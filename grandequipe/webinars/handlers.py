"""What follows for registrations from events of posts, groups and accounts."""

from typing import cast

from grandequipe.core.errors import NotFound
from grandequipe.core.events import EventRecord, handles
from grandequipe.feed.events import PostEdited
from grandequipe.groups.events import MemberLeft
from grandequipe.members.events import ProfileChanged
from grandequipe.members.queries import find_member
from grandequipe.webinars import services


@handles(PostEdited)
def offer_places_of_edited_webinar(event_record: EventRecord) -> None:
    """Offer the places of a webinar whose capacity may have changed."""
    try:
        webinar = services.lock_webinar(event_record.subject_id)
    except NotFound:
        return
    services.offer_places(webinar)


@handles(MemberLeft)
def cancel_registrations_of_leaver(event_record: EventRecord) -> None:
    """Cancel the registrations to webinars that a former member no longer reads."""
    member = find_member(event_record.subject_id)
    if member is not None:
        group_id = cast(MemberLeft, event_record.event).group_id
        services.cancel_unreadable(member, group_id)


@handles(ProfileChanged)
def erase_registrations_of_closed_account(event_record: EventRecord) -> None:
    """Erase the registrations of an account, once closed."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        services.erase_registrations(member)
