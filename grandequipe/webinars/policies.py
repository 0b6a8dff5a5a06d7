"""The rights around a webinar: to register, to look after registrations, to enter its room."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grandequipe.feed import policies as feed_policies
from grandequipe.feed.models import JoinFor, Webinar
from grandequipe.groups.policies import is_member, may_read
from grandequipe.members.models import Member
from grandequipe.webinars.models import (
    ACTIVE,
    Registration,
    RegistrationSettings,
    RegistrationState,
)
from grandequipe.webinars.queries import find_settings, organises

ROOM_OPENS = timedelta(minutes=15)
# After the end.
NOTED_FOR = timedelta(days=1)


def may_register(member: Member | None, webinar: Webinar) -> bool:
    """Return whether a person registers; a visitor, who is None, where a public group reads it."""
    return why_not_register(member, webinar) is None


def why_not_register(
    member: Member | None, webinar: Webinar, settings: RegistrationSettings | None = None
) -> LazyString | None:
    """Say why a person who sees a webinar may not register; None where they may.

    `settings` are those of the webinar where the caller has them.
    """
    return next(_refusals(member, webinar, settings), None)


def _refusals(
    member: Member | None, webinar: Webinar, settings: RegistrationSettings | None
) -> Iterator[LazyString]:
    if webinar.cancelled_at is not None:
        yield _l("This webinar has been cancelled.")
    if webinar.is_over:
        yield _l("This webinar is over.")
    groups = [each.group for each in webinar.published]
    if not any(may_read(member, group) for group in groups):
        yield _l("You can register once this webinar is published.")
    if all(group.is_archived for group in groups):
        yield _l("This group is archived: you can read it, but nothing in it can be changed.")
    if feed_policies.banning_group(member, webinar) is not None:
        yield _l("You can’t register here: you are banned from the group.")
    if not (settings or find_settings(webinar.id)).is_open:
        yield _l("Registration is closed.")


def may_cancel(member: Member | None, webinar: Webinar) -> bool:
    """Return whether a person cancels a webinar, or has it take place after all: an organiser."""
    return manages_registrations(member, webinar) and not webinar.is_over


def manages_registrations(member: Member | None, webinar: Webinar) -> bool:
    """Authors, managers of the registrations and the groups' moderators look after them."""
    return organises(member, webinar)


def joins_later(reader: Member | None, webinar: Webinar, registration: Registration | None) -> bool:
    """Return whether the room is for this reader of the webinar, at whatever hour.

    A seat lets in, for all others it is as the author chose. `registration` is the reader’s own.
    """
    if _is_shut_out(reader, webinar):
        return False
    if registration is not None and registration.state is RegistrationState.GOING:
        return True
    if webinar.join_for is JoinFor.MEMBERS:
        return any(is_member(reader, each.group) for each in webinar.published)
    return webinar.join_for is JoinFor.EVERYONE


def opening_of(webinar: Webinar) -> datetime | None:
    """Give the instant from which people join: 15 minutes before the start."""
    return webinar.starts_at - ROOM_OPENS if webinar.starts_at else None


def is_room_open(webinar: Webinar, now: datetime) -> bool:
    """Return whether people join: from 15 minutes before the start until the end."""
    return _is_within(webinar, now, timedelta())


def may_join(
    reader: Member | None, webinar: Webinar, registration: Registration | None, now: datetime
) -> bool:
    """Return whether a reader of a webinar is led into its room now; its organisers always are."""
    if _is_shut_out(reader, webinar):
        return False
    if manages_registrations(reader, webinar):
        return True
    return is_room_open(webinar, now) and joins_later(reader, webinar, registration)


def may_give_feedback(registration: Registration, webinar: Webinar) -> bool:
    """Return whether a registered person says whether a webinar was useful: once it is over."""
    is_held = registration.state in ACTIVE and webinar.is_published
    return is_held and webinar.is_over and webinar.cancelled_at is None


def _is_shut_out(member: Member | None, webinar: Webinar) -> bool:
    """Return whether an account is suspended, or banned from a group: its mails still have links.

    Moderators of another group of the webinar are not.
    """
    if member is None or feed_policies.banning_group(member, webinar) is None:
        return member is not None and not member.active
    return not manages_registrations(member, webinar)


def may_mark_attendance(member: Member | None, webinar: Webinar, now: datetime) -> bool:
    """Return whether a person ticks who was there: an organiser, once the room opens."""
    opens = opening_of(webinar)
    return opens is not None and opens <= now and manages_registrations(member, webinar)


def notes_attendance(webinar: Webinar, now: datetime) -> bool:
    """Return whether attendance is noted by code: while people join, and for a day after."""
    return _is_within(webinar, now, NOTED_FOR)


def _is_within(webinar: Webinar, now: datetime, after: timedelta) -> bool:
    opens, end = opening_of(webinar), webinar.ends_at
    if opens is None or end is None or webinar.cancelled_at is not None:
        return False
    return opens <= now < end + after
