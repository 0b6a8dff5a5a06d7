"""Locking a group, by whoever changes who belongs to it or what it is (see `ties`)."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from grandequipe.core.errors import Conflict
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership
from grandequipe.groups.queries import forget_ties
from grandequipe.members.models import Member


def lock_group(group: Group) -> None:
    """Lock the group and read it anew, with whatever ties were read before."""
    # NO KEY UPDATE: those who publish in the group meanwhile do not wait.
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
    forget_ties(session)
    for known in list(session.identity_map.values()):
        if isinstance(known, Membership) and known not in session.dirty:
            session.expire(known)


def lock_tie(member: Member, group: Group) -> Membership | None:
    """Lock the group and read it anew, with how the person stands to it."""
    lock_group(group)
    return db.session.get(Membership, (group.id, member.id), populate_existing=True)


def lock_active_tie(member: Member, group: Group) -> Membership:
    """Lock the group, and refuse unless the person is a member."""
    tie = lock_tie(member, group)
    if tie is None or not tie.is_active:
        raise Conflict(_("This person is not a member of the group."))
    return tie
