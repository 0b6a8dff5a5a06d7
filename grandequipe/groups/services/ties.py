"""How a person is tied to a group and untied from it: the steps that the verbs are made of.

Guarantee: whoever changes the members of a group holds the lock of its row, so that two who do
it at once do it one after the other, each seeing what the other did: the last owner stays, a
person is never a member twice, and `member_count` is the number of members.
"""

from flask_babel import gettext as _
from sqlalchemy import delete

from grandequipe.core import clock, journal
from grandequipe.core.errors import Conflict
from grandequipe.core.journal.queries import get_head
from grandequipe.extensions import db
from grandequipe.groups.events import MemberJoined, MemberLeft
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState, Role
from grandequipe.groups.queries import count_owners, find_membership, forget_ties, is_for
from grandequipe.members.models import Member


def lock_tie(member: Member, group: Group) -> Membership | None:
    """Lock the group and read it anew, with how the person stands to it."""
    # NO KEY UPDATE: those who publish in the group meanwhile do not wait.
    db.session.refresh(group, with_for_update={"key_share": True})
    forget_ties(db.session())
    return db.session.get(Membership, (group.id, member.id), populate_existing=True)


def lock_active_tie(member: Member, group: Group) -> Membership:
    """Lock the group, and refuse unless the person is a member."""
    tie = lock_tie(member, group)
    if tie is None or not tie.is_active:
        raise Conflict(_("This person is not a member of the group."))
    return tie


def tie_new(member: Member, group: Group, state: MembershipState) -> Membership:
    """Tie a person to a group who had nothing to do with it."""
    tie = Membership(
        group_id=group.id, member_id=member.id, group=group, member=member,
        state=state, since=clock.now(),
    )  # fmt: skip
    db.session.add(tie)
    return tie


def admit(member: Member, group: Group, role: Role) -> Membership:
    """Make a person a member at once."""
    tie = tie_new(member, group, MembershipState.ACTIVE)
    tie.role = role
    _start(tie)
    return tie


def _start(tie: Membership) -> None:
    """Start a membership at the stream's present end: what came before is not news."""
    db.session.execute(delete(Invitation).where(is_for(tie.member, tie.group)))
    tie.state, tie.since = MembershipState.ACTIVE, clock.now()
    tie.seen_position = tie.digested_position = get_head(tie.group.stream)
    tie.group.member_count += 1
    db.session.flush()


def accept(actor: Member, tie: Membership, how: str) -> Membership:
    """Make a member of a person who asked or was invited."""
    _start(tie)
    tell_joined(tie.member, tie.group, actor, how)
    return tie


def drop(actor: Member, tie: Membership) -> None:
    """Untie a person from a group; the last owner stays."""
    group, member, was_active = tie.group, tie.member, tie.is_active
    keep_an_owner(member, group)
    db.session.delete(tie)
    if was_active:
        group.member_count -= 1
    db.session.flush()
    if was_active:
        journal.record(
            group.stream, MemberLeft(subject_id=member.id, actor_id=actor.id, group_id=group.id)
        )


def keep_an_owner(leaver: Member, group: Group) -> None:
    """Refuse that the only owner leaves or becomes something else."""
    tie = find_membership(leaver, group)
    if tie is not None and tie.is_owner and count_owners(group) <= 1:
        raise Conflict(_("A group keeps at least one owner: name another one first."))


def tell_joined(member: Member, group: Group, actor: Member, how: str) -> None:
    """Record that a person became a member."""
    journal.record(
        group.stream,
        MemberJoined(subject_id=member.id, actor_id=actor.id, group_id=group.id, how=how),
    )
