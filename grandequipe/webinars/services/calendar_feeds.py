"""Calendars that programs read again and again: of one event, of a group, and a member's own.

A feed is kept under the positions of the streams in which everything that it shows is recorded.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from grandequipe.config import LOCALES
from grandequipe.core import clock
from grandequipe.core.calendars import CalendarEvent, EventStatus, uid_of, write_calendar
from grandequipe.core.feeds import Feed
from grandequipe.core.lines import isolated, one_line
from grandequipe.core.mail import rendering
from grandequipe.feed.models import Kind
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.webinars.models import (
    AgendaEntry,
    AgendaFilter,
    AgendaPeriod,
    AgendaScope,
    RegistrationState,
)
from grandequipe.webinars.queries.agenda import list_agenda
from grandequipe.webinars.queries.calendar_state import find_group_position, find_member_state

MOST_COMING, MOST_PAST = 5000, 1000
# What is over for longer is left out, as far as MOST_PAST goes.
PAST = timedelta(days=365)
# What is kept has this form; with another name programs read all calendars anew.
FORM = "calendar-1"
# The id in the address from which all others are made.
MARK = 10**17
UNCERTAIN = (RegistrationState.WAITING, RegistrationState.OFFERED)


def event_calendar(entry: AgendaEntry, locale: str) -> bytes:
    """Write the calendar of one event, for its reader."""
    with rendering.in_language_of(locale):
        return write_calendar([EventWriter().event(entry, blocks_time=True)], one_line(entry.title))


def group_feed(group: Group, seen_by: Member | None) -> Feed:
    """Give the calendar of a group, for a reader who may read it; it says the same to all."""
    locale = group.language if group.language in LOCALES else rendering.default_locale()
    state = ("group", group.id, find_group_position(group), group.name, locale)

    def make() -> bytes:
        entries = _list_entries(AgendaFilter(group_id=group.id), seen_by)
        with rendering.in_language_of(locale):
            write = EventWriter().event
            events = [write(entry, blocks_time=False, is_own=False) for entry in entries]
            return write_calendar(events, one_line(group.name))

    return Feed(FORM, state, make)


def member_feed(member: Member, *, only_registered: bool = False) -> Feed:
    """Give the calendar of a member: the dates of their groups, and what they registered for.

    Only the latter makes them busy; with `only_registered` it has nothing else.
    """
    scope = AgendaScope.REGISTERED if only_registered else AgendaScope.GROUPS
    state = ("member", member.id, find_member_state(member), member.locale, scope)

    def make() -> bytes:
        entries = _list_entries(AgendaFilter(scope), member)
        with rendering.in_language_of(member.locale):
            write = EventWriter().event
            events = [
                write(entry, blocks_time=entry.is_registered or entry.is_organised)
                for entry in entries
            ]
            return write_calendar(events, rendering.site_name())

    return Feed(FORM, state, make)


def _list_entries(wanted: AgendaFilter, seen_by: Member | None) -> Sequence[AgendaEntry]:
    coming = list_agenda(wanted, seen_by, AgendaPeriod.COMING, limit=MOST_COMING).items
    past = list_agenda(wanted, seen_by, AgendaPeriod.PAST, limit=MOST_PAST).items
    since = clock.now() - PAST
    return [*coming, *(entry for entry in past if entry.starts_at > since)]


class EventWriter:
    """Writes entries of the agenda as events, in the language of the moment it is made.

    Addresses and sentences are made once: a feed has thousands of events.
    """

    def __init__(self) -> None:
        self._page = _prefix("feed.post_page")
        self._room = rendering.address_of("webinars.room", post_id=MARK).partition(str(MARK))[2]
        self._join = _("To join: %(address)s", address="").rstrip()
        self._more = _("Read more: %(address)s", address="").rstrip()
        self._deadline = _("Deadline: %(title)s", title="").rstrip()

    def event(self, entry: AgendaEntry, *, blocks_time: bool, is_own: bool = True) -> CalendarEvent:
        """Write one; `is_own` says where its reader's registration stands, too."""
        changes = (entry.created_at, entry.edited_at, entry.cancelled_at)
        title, page = entry.title, f"{self._page}{entry.id}"
        room = f"{page}{self._room}" if entry.has_room else ""
        if entry.kind == Kind.CALL:
            title = f"{self._deadline} {isolated(title)}"
        status = EventStatus.CONFIRMED
        if entry.is_cancelled:
            status = EventStatus.CANCELLED
        elif is_own and entry.registration in UNCERTAIN:
            status = EventStatus.TENTATIVE
        # First what must not be cut off where programs, or addresses, take only so much.
        said = [f"{self._join} {room}"] if room else []
        said.append(f"{self._more} {page}")
        return CalendarEvent(
            uid=uid_of(POST_SUBJECT, entry.id, entry.created_at),
            starts_at=entry.starts_at,
            ends_at=None if entry.is_moment else entry.ends_at,
            time_zone=entry.time_zone or "UTC",
            title=title,
            changed_at=max(each for each in changes if each),
            sequence=entry.revision,
            description="\n\n".join([*said, entry.summary] if entry.summary else said),
            place=one_line(entry.venue) if entry.venue else room,
            url=page,
            status=status,
            blocks_time=blocks_time and not entry.is_moment,
        )


def _prefix(endpoint: str) -> str:
    return rendering.address_of(endpoint, post_id=MARK).removesuffix(str(MARK))
