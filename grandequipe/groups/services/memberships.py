"""Joining and leaving groups, and looking after who belongs."""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import update

from grandequipe.core.errors import Conflict
from grandequipe.core.events import record, record_all
from grandequipe.core.events.queries import get_head
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
from grandequipe.groups.services.locks import lock_active_membership, lock_group, lock_membership
from grandequipe.groups.services.membership_transitions import (
    StreamEvent,
    accept as accept_membership,
    admit,
    ban,
    ban_non_member,
    create_membership,
    drop,
    end_request,
    joined,
    keep_an_owner,
)
from grandequipe.members.models import Member

MAY_NOT_REMOVE = _l("You can’t remove this member.")


def join_group(member: Member, group: Group) -> Membership:
    """Join, accept an invitation, or ask to join; doing it again changes nothing."""
    membership = lock_membership(member, group)
    if membership is not None and membership.state in (
        MembershipState.ACTIVE,
        MembershipState.REQUESTED,
    ):
        return membership
    require(policies.may_join(member, group), _l("You need an invitation to join this group."))
    if membership is not None:
        record_all(accept_membership(member, membership, "invitation"))
        return membership
    if group.join_policy is JoinPolicy.REQUEST:
        return _ask(member, group)
    membership = admit(member, group, Role.MEMBER)
    record(*joined(member, group, member, "open"))
    return membership


def leave_group(member: Member, group: Group) -> MembershipState | None:
    """Leave, take back a request or decline an invitation; the last owner cannot leave.

    Returns the state that was ended, None where there was nothing to end.
    """
    membership = lock_membership(member, group)
    state = membership.state if membership is not None else None
    record_all(leave(member, membership))
    return None if state is MembershipState.BANNED else state


def leave(member: Member, membership: Membership | None) -> list[StreamEvent]:
    """Take the step in a group that is locked, and give what is to be recorded of it."""
    if membership is None or membership.state is MembershipState.BANNED:
        return []
    if membership.state is MembershipState.INVITED:
        return decline(membership)
    if membership.state is MembershipState.REQUESTED:
        return end_request(member, membership, RequestTakenBack)
    return drop(member, membership)


def answer_request(moderator: Member, group: Group, asker: Member, *, accept: bool) -> None:
    """Accept or refuse a request to join; accepting a member again changes nothing.

    Raises Conflict where the request waits no more: another may have answered it otherwise.
    """
    lock_group(group)
    require(policies.may_moderate(moderator, group), _l("Only moderators can answer requests."))
    membership = lock_membership(asker, group)
    if membership is not None and membership.is_active and accept:
        return
    if membership is None or membership.state is not MembershipState.REQUESTED:
        raise Conflict(_what_became_of_it(asker, membership))
    record_all(
        accept_membership(moderator, membership, "request")
        if accept
        else end_request(moderator, membership, JoinRefused)
    )


def change_role(owner: Member, group: Group, member: Member, role: Role) -> None:
    """Give a member another role; a group always keeps an owner."""
    lock_group(group)
    require(policies.may_own(owner, group), _l("Only owners can change roles."))
    membership = lock_active_membership(member, group)
    if membership.role is role:
        return
    keep_an_owner(member, group)
    membership.role = role
    db.session.flush()
    record(group.stream, RoleChanged(subject_id=member.id, actor_id=owner.id, group_id=group.id))


def remove_member(actor: Member, group: Group, member: Member) -> None:
    """Put a member out of the group; they may come back the way one joins."""
    record_all(drop(actor, _membership_to_end(actor, group, member)))


def ban_member(actor: Member, group: Group, member: Member) -> None:
    """Keep a person out until the ban is lifted: a member, or who asks, is invited or has left."""
    lock_group(group)
    require(policies.may_moderate(actor, group), MAY_NOT_REMOVE)
    membership = lock_membership(member, group)
    if membership is None:
        record_all(ban_non_member(actor, member, group))
        return
    require(policies.may_manage(actor, membership), MAY_NOT_REMOVE)
    record_all(ban(actor, membership))


def lift_ban(actor: Member, group: Group, member: Member) -> None:
    """Let a banned person join again the way everyone does."""
    lock_group(group)
    require(policies.may_moderate(actor, group), _l("Only moderators can lift a ban."))
    membership = lock_membership(member, group)
    if membership is not None and membership.state is MembershipState.BANNED:
        db.session.delete(membership)
        record(member.stream, BanLifted(subject_id=group.id, actor_id=actor.id))


def change_level(member: Member, group: Group, level: Level) -> None:
    """Choose what of a group one is told."""
    lock_active_membership(member, group).level = level
    db.session.flush()


def mark_seen(member: Member, group: Group, head: int | None = None) -> None:
    """Remember that the member has seen the group up to a position, or as it stands now.

    A page reads the position before what it shows: what is published meanwhile stays unread. It may
    be late: who saw more in another tab keeps that, and who was put out is left alone.
    """
    membership = find_membership(member, group)
    head = get_head(group.stream) if head is None else head
    if membership is None or not membership.is_active or membership.seen_position >= head:
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


def _membership_to_end(actor: Member, group: Group, member: Member) -> Membership:
    """Ask for the actor's part first: who belongs to a private group is not told by a refusal."""
    lock_group(group)
    require(policies.may_moderate(actor, group), MAY_NOT_REMOVE)
    membership = lock_active_membership(member, group)
    require(policies.may_manage(actor, membership), MAY_NOT_REMOVE)
    return membership


def _what_became_of_it(asker: Member, membership: Membership | None) -> str:
    name = asker.display_name
    if membership is not None and membership.is_active:
        return str(_("%(name)s is already a member: the request was accepted earlier.", name=name))
    return str(
        _("The request from %(name)s is no longer waiting: it was refused or cancelled.", name=name)
    )


def _ask(member: Member, group: Group) -> Membership:
    membership = create_membership(member, group, MembershipState.REQUESTED)
    db.session.flush()
    record(member.stream, JoinRequested(subject_id=group.id, actor_id=member.id))
    return membership
