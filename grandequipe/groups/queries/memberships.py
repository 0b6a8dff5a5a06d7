"""Queries of memberships."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, event, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from grandequipe.core import clock
from grandequipe.core.events import StreamRef
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import (
    Group,
    Invitation,
    JoinPolicy,
    Membership,
    MembershipState,
    OwnershipOffer,
    Role,
)
from grandequipe.members.models import Member, stream_of

MEMBERSHIP_CACHE = "memberships"
# Of those who look after a group, on its page.
MOST_SHOWN = 12
# Members of a group that vouches for those who look after it, and such as make several.
VOUCHING_SIZE, SEVERAL = 5, 2
OFFER_LASTS = timedelta(days=30)
# Not IN: SQLAlchemy expands its list anew at each execution.
MODERATES = or_(Membership.role == Role.OWNER, Membership.role == Role.MODERATOR)


def find_membership(member: Member | None, group: Group) -> Membership | None:
    """Find a person's membership of a group, in whatever state; none where a ban has ended.

    A page asks a dozen times, through its policies, and the database once: the result is cached in
    the session, None too, until it flushes, locks a group or ends its transaction.
    """
    if member is None:
        return None
    known, key = db.session.info.setdefault(MEMBERSHIP_CACHE, {}), (group.id, member.id)
    if key not in known:
        known[key] = db.session.get(Membership, key)
    membership: Membership | None = known[key]
    return None if membership is not None and membership.is_over else membership


def remember_membership(member: Member, group: Group, membership: Membership | None) -> None:
    """Cache a membership, or None, that another query has just read."""
    db.session.info.setdefault(MEMBERSHIP_CACHE, {})[group.id, member.id] = membership


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_soft_rollback")
def forget_memberships(session: Session, *_: object) -> None:
    """Clear the session's cache of memberships."""
    session.info.pop(MEMBERSHIP_CACHE, None)


def list_memberships(member: Member) -> Sequence[Membership]:
    """List a person's active memberships, by the groups' names."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.group)
        .where(Membership.member_id == member.id, Membership.state == MembershipState.ACTIVE)
        .order_by(Group.name)
    ).all()


def list_memberships_in(member: Member) -> Sequence[Membership]:
    """List a person's memberships in every state, by group id."""
    return db.session.scalars(
        select(Membership).where(Membership.member_id == member.id).order_by(Membership.group_id)
    ).all()


def list_invitations(member: Member) -> Sequence[Membership]:
    """List the memberships of a person who is invited."""
    return db.session.scalars(
        select(Membership).where(
            Membership.member_id == member.id, Membership.state == MembershipState.INVITED
        )
    ).all()


def find_memberships(member: Member | None, groups: Sequence[Group]) -> Mapping[int, Membership]:
    """Find a person's memberships of some groups, by group id."""
    if member is None or not groups:
        return {}
    found = db.session.scalars(
        select(Membership).where(
            Membership.member_id == member.id,
            Membership.group_id.in_([group.id for group in groups]),
        )
    )
    return {membership.group_id: membership for membership in found if not membership.is_over}


def find_known(groups: Sequence[Group], member_ids: Collection[int]) -> Collection[int]:
    """Find which of some people belong to one of the groups, or are banned from it."""
    if not groups or not member_ids:
        return set()
    known = (MembershipState.ACTIVE, MembershipState.BANNED)
    return db.session.scalars(
        select(Membership.member_id).where(
            Membership.group_id.in_([group.id for group in groups]),
            Membership.member_id.in_(member_ids),
            Membership.state.in_(known),
        )
    ).all()


def list_members(
    group: Group,
    state: MembershipState = MembershipState.ACTIVE,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Membership]:
    """List the memberships of a group in one state, newest first.

    Of the invited only those invited by name: an address must not show whose account it is.
    """
    query = (
        select(Membership)
        .options(joinedload(Membership.member))
        .where(Membership.group_id == group.id, Membership.state == state)
    )
    if state is MembershipState.INVITED:
        query = query.where(Membership.member_id.in_(_invited_by_name(group)))
    return paginate(query, Order(Membership.since, Membership.member_id), cursor, limit)


def _invited_by_name(group: Group) -> Select[int | None]:
    return select(Invitation.member_id).where(Invitation.group_id == group.id)


def list_team(group: Group, seen_by: Member) -> Sequence[Membership]:
    """List the owners of a group and its other moderators, owners first.

    The viewer's own membership comes with them and is remembered: a page needs both.
    """
    is_own = Membership.member_id == seen_by.id
    looks_after = Membership.role != literal_column(f"'{Role.MEMBER}'")
    order = is_own.desc(), Membership.role == Role.MODERATOR, Membership.since
    found = db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.member), lazyload(Membership.group))
        .where(Membership.group_id == group.id, or_(looks_after, is_own))
        .order_by(*order, Membership.member_id)
        .limit(MOST_SHOWN + 1)
    ).all()
    own = next((each for each in found if each.member_id == seen_by.id), None)
    remember_membership(seen_by, group, own)
    return [each for each in found if each.moderates]


def count_owners(group: Group) -> int:
    """Count the owners of a group."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Membership.group_id == group.id,
                Membership.state == MembershipState.ACTIVE,
                Membership.role == Role.OWNER,
            )
        )
        or 0
    )


def list_owners(group: Group) -> Sequence[Member]:
    """List the owners of a group."""
    return db.session.scalars(
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.role == Role.OWNER,
        )
        .order_by(Member.id)
    ).all()


def find_offer(group: Group) -> OwnershipOffer | None:
    """Find the offer of a group's ownership that its recipient can still answer."""
    return db.session.scalar(
        select(OwnershipOffer)
        .options(joinedload(OwnershipOffer.sender), joinedload(OwnershipOffer.recipient))
        .where(
            OwnershipOffer.group_id == group.id,
            OwnershipOffer.offered_at > clock.now() - OFFER_LASTS,
        )
    )


def list_owner_streams(group: Group) -> Sequence[StreamRef]:
    """List the own streams of the owners of a group."""
    rows = db.session.execute(
        select(Member.id, Member.stream_id)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.role == Role.OWNER,
        )
    )
    return [stream_of(member_id, stream_id) for member_id, stream_id in rows]


def list_moderator_streams(group: Group) -> Sequence[StreamRef]:
    """List the own streams of the moderators of a group."""
    rows = db.session.execute(
        select(Member.id, Member.stream_id)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            MODERATES,
        )
    )
    return [stream_of(member_id, stream_id) for member_id, stream_id in rows]


def founded_by(member: Member) -> Select[Any]:
    """Select when the groups of an owner were created."""
    return (
        select(Group.created_at)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.member_id == member.id, Membership.role == Role.OWNER)
    )


def count_vouching_groups(member: Member) -> int:
    """Say by how many levels groups vouch for an account (see `members.services.trust`).

    Two for who looks after a group of some size; one for who was let into several that choose their
    members. To join open groups, or to found small ones, says nothing.
    """
    others = aliased(Membership)
    active = Membership.state == MembershipState.ACTIVE
    size = (
        select(func.count())
        .where(others.group_id == Membership.group_id, others.state == MembershipState.ACTIVE)
        .scalar_subquery()
    )
    mine = (
        select(
            func.count().filter(Membership.role != Role.MEMBER, size >= VOUCHING_SIZE),
            func.count().filter(
                Membership.role == Role.MEMBER, Group.join_policy != JoinPolicy.OPEN
            ),
        )
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.member_id == member.id, active)
    )
    looks_after, was_let_in = db.session.execute(mine).one()
    return 2 if looks_after else int(was_let_in >= SEVERAL)
