"""Queries of pending invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Invitation, InvitationLink
from grandequipe.members.models import Member


def list_invited(
    group: Group, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[Invitation]:
    """List a group's pending invitations as their senders typed them, newest first."""
    query = (
        select(Invitation)
        .options(joinedload(Invitation.member), joinedload(Invitation.invited_by))
        .where(Invitation.group_id == group.id)
    )
    return paginate(query, Order(Invitation.created_at, Invitation.id), cursor, limit)


def get_invitation(group: Group, invitation_id: int) -> Invitation:
    """Get one invitation of a group, or raise NotFound."""
    found = find_invitation(invitation_id)
    if found is None or found.group_id != group.id:
        raise NotFound
    return found


def find_invitation(invitation_id: int) -> Invitation | None:
    """Find an invitation, or None where it was accepted or withdrawn."""
    return db.session.get(Invitation, invitation_id)


def list_invitations_to(email: str) -> Sequence[Invitation]:
    """List the pending invitations to an address."""
    return db.session.scalars(
        select(Invitation).where(Invitation.email == email).order_by(Invitation.id)
    ).all()


def list_invitations_of(group: Group, sender_id: int | None = None) -> Sequence[Invitation]:
    """List the pending invitations of a group, or those from one sender."""
    query = (
        select(Invitation)
        .options(joinedload(Invitation.invited_by))
        .where(Invitation.group_id == group.id)
        .order_by(Invitation.id)
    )
    if sender_id is not None:
        query = query.where(Invitation.invited_by_id == sender_id)
    return db.session.scalars(query).all()


def find_invitation_before(day: datetime) -> Invitation | None:
    """Find a pending invitation from before a time."""
    return db.session.scalar(select(Invitation).where(Invitation.created_at < day).limit(1))


def find_invitation_by_name(member: Member, group: Group) -> Invitation | None:
    """Find the invitation sent to a member by name: the only kind that may be shown to others."""
    return db.session.scalar(select(Invitation).where(is_by_name(member, group)))


def find_invitation_to(member: Member, group: Group) -> Invitation | None:
    """Find the newest invitation of a person, by name or by address, to show to that person."""
    return db.session.scalar(
        select(Invitation)
        .options(joinedload(Invitation.invited_by))
        .where(is_for(member, group))
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(1)
    )


def is_by_name(member: Member, group: Group) -> ColumnElement[bool]:
    """Filter the invitation of a group that was sent to a person by name."""
    return (Invitation.group_id == group.id) & (Invitation.member_id == member.id)


def is_for(member: Member, group: Group) -> ColumnElement[bool]:
    """Filter the invitations of a group to a person, by name or by address."""
    theirs = or_(Invitation.member_id == member.id, Invitation.email == member.email)
    return (Invitation.group_id == group.id) & theirs


def find_link(key: str) -> InvitationLink | None:
    """Find an invitation link by its key."""
    return db.session.scalar(
        select(InvitationLink)
        .options(joinedload(InvitationLink.created_by))
        .where(InvitationLink.key == key)
    )


def get_link(group: Group, link_id: int) -> InvitationLink:
    """Get a link of a group, or raise NotFound."""
    found = db.session.get(InvitationLink, link_id)
    if found is None or found.group_id != group.id:
        raise NotFound
    return found


def list_links(group: Group) -> Sequence[InvitationLink]:
    """List the links of a group, newest first, those that are over too."""
    return db.session.scalars(
        select(InvitationLink)
        .where(InvitationLink.group_id == group.id)
        .order_by(InvitationLink.id.desc())
        .limit(20)
    ).all()


def count_invited(group: Group) -> tuple[int, int]:
    """Count a group's invitations to addresses that wait, and those whose mail is on its way."""
    row = db.session.execute(
        select(func.count(), func.count().filter(Invitation.handled_at.is_(None))).where(
            Invitation.group_id == group.id, Invitation.email.is_not(None)
        )
    ).one()
    return row[0], row[1]
