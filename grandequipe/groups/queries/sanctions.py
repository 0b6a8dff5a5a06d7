"""Queries of sanctions; their reasons are for moderators and for the person concerned."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import LASTING, Group, Sanction, SanctionKind
from grandequipe.members.models import Member


def in_force(now: datetime) -> ColumnElement[bool]:
    """Say which sanctions are in force at an instant; warnings never are."""
    return and_(
        Sanction.kind != SanctionKind.WARNING,
        Sanction.lifted_at.is_(None),
        or_(Sanction.until.is_(None), Sanction.until > now),
    )


def find_sanction(member: Member, group: Group, kind: SanctionKind) -> Sanction | None:
    """Find the sanction of a kind that is in force, the newest of several."""
    return db.session.scalar(
        select(Sanction)
        .where(
            Sanction.group_id == group.id,
            Sanction.member_id == member.id,
            Sanction.kind == kind,
            in_force(clock.now()),
        )
        .order_by(Sanction.id.desc())
        .limit(1)
    )


def find_end_of_mute(member: Member, group: Group) -> datetime | None:
    """Find until when a person is muted, LASTING for no end; None where they are not."""
    sanction = find_sanction(member, group, SanctionKind.MUTE)
    return (sanction.until or LASTING) if sanction else None


def get_sanction(sanction_id: int, group: Group) -> Sanction:
    """Get a sanction of a group, for its moderators; raise NotFound for any other."""
    people = joinedload(Sanction.member), joinedload(Sanction.given_by)
    found = db.session.get(Sanction, sanction_id, options=people)
    if found is None or found.group_id != group.id:
        raise NotFound
    return found


def list_sanctions(
    group: Group,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    member: Member | None = None,
    only_in_force: bool = False,
) -> Window[Sanction]:
    """List the sanctions of a group, for its moderators, newest first."""
    query = (
        select(Sanction)
        .options(joinedload(Sanction.member), joinedload(Sanction.given_by))
        .where(Sanction.group_id == group.id)
    )
    if member is not None:
        query = query.where(Sanction.member_id == member.id)
    if only_in_force:
        query = query.where(in_force(clock.now()))
    return paginate(query, Order(Sanction.since, Sanction.id), cursor, limit)


def list_own_sanctions(group: Group, seen_by: Member) -> Sequence[Sanction]:
    """List what is in force against the viewer in a group, with its reasons."""
    return db.session.scalars(
        select(Sanction)
        .where(
            Sanction.group_id == group.id,
            Sanction.member_id == seen_by.id,
            in_force(clock.now()),
        )
        .order_by(Sanction.id)
    ).all()
