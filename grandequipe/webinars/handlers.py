"""What follows for registrations from events of posts, groups and accounts."""

from datetime import datetime
from typing import cast

from sqlalchemy import select

from grandequipe.core.errors import NotFound
from grandequipe.core.events import EventRecord, handles
from grandequipe.extensions import db
from grandequipe.feed.events import (
    PostEdited,
    PostRemoved,
    WebinarCancelled,
    WebinarReinstated,
    WebinarRescheduled,
)
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.groups.events import GroupChanged, MemberLeft, PersonExcluded
from grandequipe.groups.queries import find_group
from grandequipe.members.events import ProfileChanged
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member
from grandequipe.webinars import services
from grandequipe.webinars.services import replays


@handles(PostEdited)
def offer_places_of_edited_webinar(event_record: EventRecord) -> None:
    """Offer the places of a webinar whose capacity may have changed."""
    try:
        webinar = services.lock_webinar(event_record.subject_id)
    except NotFound:
        return
    services.offer_places(webinar)


@handles(PostEdited)
def follow_address_of_recording(event_record: EventRecord) -> None:
    """Keep with a webinar that is over the recording whose address its author wrote."""
    try:
        replays.follow_address(event_record.subject_id)
    except NotFound:
        return


@handles(MemberLeft)
def cancel_registrations_of_leaver(event_record: EventRecord) -> None:
    """Cancel the registrations that a former member loses with the group."""
    member = find_member(event_record.subject_id)
    if member is not None:
        group_id = cast(MemberLeft, event_record.event).group_id
        services.cancel_unreadable(member, group_id)


@handles(PersonExcluded)
def cancel_registrations_of_banned(event_record: EventRecord) -> None:
    """Cancel the registrations in a group of a person who was banned and no member of it."""
    own = select(Member).where(Member.stream_id == event_record.stream_id)
    if member := db.session.scalar(own):
        services.cancel_unreadable(member, event_record.subject_id)


@handles(GroupChanged)
def cancel_registrations_out_of_sight(event_record: EventRecord) -> None:
    """Cancel the registrations of those who read nothing more in a group that is private now."""
    group = find_group(event_record.subject_id)
    if group is not None and not group.is_public:
        services.cancel_all_unreadable(group.id)


@handles(ProfileChanged)
def erase_registrations_of_closed_account(event_record: EventRecord) -> None:
    """Erase the registrations of an account, once closed."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        services.erase_registrations(member)


@handles(WebinarRescheduled)
def mail_new_time(event_record: EventRecord) -> None:
    """Mail the new time to those registered; once, in however many groups the webinar is."""
    event = cast(WebinarRescheduled, event_record.event)
    details = db.session.get(WebinarDetails, event.subject_id, populate_existing=True)
    if details is not None:
        before = (_instant(event.starts_at_before), _instant(event.ends_at_before))
        services.post_moved_mails(details, event.revision, before, since=event_record.at)


@handles(WebinarCancelled)
def mail_cancellation(event_record: EventRecord) -> None:
    """Mail those registered, and those who wait, that the webinar does not take place."""
    event = cast(WebinarCancelled, event_record.event)
    services.post_cancelled_mails(event.subject_id, _instant(event.cancelled_at))


@handles(WebinarReinstated)
def mail_reinstatement(event_record: EventRecord) -> None:
    """Mail those who have read of the cancellation that the webinar takes place."""
    event = cast(WebinarReinstated, event_record.event)
    services.post_reinstated_mails(event.subject_id, _instant(event.cancelled_at))


@handles(PostRemoved)
def mail_removal(event_record: EventRecord) -> None:
    """Mail those registered to a webinar that is gone from all of its groups."""
    webinar = db.session.get(Webinar, event_record.subject_id)
    if webinar is None or webinar.is_over or webinar.cancelled_at is not None:
        return
    if all(placement.is_removed for placement in webinar.placements):
        services.post_cancelled_mails(webinar.id, None)


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)
