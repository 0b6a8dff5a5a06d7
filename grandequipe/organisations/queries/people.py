"""The people of an organisation: who says they belong, who is confirmed, who runs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select, true

from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.queries.profiles import profile_shown_to
from grandequipe.members.models import (
    BelongingRefusal,
    Member,
    Organisation,
    OrganisationManager,
    ProfileField,
    Viewer,
)

MOST_MANAGERS = 50
MOST_REFUSALS = 100
# Members whose profiles other members read, as `members.queries.get_member` says.
IS_SHOWN = and_(Member.active, Member.confirmed_at.is_not(None))


class RefusedMember(NamedTuple):
    """A member of whom an organisation said that they do not belong to it."""

    member: Member
    refused_at: datetime


def list_people(
    organisation: Organisation,
    seen_by: Member | None,
    cursor: str | None = None,
    *,
    confirmed: bool,
    by_manager: bool = False,
) -> Window[Member]:
    """List who belongs to an organisation, confirmed or not, as far as they show it to the viewer.

    Newest accounts first; raise Invalid for a cursor. Managers see all whom they confirmed, who
    write in the name of the organisation.
    """
    at = Member.organisation_confirmed_at
    query = _belonging(organisation).where(at.is_not(None) if confirmed else at.is_(None))
    if not (confirmed and by_manager):
        query = query.where(_is_shown(seen_by))
    return paginate(query, Order(Member.created_at, Member.id), cursor, DEFAULT_LIMIT)


def count_people(
    organisation: Organisation, seen_by: Member | None, *, confirmed: bool | None = None
) -> int:
    """Count who belongs to an organisation, as far as they show it to the viewer."""
    at = Member.organisation_confirmed_at
    which: ColumnElement[bool] = true()
    if confirmed is not None:
        which = at.is_not(None) if confirmed else at.is_(None)
    query = (
        _belonging(organisation)
        .where(which, _is_shown(seen_by))
        .with_only_columns(func.count(Member.id))
    )
    return db.session.scalar(query) or 0


def _is_shown(viewer: Viewer | None) -> ColumnElement[bool]:
    return profile_shown_to(ProfileField.ORGANISATION, viewer)


def _belonging(organisation: Organisation) -> Select[Member]:
    return select(Member).where(Member.organisation_id == organisation.id, IS_SHOWN)


def find_belonging(organisation: Organisation, member_id: int) -> Member | None:
    """Find an active member who says that they belong to an organisation."""
    return db.session.scalar(_belonging(organisation).where(Member.id == member_id))


def list_managers(organisation: Organisation) -> Sequence[Member]:
    """List the active members who run an organisation, those of the longest time first."""
    return db.session.scalars(
        _managing(organisation)
        .order_by(OrganisationManager.since, OrganisationManager.member_id)
        .limit(MOST_MANAGERS)
    ).all()


def count_managers(organisation: Organisation) -> int:
    """Count the active members who run an organisation."""
    return db.session.scalar(_managing(organisation).with_only_columns(func.count(Member.id))) or 0


def _managing(organisation: Organisation) -> Select[Member]:
    return (
        select(Member)
        .join(OrganisationManager, OrganisationManager.member_id == Member.id)
        .where(OrganisationManager.organisation_id == organisation.id, IS_SHOWN)
    )


def list_refused(organisation: Organisation) -> Sequence[RefusedMember]:
    """List the members whom an organisation refused, the last ones first."""
    query = (
        select(Member, BelongingRefusal.refused_at)
        .join(BelongingRefusal, BelongingRefusal.member_id == Member.id)
        .where(BelongingRefusal.organisation_id == organisation.id, IS_SHOWN)
        .order_by(BelongingRefusal.refused_at.desc(), Member.id)
        .limit(MOST_REFUSALS)
    )
    return [RefusedMember(*row) for row in db.session.execute(query)]


def list_managed(member: Member) -> Sequence[Organisation]:
    """List the organisations that a member runs, by name."""
    return db.session.scalars(
        select(Organisation)
        .join(OrganisationManager, OrganisationManager.organisation_id == Organisation.id)
        .where(OrganisationManager.member_id == member.id)
        .order_by(Organisation.name)
    ).all()
