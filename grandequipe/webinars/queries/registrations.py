"""Reading registrations: a person's own, the places taken, and the list of an organiser."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, case, func, select
from sqlalchemy.orm import contains_eager

from grandequipe.core.connections import read_alone
from grandequipe.core.errors import NotFound
from grandequipe.core.windows import LARGEST_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.members.models import Member
from grandequipe.webinars.models import ACTIVE, Registration, RegistrationState
from grandequipe.webinars.queries.organisers import organises


class PlaceCounts(NamedTuple):
    """The places of a webinar by state: a registration for three people counts three times."""

    going: int = 0
    offered: int = 0
    waiting: int = 0
    replay: int = 0

    @property
    def taken(self) -> int:
        """Give the places that count against the capacity."""
        return self.going + self.offered


# Built once: everybody who registers executes them.
_SUMS = [
    func.coalesce(func.sum(Registration.places).filter(Registration.state == state), 0)
    for state in PlaceCounts._fields
]
_ACTIVE_HERE = (
    Registration.post_id == any_(bindparam("posts", type_=ARRAY(BigInteger))),
    Registration.state.in_(ACTIVE),
)
_COUNTS = select(Registration.post_id, *_SUMS).where(*_ACTIVE_HERE).group_by(Registration.post_id)
_LINE: Any = (
    select(*_SUMS, func.min(Registration.offer_ends_at))
    .where(*_ACTIVE_HERE)
    .group_by(Registration.post_id)
)


def count_places(post_ids: Collection[int]) -> Mapping[int, PlaceCounts]:
    """Count the places of several webinars in one statement; every id has an entry."""
    counts = dict.fromkeys(post_ids, PlaceCounts())
    if not counts:
        return counts
    for post_id, *numbers in db.session.execute(_COUNTS, {"posts": list(counts)}):
        counts[post_id] = PlaceCounts(*numbers)
    return counts


class Line(NamedTuple):
    """The places of one webinar, and when its first open offer ends, None without one."""

    counts: PlaceCounts
    next_end: datetime | None


def read_line(post_id: int) -> Line:
    """Read how many places are taken and waited for, and when an offer ends next."""
    row = db.session.execute(_LINE, {"posts": [post_id]}).one_or_none()
    if row is None:
        return Line(PlaceCounts(), None)
    *numbers, next_end = row
    return Line(PlaceCounts(*numbers), next_end)


def read_committed_counts(post_id: int) -> PlaceCounts:
    """Read how many places are taken and waited for by what is committed, in one trip."""
    rows = read_alone(_COUNTS, {"posts": [post_id]})
    return PlaceCounts(*rows[0][1:]) if rows else PlaceCounts()


def find_registration(post_id: int, member: Member | None) -> Registration | None:
    """Find a member's registration to a webinar, a cancelled one too; None for visitors."""
    return find_states([post_id], member).get(post_id)


def find_states(post_ids: Collection[int], member: Member | None) -> Mapping[int, Registration]:
    """Find a member's registrations to several webinars, cancelled ones too, by the post's id."""
    if member is None or not post_ids:
        return {}
    query = select(Registration).where(
        Registration.member_id == member.id, Registration.post_id.in_(list(post_ids))
    )
    return {each.post_id: each for each in db.session.scalars(query)}


def find_confirmed(post_id: int, email_key: str | None) -> Registration | None:
    """Find what a visitor's mailbox has confirmed at a webinar, a cancelled registration too."""
    query = select(Registration).where(
        Registration.post_id == post_id,
        Registration.email_key == email_key,
        Registration.state != RegistrationState.UNCONFIRMED,
    )
    return db.session.scalar(query)


def get_registration(registration_id: int) -> Registration:
    """Get a registration by its id, or raise NotFound; the caller has checked who asks."""
    registration = db.session.get(Registration, registration_id)
    if registration is None:
        raise NotFound
    return registration


def list_active_of_member(member: Member) -> Sequence[Registration]:
    """List the registrations of a member that are not cancelled, in the order of their webinars."""
    query = select(Registration).where(
        Registration.member_id == member.id, Registration.state.in_(ACTIVE)
    )
    return db.session.scalars(query.order_by(Registration.post_id)).all()


def place_in_line(registration: Registration) -> int:
    """Give the place in the waiting list, 1 for the next; 0 for a registration that waits not."""
    if registration.state is not RegistrationState.WAITING:
        return 0
    query = select(func.count()).where(
        Registration.post_id == registration.post_id,
        Registration.state == RegistrationState.WAITING,
        Registration.line_number <= registration.line_number,
    )
    return db.session.scalar(query) or 0


_RANK = case(
    {state.value: rank for rank, state in enumerate((*ACTIVE, RegistrationState.CANCELLED))},
    value=Registration.state,
)


def list_registrations(webinar: Webinar, seen_by: Member | None) -> Sequence[Registration]:
    """List the confirmed registrations of a webinar, cancelled ones last, for an organiser.

    Those who go stand first in the order of their registration, then the waiting list in its
    order. Raises NotFound for everybody else.
    """
    if not organises(seen_by, webinar):
        raise NotFound
    order = _RANK, Registration.line_number, Registration.id
    return db.session.scalars(_of_webinar(webinar).order_by(*order)).all()


NEWEST_FIRST = Order(Registration.state_changed_at, Registration.id)


def list_registrations_page(
    webinar: Webinar,
    seen_by: Member | None,
    state: RegistrationState | None,
    cursor: str | None,
    limit: int = LARGEST_LIMIT,
) -> Window[Registration]:
    """List a page of them, those that changed last first; NotFound as above."""
    if not organises(seen_by, webinar):
        raise NotFound
    query = _of_webinar(webinar)
    if state is not None:
        query = query.where(Registration.state == state)
    return paginate(query, NEWEST_FIRST, cursor, limit)


def find_places_in_line(post_id: int) -> Mapping[int, int]:
    """Give the place in the waiting list of each registration that waits, by its id."""
    query = (
        select(Registration.id)
        .where(
            Registration.post_id == post_id,
            Registration.state == RegistrationState.WAITING,
        )
        .order_by(Registration.line_number)
    )
    return {each: place for place, each in enumerate(db.session.scalars(query), 1)}


def _of_webinar(webinar: Webinar) -> Select[Any]:
    return (
        select(Registration)
        .outerjoin(Registration.member)
        .options(contains_eager(Registration.member))
        .where(
            Registration.post_id == webinar.id,
            Registration.state != RegistrationState.UNCONFIRMED,
        )
    )
