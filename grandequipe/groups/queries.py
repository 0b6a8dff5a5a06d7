"""Reading groups and memberships.

Guarantee: `visible_to` and `readable_by` are the only rules that say which groups a viewer
finds and which they read; every list, page, feed, letter and socket asks one of the two.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, event, func, literal, or_, select, true
from sqlalchemy.orm import Session, joinedload

from grandequipe.core.errors import NotFound
from grandequipe.core.journal import Stream
from grandequipe.core.journal.queries import get_heads
from grandequipe.core.pages import DEFAULT_LIMIT, Order, Page, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState, Role, Visibility
from grandequipe.members.models import Member
from grandequipe.nomenclatures.queries import folded

PUBLIC_HEAD = (
    select(Group.id, Group.created_at, Stream.last_position)
    .join(Stream, Stream.name == func.concat("group:", Group.id))
    .where(Group.slug == bindparam("slug"), Group.visibility == Visibility.PUBLIC)
)
TIES = "ties"
MODERATING = (Role.OWNER, Role.MODERATOR)


def visible_to(viewer: Member | None) -> ColumnElement[bool]:
    """Say which groups exist for the viewer: not the hidden ones that they have no part in."""
    if viewer is not None and viewer.is_admin:
        return true()
    listed = Group.visibility != Visibility.HIDDEN
    if viewer is None:
        return listed
    part = (MembershipState.ACTIVE, MembershipState.INVITED)
    return or_(listed, Group.id.in_(_groups_of(viewer, *part)))


def readable_by(viewer: Member | None) -> ColumnElement[bool]:
    """Say which groups' posts, members and facts the viewer reads."""
    if viewer is not None and viewer.is_admin:
        return true()
    public = Group.visibility == Visibility.PUBLIC
    if viewer is None:
        return public
    return or_(public, Group.id.in_(_groups_of(viewer, MembershipState.ACTIVE)))


def _groups_of(member: Member, *states: MembershipState):  # type: ignore[no-untyped-def]
    return select(Membership.group_id).where(
        Membership.member_id == member.id, Membership.state.in_(states)
    )


def get_group(slug: str, seen_by: Member | None) -> Group:
    """Get a group by its slug, or raise NotFound where there is none for this viewer."""
    found = db.session.scalar(select(Group).where(Group.slug == slug, visible_to(seen_by)))
    if found is None:
        raise NotFound
    return found


def find_group(group_id: int) -> Group | None:
    """Find a group by its id."""
    return db.session.get(Group, group_id)


def find_public_head(slug: str) -> tuple[int, datetime, int] | None:
    """Find a public group's id and birth, and where its stream ends, in one short statement."""
    row = db.session.execute(PUBLIC_HEAD, {"slug": slug}).first()
    return (row[0], row[1], row[2]) if row else None


def find_membership(member: Member | None, group: Group) -> Membership | None:
    """Find how a person stands to a group, whatever the state.

    A page asks a dozen times, through its policies, and the database once: the answer is kept,
    even that there is none, until the session writes, locks a group or ends its transaction.
    """
    if member is None:
        return None
    known, key = db.session.info.setdefault(TIES, {}), (group.id, member.id)
    if key not in known:
        known[key] = db.session.get(Membership, key)
    tie: Membership | None = known[key]
    return tie


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_soft_rollback")
def forget_ties(session: Session, *_: object) -> None:
    """Have the next who asks how someone stands to a group ask the database."""
    session.info.pop(TIES, None)


def list_groups(
    seen_by: Member | None,
    q: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    beside: Member | None = None,
) -> Page[Group]:
    """List the groups that the viewer finds, newest first, those with every word of `q`.

    With `beside` those that this member belongs or is invited to are left out: the page has
    listed them already.
    """
    query = select(Group).where(visible_to(seen_by))
    if beside is not None:
        part = (MembershipState.ACTIVE, MembershipState.INVITED)
        query = query.where(Group.id.not_in(_groups_of(beside, *part)))
    for word in folded(q).split():
        words = func.unaccent(Group.name + " " + Group.description)
        query = query.where(words.icontains(word, autoescape=True))
    return paginate(query, Order(Group.created_at, Group.id), cursor, limit)


def list_public_groups(limit: int) -> Sequence[Group]:
    """List the groups that everyone reads, those with the most members first."""
    return db.session.scalars(
        select(Group)
        .where(readable_by(None))
        .order_by(Group.member_count.desc(), Group.id)
        .limit(limit)
    ).all()


def list_memberships(member: Member) -> Sequence[Membership]:
    """List the groups that a person is a member of, by name."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.group)
        .where(Membership.member_id == member.id, Membership.state == MembershipState.ACTIVE)
        .order_by(Group.name)
    ).all()


def list_invitations(member: Member) -> Sequence[Membership]:
    """List the groups that a person is invited to."""
    return db.session.scalars(
        select(Membership).where(
            Membership.member_id == member.id, Membership.state == MembershipState.INVITED
        )
    ).all()


def find_memberships(member: Member | None, groups: Sequence[Group]) -> Mapping[int, Membership]:
    """Find how a person stands to each of some groups, by group id."""
    if member is None or not groups:
        return {}
    found = db.session.scalars(
        select(Membership).where(
            Membership.member_id == member.id,
            Membership.group_id.in_([group.id for group in groups]),
        )
    )
    return {membership.group_id: membership for membership in found}


def list_members(
    group: Group,
    state: MembershipState = MembershipState.ACTIVE,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Membership]:
    """List the memberships of a group in one state, newest first."""
    query = (
        select(Membership)
        .options(joinedload(Membership.member))
        .where(Membership.group_id == group.id, Membership.state == state)
    )
    return paginate(query, Order(Membership.since, Membership.member_id), cursor, limit)


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


def count_requests(group: Group) -> int:
    """Count the requests to join that wait for an answer."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Membership.group_id == group.id,
                Membership.state == MembershipState.REQUESTED,
            )
        )
        or 0
    )


def list_streams_of(member: Member) -> Mapping[str, int]:
    """Give the streams that a member follows, with their heads: their own, their groups'."""
    followed = select(literal(member.stream)).union_all(
        select(func.concat("group:", Membership.group_id)).where(
            Membership.member_id == member.id, Membership.state == MembershipState.ACTIVE
        )
    )
    rows = db.session.execute(
        select(Stream.name, Stream.last_position).where(Stream.name.in_(followed))
    )
    return dict(rows.all())


def list_streams_of_members(member_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """Give the same for many members, in two queries however many they are."""
    followed = {member_id: [f"member:{member_id}"] for member_id in member_ids}
    rows = db.session.execute(
        select(Membership.member_id, func.array_agg(Membership.group_id))
        .where(Membership.member_id.in_(list(followed)), Membership.state == MembershipState.ACTIVE)
        .group_by(Membership.member_id)
    )
    for member_id, group_ids in rows:
        followed[member_id] += [f"group:{group_id}" for group_id in group_ids]
    heads = get_heads({stream for streams in followed.values() for stream in streams})
    return {
        member_id: {stream: heads[stream] for stream in streams if stream in heads}
        for member_id, streams in followed.items()
    }
