"""Joining and leaving groups, and managing their members."""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import update

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record, record_all
from grandequipe.core.events.queries import get_head
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import (
    JoinRefused,
    JoinRequested,
    RequestTakenBack,
    RoleChanged,
)
from grandequipe.groups.models import (
    LONGEST_MESSAGE,
    Group,
    JoinPolicy,
    Level,
    Membership,
    MembershipState,
    Role,
)
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services.invitations import decline
from grandequipe.groups.services.locks import (
    lock_active_membership,
    lock_group,
    lock_membership,
    require_not_archived,
)
from grandequipe.groups.services.membership_transitions import (
    StreamEvent,
    accept as accept_membership,
    add_member,
    create_membership,
    end_membership,
    end_request,
    joined_event,
    require_other_owner,
)
from grandequipe.groups.services.requests import open_request
from grandequipe.groups.signals import moderated
from grandequipe.members.models import Member

MAY_NOT_REMOVE = _l("You can’t remove this member.")


def join_group(
    member: Member, group: Group, charter: int = 0, answers: Sequence[str] = ()
) -> Membership:
    """Join, accept an invitation, or request to join; idempotent.

    `charter` is the version that the person accepts; without it, they are asked before they write.
    A group may ask questions of those who request to join: raises Invalid without `answers`.
    """
    membership = lock_membership(member, group)
    if membership is not None and membership.state in (
        MembershipState.ACTIVE,
        MembershipState.REQUESTED,
    ):
        return membership
    require_not_archived(group)
    require(policies.may_join(member, group), _l("You need an invitation to join this group."))
    if charter and charter != group.charter_version:
        raise Conflict(_("The charter has just changed. Read it again, then accept it."))
    if membership is not None:
        membership.charter_version = charter
        record_all(accept_membership(member, membership, "invitation"))
        return membership
    if group.join_policy is JoinPolicy.REQUEST:
        open_request(member, group, answers)
        return _request_to_join(member, group, charter)
    membership = add_member(member, group, Role.MEMBER, charter)
    record(*joined_event(member, group, member, "open"))
    return membership


def leave_group(member: Member, group: Group) -> MembershipState | None:
    """Leave, cancel a request or decline an invitation; Conflict for the last owner.

    Returns the state that was ended, or None.
    """
    membership = lock_membership(member, group)
    state = membership.state if membership is not None else None
    record_all(leave(member, membership))
    return None if state is MembershipState.BANNED else state


def leave(member: Member, membership: Membership | None) -> list[StreamEvent]:
    """Leave a group that is locked; return the events to record."""
    if membership is None or membership.state is MembershipState.BANNED:
        return []
    if membership.state is MembershipState.INVITED:
        return decline(membership)
    if membership.state is MembershipState.REQUESTED:
        return end_request(member, membership, RequestTakenBack)
    return end_membership(member, membership)


def answer_request(
    moderator: Member, group: Group, asker: Member, *, accept: bool, reason: str = ""
) -> None:
    """Accept or refuse a request to join; accepting an active member changes nothing.

    The person who is refused is mailed the reason, where there is one. Raises Invalid for a
    reason that cannot be shown.

    Raises Conflict where the request is no longer pending: another moderator may have answered it.
    """
    lock_group(group)
    require(policies.may_moderate(moderator, group), _l("Only moderators can answer requests."))
    require_not_archived(group)
    membership = lock_membership(asker, group)
    if membership is not None and membership.is_active and accept:
        return
    if membership is None or membership.state is not MembershipState.REQUESTED:
        raise Conflict(_request_outcome(asker, membership))
    if error := length_error(reason, LONGEST_MESSAGE) or text_error(reason):
        raise Invalid({"reason": error})
    _log(Act.REQUEST_ACCEPTED if accept else Act.REQUEST_REFUSED, moderator, group, asker)
    record_all(
        accept_membership(moderator, membership, "request")
        if accept
        else end_request(moderator, membership, JoinRefused, reason.strip())
    )


def change_role(owner: Member, group: Group, member: Member, role: Role) -> None:
    """Give a member another role; a group always keeps an owner."""
    lock_group(group)
    require(policies.may_own(owner, group), _l("Only owners can change roles."))
    require_not_archived(group)
    membership = lock_active_membership(member, group)
    if membership.role is role:
        return
    require_other_owner(member, group)
    if membership.is_muted:
        raise Conflict(_("This person is muted. Lift the mute before you change their role."))
    before, membership.role = membership.role, role
    db.session.flush()
    _log(Act.ROLE_CHANGED, owner, group, member, before=before, after=role)
    record(group.stream, RoleChanged(subject_id=member.id, actor_id=owner.id, group_id=group.id))


def remove_member(actor: Member, group: Group, member: Member, reason: str = "") -> None:
    """Remove a member from the group; they may join again.

    `reason` is read by the person; pages ask for one, programs may leave it out.
    """
    membership = _membership_to_end(actor, group, member)
    was = {"role": membership.role, "charter": membership.charter_version}
    events = end_membership(actor, membership)
    _log(Act.MEMBER_REMOVED, actor, group, member)
    moderated.send(
        None,
        act=Act.MEMBER_REMOVED,
        actor=actor,
        subject=("member", member.id),
        group=group,
        member=member,
        reason=reason,
        until=None,
        was=was,
    )
    record_all(events)


def readmit(
    moderator: Member, group: Group, member: Member, role: Role = Role.MEMBER, charter: int = 0
) -> bool:
    """Make a person a member again who was removed wrongly, with the role that they had.

    `charter` is the version that they had accepted. Returns False where there is nothing to do:
    for a member, a banned person, a closed or suspended account, in an archived group.
    """
    membership = lock_membership(member, group)
    require(
        policies.may_moderate(moderator, group),
        _l("Only moderators can manage the members of a group."),
    )
    ends = (MembershipState.ACTIVE, MembershipState.BANNED)
    if not member.active or group.is_archived or (membership and membership.state in ends):
        return False
    if membership is None:
        add_member(member, group, role, charter)
        record(*joined_event(member, group, moderator, "readmission"))
        return True
    membership.role, membership.charter_version = role, charter
    record_all(accept_membership(moderator, membership, "readmission"))
    return True


def change_level(member: Member, group: Group, level: Level) -> None:
    """Set what a member is notified of in a group."""
    membership = lock_active_membership(member, group)
    if membership.level is not level:
        membership.level, membership.level_changed_at = level, clock.now()
    db.session.flush()


def mark_seen(member: Member, group: Group, head: int | None = None) -> None:
    """Store the position up to which a member has seen the group: `head`, or the present one.

    A page reads the position before its content, so that a post published meanwhile stays unread.
    A late call neither lowers a position that another tab set, nor touches an ended membership.
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


def _log(act: Act, actor: Member, group: Group, member: Member, **details: str) -> None:
    log_act(
        act,
        ("member", member.id),
        actor_id=actor.id,
        group_id=group.id,
        member_id=member.id,
        **details,
    )


def _membership_to_end(actor: Member, group: Group, member: Member) -> Membership:
    """Ask the policy first: the kind of refusal must not show who is in a private group."""
    lock_group(group)
    require(policies.may_moderate(actor, group), MAY_NOT_REMOVE)
    require_not_archived(group)
    membership = lock_active_membership(member, group)
    require(policies.may_manage(actor, membership), MAY_NOT_REMOVE)
    return membership


def _request_outcome(asker: Member, membership: Membership | None) -> str:
    name = asker.display_name
    if membership is not None and membership.is_active:
        return str(_("%(name)s is already a member: the request was accepted earlier.", name=name))
    return str(
        _("The request from %(name)s is no longer waiting: it was refused or cancelled.", name=name)
    )


def _request_to_join(member: Member, group: Group, charter: int) -> Membership:
    membership = create_membership(member, group, MembershipState.REQUESTED)
    membership.charter_version = charter
    db.session.flush()
    record(member.stream, JoinRequested(subject_id=group.id, actor_id=member.id))
    return membership
