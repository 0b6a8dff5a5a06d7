"""Locking a group to change it or its members, and holding a membership that a write relies on.

All take their locks in one order: groups, memberships, what is written, streams. So nobody who
holds a membership waits for somebody who waits for it.
"""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import contains_eager, lazyload

from grandequipe.core.errors import Conflict
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership
from grandequipe.groups.queries import forget_memberships, remember_membership
from grandequipe.members.models import Member

_ONE = (
    select(Membership)
    .where(
        Membership.group_id == bindparam("group", type_=BigInteger),
        Membership.member_id == bindparam("member", type_=BigInteger),
    )
    .execution_options(populate_existing=True)
)
# Built once: each comment and each reaction asks the first. SHARE: an exclusion is an UPDATE of
# columns that are no key, and waits for no weaker lock.
HOLD = _ONE.options(lazyload(Membership.group)).with_for_update(read=True, of=Membership)
# PostgreSQL locks the rows of a join in the order in which they are named here.
HOLD_WITH_RULES = (
    _ONE.join(Membership.group)
    .options(contains_eager(Membership.group))
    .with_for_update(read=True, of=[Group, Membership])
)


def lock_group(group: Group) -> None:
    """Lock the group and read it anew, with whatever ties were read before."""
    # NO KEY UPDATE: those who comment in the group meanwhile do not wait.
    db.session.refresh(group, with_for_update={"key_share": True})
    _forget_what_was_read()


def lock_groups(group_ids: Iterable[int]) -> None:
    """Lock several groups, in the order in which everyone does."""
    db.session.execute(
        select(Group)
        .where(Group.id.in_(list(group_ids)))
        .order_by(Group.id)
        .with_for_update(key_share=True)
    )
    _forget_what_was_read()


def _forget_what_was_read() -> None:
    session = db.session()
    forget_memberships(session)
    for known in list(session.identity_map.values()):
        if isinstance(known, Membership) and known not in session.dirty:
            session.expire(known)


def lock_membership(member: Member, group: Group) -> Membership | None:
    """Lock the group and read it anew, with how the person stands to it."""
    lock_group(group)
    return db.session.get(Membership, (group.id, member.id), populate_existing=True)


def lock_active_membership(member: Member, group: Group) -> Membership:
    """Lock the group, and refuse unless the person is a member."""
    membership = lock_membership(member, group)
    if membership is None or not membership.is_active:
        raise Conflict(_("This person isn’t a member of the group."))
    return membership


def hold_membership(member: Member, group: Group, *, with_rules: bool = False) -> Membership | None:
    """Read a membership anew and keep it as it is until the transaction ends; None for no member.

    A write that a role allows calls this first, then asks the policy: who ends the membership or
    changes the role at that moment waits for the write, or the write for them. `with_rules` keeps
    the group's settings as they are, too. Call it before any other row is locked.
    """
    params = {"group": group.id, "member": member.id}
    found = db.session.scalar(HOLD_WITH_RULES if with_rules else HOLD, params)
    known = db.session.identity_map.get(db.session.identity_key(Membership, tuple(params.values())))
    if found is None and known is not None:
        db.session.expire(known)
    remember_membership(member, group, found)
    return found
