"""Joining and leaving groups, and looking after who belongs."""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import update

from grandequipe.core import journal
from grandequipe.core.errors import Conflict
from grandequipe.core.journal.queries import get_head
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import (
    BanLifted,
    JoinRefused,
    JoinRequested,
    RequestTakenBack,
    RoleChanged,
)
from grandequipe.groups.models import (
    Group,
    JoinPolicy,
    Level,
    Membership,
    MembershipState,
    Role,
)
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services.invitations import decline
from grandequipe.groups.services.locks import lock_active_tie, lock_group, lock_tie
from grandequipe.groups.services.ties import (
    Told,
    accept as accept_tie,
    admit,
    drop,
    end_request,
    joined,
    keep_an_owner,
    keep_out,
    shut_out,
    tie_new,
)
from grandequipe.members.models import Member

MAY_NOT_REMOVE = _l("You can’t remove this member.")


def join_group(member: Member, group: Group) -> Membership:
    """Join, accept an invitation, or ask to join; doing it again changes nothing."""
    tie = lock_tie(member, group)
    if tie is not None and tie.state in (MembershipState.ACTIVE, MembershipState.REQUESTED):
        return tie
    require(policies.may_join(member, group), _l("You need an invitation to join this group."))
    if tie is not None:
        journal.record_all(accept_tie(member, tie, "invitation"))
        return tie
    if group.join_policy is JoinPolicy.REQUEST:
        return _ask(member, group)
    tie = admit(member, group, Role.MEMBER)
    journal.record(*joined(member, group, member, "open"))
    return tie


def leave_group(member: Member, group: Group) -> MembershipState | None:
    """Leave, take back a request or decline an invitation; the last owner cannot leave.

    Returns the state that was ended, None where there was nothing to end.
    """
    tie = lock_tie(member, group)
    state = tie.state if tie is not None else None
    journal.record_all(leave(member, tie))
    return None if state is MembershipState.BANNED else state


def leave(member: Member, tie: Membership | None) -> list[Told]:
    """Take the step in a group that is locked, and give what is to be recorded of it."""
    if tie is None or tie.state is MembershipState.BANNED:
        return []
    if tie.state is MembershipState.INVITED:
        return decline(tie)
    if tie.state is MembershipState.REQUESTED:
        return end_request(member, tie, RequestTakenBack)
    return drop(member, tie)


def answer_request(moderator: Member, group: Group, asker: Member, *, accept: bool) -> None:
    """Accept or refuse a request to join; accepting a member again changes nothing.

    Raises Conflict where the request waits no more: another may have answered it otherwise.
    """
    lock_group(group)
    require(policies.may_moderate(moderator, group), _l("Only moderators can answer requests."))
    tie = lock_tie(asker, group)
    if tie is not None and tie.is_active and accept:
        return
    if tie is None or tie.state is not MembershipState.REQUESTED:
        raise Conflict(_what_became_of_it(asker, tie))
    journal.record_all(
        accept_tie(moderator, tie, "request")
        if accept
        else end_request(moderator, tie, JoinRefused)
    )


def change_role(owner: Member, group: Group, member: Member, role: Role) -> None:
    """Give a member another role; a group always keeps an owner."""
    lock_group(group)
    require(policies.may_own(owner, group), _l("Only owners can change roles."))
    tie = lock_active_tie(member, group)
    if tie.role is role:
        return
    keep_an_owner(member, group)
    tie.role = role
    db.session.flush()
    journal.record(
        group.stream, RoleChanged(subject_id=member.id, actor_id=owner.id, group_id=group.id)
    )


def remove_member(actor: Member, group: Group, member: Member) -> None:
    """Put a member out of the group; they may come back the way one joins."""
    journal.record_all(drop(actor, _tie_to_end(actor, group, member)))


def ban_member(actor: Member, group: Group, member: Member) -> None:
    """Keep a person out until the ban is lifted: a member, or who asks, is invited or has left."""
    lock_group(group)
    require(policies.may_moderate(actor, group), MAY_NOT_REMOVE)
    tie = lock_tie(member, group)
    if tie is None:
        journal.record_all(keep_out(actor, member, group))
        return
    require(policies.may_manage(actor, tie), MAY_NOT_REMOVE)
    journal.record_all(shut_out(actor, tie))


def lift_ban(actor: Member, group: Group, member: Member) -> None:
    """Let a banned person join again the way everyone does."""
    lock_group(group)
    require(policies.may_moderate(actor, group), _l("Only moderators can lift a ban."))
    tie = lock_tie(member, group)
    if tie is not None and tie.state is MembershipState.BANNED:
        db.session.delete(tie)
        journal.record(member.stream, BanLifted(subject_id=group.id, actor_id=actor.id))


def change_level(member: Member, group: Group, level: Level) -> None:
    """Choose what of a group one is told."""
    lock_active_tie(member, group).level = level
    db.session.flush()


def mark_seen(member: Member, group: Group, head: int | None = None) -> None:
    """Remember that the member has seen the group up to a position, or as it stands now.

    A page reads the position before what it shows: what is published meanwhile stays unread. It may
    be late: who saw more in another tab keeps that, and who was put out is left alone.
    """
    tie = find_membership(member, group)
    head = get_head(group.stream) if head is None else head
    if tie is None or not tie.is_active or tie.seen_position >= head:
        return
    db.session.execute(
        update(Membership)
        .where(
            Membership.group_id == group.id,
            Membership.member_id == member.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.seen_position < head,
        )
        .values(seen_position=head)
    )


def _tie_to_end(actor: Member, group: Group, member: Member) -> Membership:
    """Ask for the actor's part first: who belongs to a private group is not told by a refusal."""
    lock_group(group)
    require(policies.may_moderate(actor, group), MAY_NOT_REMOVE)
    tie = lock_active_tie(member, group)
    require(policies.may_manage(actor, tie), MAY_NOT_REMOVE)
    return tie


def _what_became_of_it(asker: Member, tie: Membership | None) -> str:
    name = asker.display_name
    if tie is not None and tie.is_active:
        return str(_("%(name)s is already a member: the request was accepted earlier.", name=name))
    return str(
        _("The request from %(name)s is no longer waiting: it was refused or cancelled.", name=name)
    )


def _ask(member: Member, group: Group) -> Membership:
    tie = tie_new(member, group, MembershipState.REQUESTED)
    db.session.flush()
    journal.record(member.stream, JoinRequested(subject_id=group.id, actor_id=member.id))
    return tie
