"""Locks of groups, to change them or their members, and of memberships that a write relies on.

Order of all locks: groups, memberships, the rows to write, streams. So no transaction that holds a
membership waits for one that waits for that membership: no deadlocks.
"""

from collections.abc import Iterable

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import contains_eager, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.core.errors import Conflict
from grandequipe.core.policies import require
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
# KEY SHARE: only who archives the group, or deletes it, waits for a write or has it wait.
_HELD_GROUP = (
    select(Group.id, Group.archived_at)
    .where(Group.id == bindparam("group", type_=BigInteger))
    .with_for_update(read=True, key_share=True)
    .cte("held_group")
)
# Built once: each comment and each reaction executes the first. SHARE: a ban is an UPDATE of
# columns that are no key, which a weaker lock would not hold back.
HOLD = (
    _ONE.add_columns(_HELD_GROUP.c.archived_at)
    .join(_HELD_GROUP, _HELD_GROUP.c.id == Membership.group_id)
    .options(lazyload(Membership.group))
    .with_for_update(read=True, of=Membership)
)
# PostgreSQL locks the rows of a join in the order in which they are named here.
HOLD_WITH_RULES = (
    _ONE.join(Membership.group)
    .options(contains_eager(Membership.group))
    .with_for_update(read=True, of=[Group, Membership])
)


ARCHIVED = _l("This group is archived: you can read it, but nothing in it can be changed.")


def require_not_archived(*groups: Group) -> None:
    """Raise Refused where one of the groups is archived; call it once their lock is held."""
    require(not any(group.is_archived for group in groups), ARCHIVED)


def lock_group(group: Group) -> None:
    """Lock the group and refresh it; expire the memberships read before."""
    # NO KEY UPDATE: comments in the group do not wait for it.
    db.session.refresh(group, with_for_update={"key_share": True})
    _expire_memberships()


def stop_writes(group: Group) -> None:
    """Wait for what is being written in a group; what comes later waits for the commit."""
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update())


def lock_groups(group_ids: Iterable[int]) -> None:
    """Lock several groups, in the order of their ids."""
    db.session.execute(
        select(Group)
        .where(Group.id.in_(list(group_ids)))
        .order_by(Group.id)
        .with_for_update(key_share=True)
    )
    _expire_memberships()


def _expire_memberships() -> None:
    session = db.session()
    forget_memberships(session)
    for loaded in list(session.identity_map.values()):
        if isinstance(loaded, Membership) and loaded not in session.dirty:
            session.expire(loaded)


def lock_membership(member: Member, group: Group) -> Membership | None:
    """Lock the group and refresh it; read the person's membership, none where a ban has ended."""
    lock_group(group)
    membership = db.session.get(Membership, (group.id, member.id), populate_existing=True)
    if membership is None or not membership.is_over:
        return membership
    db.session.delete(membership)
    db.session.flush()
    return None


def lock_active_membership(member: Member, group: Group) -> Membership:
    """Like `lock_membership`; raise Conflict unless the person is an active member."""
    membership = lock_membership(member, group)
    if membership is None or not membership.is_active:
        raise Conflict(_("This person isn’t a member of the group."))
    return membership


def hold_membership(member: Member, group: Group, *, with_rules: bool = False) -> Membership | None:
    """Read a membership FOR SHARE, unchanged until the transaction ends; None if there is none.

    A write that a role allows calls this first, then asks the policy: a transaction that ends the
    membership or changes the role waits for the write, or the write for it. So does one that
    archives the group: `group.is_archived` stays true to the end. `with_rules` locks the group's
    settings, too. Call it before any other row is locked.
    """
    params = {"group": group.id, "member": member.id}
    row = db.session.execute(HOLD_WITH_RULES if with_rules else HOLD, params).one_or_none()
    found: Membership | None = row[0] if row else None
    if row and not with_rules:
        set_committed_value(group, "archived_at", row[1])
    key = db.session.identity_key(Membership, tuple(params.values()))
    loaded = db.session.identity_map.get(key)
    if found is None and loaded is not None:
        db.session.expire(loaded)
    remember_membership(member, group, found)
    return found
