"""Places and waiting lists: who goes, who waits, to whom a free place is offered.

Guarantees, while every change of a registration locks the row of its webinar:

- The places of those who go and of open offers are never more than the capacity, unless the
  capacity was lowered below those who go: nobody who goes loses a place.
- A free place is offered to the first in line, by line number; who needs several places holds up
  those behind, and who needs more than there are at all is passed over.
- After every change no free place is without an offer as long as someone in line can have it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.events import StreamRef, broadcast, record, record_all
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.webinars.events import RegistrationChanged, RegistrationCounts
from grandequipe.webinars.models import (
    LINE_NUMBERS,
    CancelledBecause,
    Registration,
    RegistrationMode,
    RegistrationState,
)
from grandequipe.webinars.queries import Line, read_committed_counts, read_line
from grandequipe.webinars.services.mails import post_registration_mail

LONGEST_OFFER = timedelta(hours=24)
SHORTEST_OFFER = timedelta(minutes=30)
# Of the time that is left until the start: four people in turn can be offered a place.
SHARE_OF_TIME_LEFT = 4
# Webinars of one transaction of the clock.
MANY = 20


@dataclass(frozen=True)
class Change:
    """A registration that has changed, with the kind of mail to the person, if any."""

    registration: Registration
    mail_kind: str | None = None


def offer_time(until_start: timedelta) -> timedelta:
    """Give how long an offer is open: a quarter of the time left, from 24 hours to 30 minutes."""
    return max(SHORTEST_OFFER, min(LONGEST_OFFER, until_start / SHARE_OF_TIME_LEFT))


def lock_webinar(post_id: int) -> Webinar:
    """Lock the row of a webinar, which every change of its registrations does first; read it anew.

    Memberships are held before it. Several webinars are locked in the order of their ids.
    Raises NotFound where it is gone.
    """
    # NO KEY UPDATE: one at a time, while rows that refer to the webinar are written.
    locked = (
        select(WebinarDetails)
        .where(WebinarDetails.post_id == post_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if db.session.scalar(locked) is None:
        raise NotFound
    webinar = db.session.get(Webinar, post_id)
    if webinar is None or webinar.details is None:
        raise NotFound
    return webinar


def lock_webinars(post_ids: Collection[int]) -> None:
    """Lock the rows of several webinars, and read them anew, before any registration is changed.

    What is recorded of the first one locks streams of members, which no one then waits for who
    holds another one of these.
    """
    locked = select(WebinarDetails).where(WebinarDetails.post_id.in_(list(post_ids)))
    locked = locked.order_by(WebinarDetails.post_id).with_for_update(key_share=True)
    db.session.scalars(locked.execution_options(populate_existing=True)).all()


def offer_places(webinar: Webinar) -> None:
    """Let offers lapse that have ended, and offer every free place to the line.

    For a change of the capacity, the times or the state of a webinar, whose row is locked.
    """
    announce(webinar, arrange_places(webinar))


def expire_offers(now: datetime) -> bool:
    """Do so for some webinars with offers that have ended; return whether there may be more.

    Webinars that others change at this moment are left to them.
    """
    ended = select(Registration.post_id).where(Registration.offer_ends_at <= now)
    due = (
        select(WebinarDetails.post_id)
        .where(WebinarDetails.post_id.in_(ended))
        .order_by(WebinarDetails.post_id)
        .limit(MANY)
        .with_for_update(key_share=True, skip_locked=True)
    )
    post_ids = db.session.scalars(due).all()
    changes = [(post_id, arrange_places(lock_webinar(post_id))) for post_id in post_ids]
    for post_id, changed in changes:
        announce(lock_webinar(post_id), changed)
    return len(post_ids) == MANY


def arrange_places(webinar: Webinar, line: Line | None = None) -> list[Change]:
    """Do the same without any mail: the caller passes what changed to `announce`.

    `line` is what `read_line` has just given.
    """
    now = clock.now()
    line = line or read_line(webinar.id)
    if not _is_in_disorder(webinar, line, now):
        return []
    is_open = webinar.cancelled_at is None and not webinar.is_over
    offers = _list_in_line(webinar.id, RegistrationState.OFFERED)
    changes = [_lapse(each, is_open) for each in offers if _is_ended(each, now)]
    if not is_open:
        return changes
    offers = [each for each in offers if each.state is RegistrationState.OFFERED]
    if webinar.capacity is None:
        waiting = _list_in_line(webinar.id, RegistrationState.WAITING)
        return [*changes, *(go(each) for each in (*offers, *waiting))]
    db.session.flush()
    free = webinar.capacity - read_line(webinar.id).counts.taken
    if free < 0:
        return [*changes, *_withdraw(offers, -free)]
    return [*changes, *_offer(webinar, free, now)]


def _is_in_disorder(webinar: Webinar, line: Line, now: datetime) -> bool:
    """Return whether an offer has ended, there are too many, or a place is free for the line."""
    counts = line.counts
    if line.next_end is not None and line.next_end <= now:
        return True
    if webinar.capacity is None:
        return bool(counts.offered or counts.waiting)
    if counts.waiting and counts.taken < webinar.capacity:
        return True
    return bool(counts.offered) and counts.taken > webinar.capacity


def has_room(webinar: Webinar, places: int, line: Line) -> bool:
    """Return whether a newcomer may take places: none while someone in line can have them.

    `line` is as it stands after `arrange_places`.
    """
    if webinar.capacity is None:
        return True
    if line.counts.taken + places > webinar.capacity:
        return False
    return not (line.counts.waiting and _list_next_in_line(webinar, 1))


def go(registration: Registration) -> Change:
    """Give a registration its places for good."""
    _set(registration, RegistrationState.GOING)
    return Change(registration, "going")


def wait(registration: Registration) -> Change:
    """Put a registration at the end of the line."""
    number = db.session.scalar(select(LINE_NUMBERS.next_value()))
    _set(registration, RegistrationState.WAITING, line_number=number)
    return Change(registration, "waiting")


def want_replay(registration: Registration) -> Change:
    """Keep a registration for the recording alone, which takes no place."""
    _set(registration, RegistrationState.REPLAY)
    return Change(registration, "going")


def cancel(registration: Registration, because: CancelledBecause, mail_kind: str | None) -> Change:
    """Cancel a registration; the caller offers its places."""
    _set(registration, RegistrationState.CANCELLED, because=because)
    return Change(registration, mail_kind)


def announce(webinar: Webinar, changes: Iterable[Change], but: Registration | None = None) -> None:
    """Mail the persons whose registrations changed, and notify open pages; call it last.

    `but` is a registration whose person is not mailed.
    """
    last = {each.registration.id: each for each in _flushed(changes)}
    if not last:
        return
    for change in last.values():
        if change.mail_kind and change.registration is not but:
            post_registration_mail(change.registration, change.mail_kind)
    _broadcast_counts(webinar)
    events = [
        (
            each.registration.member.stream,
            RegistrationChanged(
                subject_id=webinar.id, actor_id=None, state=each.registration.state.value
            ),
        )
        for each in last.values()
        if each.registration.member is not None
    ]
    if len(events) == 1:
        record(*events[0])
    else:
        record_all(events)


def _broadcast_counts(webinar: Webinar) -> None:
    """Send the figures to open pages, read after the commit: others wait for the webinar."""
    streams = [(each.group.stream, each.group.slug) for each in webinar.published]
    broadcast(partial(_read_counts, webinar.id, webinar.capacity, streams))


def _read_counts(
    post_id: int, capacity: int | None, streams: Sequence[tuple[StreamRef, str]]
) -> list[tuple[StreamRef, RegistrationCounts]]:
    # What is read later is newer.
    at, counts = clock.now(), read_committed_counts(post_id)
    return [
        (
            stream,
            RegistrationCounts(
                subject_id=post_id,
                at=at,
                group_slug=slug,
                going=counts.going,
                offered=counts.offered,
                waiting=counts.waiting,
                capacity=capacity,
            ),
        )
        for stream, slug in streams
    ]


def _flushed(changes: Iterable[Change]) -> Sequence[Change]:
    db.session.flush()
    return list(changes)


def _is_ended(registration: Registration, now: datetime) -> bool:
    return registration.offer_ends_at is not None and registration.offer_ends_at <= now


def _lapse(registration: Registration, is_open: bool) -> Change:
    """End an offer that nobody answered; after the webinar there is no next one in the line."""
    if is_open:
        return cancel(registration, CancelledBecause.UNANSWERED, "offer_over")
    return _back_to_line(registration, None)


def _back_to_line(registration: Registration, mail_kind: str | None) -> Change:
    number = registration.line_number
    _set(registration, RegistrationState.WAITING, line_number=number)
    return Change(registration, mail_kind)


def _withdraw(offers: Sequence[Registration], excess: int) -> list[Change]:
    """Take back offers where the capacity was lowered, the last in line first.

    Each keeps its place in the line.
    """
    changes = []
    for offered in reversed(offers):
        if excess <= 0:
            break
        excess -= offered.places
        changes.append(_back_to_line(offered, "waiting"))
    return changes


def _offer(webinar: Webinar, free: int, now: datetime) -> list[Change]:
    changes = []
    for registration in _list_next_in_line(webinar, free):
        if registration.places > free:
            break
        free -= registration.places
        changes.append(_offer_to(registration, webinar, now))
    return changes


def _offer_to(registration: Registration, webinar: Webinar, now: datetime) -> Change:
    if (details := webinar.details) is None:
        raise NotFound
    until = min(now + offer_time(details.starts_at - now), details.ends_at)
    number = registration.line_number
    _set(registration, RegistrationState.OFFERED, line_number=number, until=until)
    return Change(registration, "offered")


def _list_in_line(post_id: int, state: RegistrationState) -> Sequence[Registration]:
    query = select(Registration).where(Registration.post_id == post_id, Registration.state == state)
    query = query.order_by(Registration.line_number).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def _list_next_in_line(webinar: Webinar, most: int) -> Sequence[Registration]:
    """List the first in line who can ever have a place."""
    if most < 1:
        return ()
    query = (
        select(Registration)
        .where(
            Registration.post_id == webinar.id,
            Registration.state == RegistrationState.WAITING,
            Registration.places <= webinar.capacity,
        )
        .order_by(Registration.line_number)
        .limit(most)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def _set(
    registration: Registration,
    state: RegistrationState,
    *,
    line_number: int | None = None,
    until: datetime | None = None,
    because: CancelledBecause | None = None,
) -> None:
    registration.state, registration.state_changed_at = state, clock.now()
    registration.line_number, registration.offer_ends_at = line_number, until
    registration.cancelled_because = because
    if state is not RegistrationState.CANCELLED:
        is_replay = state is RegistrationState.REPLAY
        registration.mode = RegistrationMode.REPLAY if is_replay else RegistrationMode.SEAT
    if registration not in db.session:
        db.session.add(registration)
    db.session.flush()
