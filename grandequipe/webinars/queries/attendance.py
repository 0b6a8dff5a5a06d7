"""Reading who was there, for those who look after the registrations."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.members.models import Member
from grandequipe.webinars.models import ACTIVE, Registration, RegistrationState
from grandequipe.webinars.queries.organisers import organises

MOST_LISTED = 200
# É stands beside E, and is found by it.
NAME = func.lower(func.unaccent(func.coalesce(Member.display_name, Registration.name)))


class Attendance(NamedTuple):
    """Of a webinar: how many registrations are for a seat, and how many people of all came."""

    going: int
    attended: int


def list_to_mark(webinar: Webinar, seen_by: Member, named: str = "") -> Sequence[Registration]:
    """List the registrations in the order of the names, those with a part of a name only.

    At most MOST_LISTED; raises NotFound for who does not look after the registrations.
    """
    _require_organiser(webinar, seen_by)
    query = (
        select(Registration)
        .outerjoin(Registration.member)
        .options(contains_eager(Registration.member))
        .where(_active(webinar))
        .order_by(NAME, Registration.id)
        .limit(MOST_LISTED)
    )
    if named:
        query = query.where(func.strpos(NAME, func.lower(func.unaccent(named))) > 0)
    return db.session.scalars(query).all()


def get_to_mark(webinar: Webinar, registration_id: int, seen_by: Member) -> Registration:
    """Get one of them, or raise NotFound."""
    _require_organiser(webinar, seen_by)
    found = db.session.scalar(
        select(Registration).where(_active(webinar), Registration.id == registration_id)
    )
    if found is None:
        raise NotFound
    return found


def count_attendance(webinar: Webinar, seen_by: Member) -> Attendance:
    """Count those who go and those who came."""
    _require_organiser(webinar, seen_by)
    going = func.count().filter(Registration.state == RegistrationState.GOING)
    attended = func.count().filter(Registration.attended_at.is_not(None))
    return Attendance(*db.session.execute(select(going, attended).where(_active(webinar))).one())


def _active(webinar: Webinar) -> ColumnElement[bool]:
    is_listed = or_(Registration.state.in_(ACTIVE), Registration.attended_at.is_not(None))
    return and_(Registration.post_id == webinar.id, is_listed)


def _require_organiser(webinar: Webinar, member: Member) -> None:
    if not organises(member, webinar):
        raise NotFound
