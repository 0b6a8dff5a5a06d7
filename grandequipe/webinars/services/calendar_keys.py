"""Keys of private calendars: making and revoking them, and noting that one is used."""

import secrets

from sqlalchemy import delete, select, update

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.queries import digest_of
from grandequipe.webinars.models import MOST_KEYS, CalendarKey


def create_calendar_key(member: Member) -> str:
    """Make a key of a member's calendar and return it: it is stored nowhere.

    A member has MOST_KEYS keys at most; the oldest end, and those from before a change of password.
    """
    key = secrets.token_urlsafe(32)
    of_member = CalendarKey.member_id == member.id
    db.session.execute(
        delete(CalendarKey).where(of_member, CalendarKey.uniquifier != member.fs_uniquifier)
    )
    db.session.add(
        CalendarKey(
            member_id=member.id,
            digest=digest_of(key),
            uniquifier=member.fs_uniquifier,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    newest_first = CalendarKey.created_at.desc(), CalendarKey.id.desc()
    oldest = select(CalendarKey.id).where(of_member).order_by(*newest_first).offset(MOST_KEYS)
    db.session.execute(delete(CalendarKey).where(CalendarKey.id.in_(oldest)))
    return key


def revoke_calendar_key(member: Member, key_id: int) -> None:
    """Delete a key of the member's; programs that have it read nothing any more."""
    own = delete(CalendarKey).where(CalendarKey.id == key_id, CalendarKey.member_id == member.id)
    if db.session.scalar(own.returning(CalendarKey.id)) is None:
        raise NotFound


def note_reading(key: CalendarKey) -> None:
    """Note the day on which a program reads the calendar of a key."""
    today = clock.now().date()
    db.session.execute(
        update(CalendarKey)
        .where(CalendarKey.id == key.id, CalendarKey.read_on.is_distinct_from(today))
        .values(read_on=today)
    )


def erase_calendar_keys(member: Member) -> None:
    """Delete all keys of a member."""
    db.session.execute(delete(CalendarKey).where(CalendarKey.member_id == member.id))
