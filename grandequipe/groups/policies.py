"""Permissions in a group."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grandequipe.core.site_settings import GroupCreation, site_settings
from grandequipe.groups.models import (
    Group,
    Invitation,
    JoinPolicy,
    JoinRequest,
    Membership,
    MembershipState,
)
from grandequipe.groups.queries import count_owners, find_guest, find_membership
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email


def _membership(member: Member | None, group: Group) -> Membership | None:
    return find_membership(member, group)


def is_member(member: Member | None, group: Group) -> bool:
    """Return whether the person is an active member."""
    membership = _membership(member, group)
    return membership is not None and membership.is_active


def is_banned(member: Member | None, group: Group) -> bool:
    """Return whether the person is banned."""
    membership = _membership(member, group)
    return membership is not None and membership.state is MembershipState.BANNED


def is_muted(member: Member | None, group: Group) -> bool:
    """Return whether a sanction in force lets the person read and write nothing."""
    membership = _membership(member, group)
    return membership is not None and membership.is_muted


def may_write(member: Member | None, group: Group) -> bool:
    """Active members who are not muted write in a group; each write in a group asks this.

    Nothing is written in an archived group.
    """
    if group.is_archived:
        return False
    membership = _membership(member, group)
    return membership is not None and membership.is_active and not membership.is_muted


def may_read(viewer: Member | None, group: Group) -> bool:
    """Members read, everyone reads a public group, administrators read all."""
    return group.is_public or is_member(viewer, group) or _is_admin(viewer)


def may_see_members(viewer: Member | None, group: Group) -> bool:
    """Logged-in members who may read the group see its members."""
    return viewer is not None and may_read(viewer, group)


def may_create_group(member: Member | None) -> bool:
    """Members with a confirmed address may, or administrators alone: as the site is set."""
    if member is None or not member.is_confirmed:
        return False
    return member.is_admin or site_settings().group_creation is not GroupCreation.ADMINISTRATORS


def say_who_creates_groups() -> LazyString:
    """Say why a member may not create groups."""
    if site_settings().group_creation is GroupCreation.ADMINISTRATORS:
        return _l("On this site, only administrators create groups.")
    return _l("Confirm your email address first.")


def may_join(member: Member | None, group: Group) -> bool:
    """Logged-in members may, as far as their membership and the group's join policy allow."""
    return member is not None and is_open_to(_membership(member, group), group)


def is_open_to(membership: Membership | None, group: Group) -> bool:
    """Anyone joins an open group or requests to; the invited always may, the banned never.

    An archived group takes no members.
    """
    if group.is_archived:
        return False
    if membership is None:
        return group.join_policy is not JoinPolicy.INVITE
    return membership.state is MembershipState.INVITED


def may_invite(member: Member | None, group: Group) -> bool:
    """Members invite to an open group; to others moderators do; to an archived one, no one."""
    if group.is_archived:
        return False
    if group.join_policy is JoinPolicy.OPEN and may_write(member, group):
        return True
    return may_moderate(member, group)


def may_open_invitation(viewer: Member | None, invitation: Invitation) -> bool:
    """The holder of its key reads an invitation, as long as it may be accepted.

    That is: neither the viewer nor the account of its address is banned from the group, and its
    sender may still invite.
    """
    group, inviter = invitation.group, invitation.invited_by
    invited = find_member_by_email(invitation.email) if invitation.email else None
    memberships = [_membership(each, group) for each in (viewer, invited)]
    if any(each is not None and each.state is MembershipState.BANNED for each in memberships):
        return False
    return inviter.active and may_invite(inviter, group)


def may_accept(member: Member, invitation: Invitation) -> bool:
    """Where the invited address has a confirmed account, only that account accepts."""
    guest = find_guest(invitation)
    return guest is None or guest.id == member.id


def may_moderate(member: Member | None, group: Group) -> bool:
    """Owners, moderators and administrators moderate a group."""
    membership = _membership(member, group)
    return (membership is not None and membership.moderates) or _is_admin(member)


def may_discuss_request(member: Member | None, request: JoinRequest) -> bool:
    """The person who asked to join and the moderators read and write about the request."""
    is_own = member is not None and member.id == request.member_id
    return is_own or may_moderate(member, request.group)


def may_own(member: Member | None, group: Group) -> bool:
    """Owners and administrators change a group's rules and roles."""
    membership = _membership(member, group)
    return (membership is not None and membership.is_owner) or _is_admin(member)


def is_last_owner(member: Member, group: Group) -> bool:
    """Return whether this person is the only owner of the group."""
    membership = _membership(member, group)
    return membership is not None and membership.is_owner and count_owners(group) <= 1


def is_owner(member: Member | None, group: Group) -> bool:
    """Return whether the person owns the group; administrators of the site do not."""
    membership = _membership(member, group)
    return membership is not None and membership.is_owner


def is_alone(member: Member | None, group: Group) -> bool:
    """Return whether this owner is the only member of the group: then they may delete it."""
    return is_owner(member, group) and group.member_count == 1


def owes_acceptance(member: Member | None, group: Group) -> bool:
    """Return whether a member has yet to accept the group's present charter, to write there."""
    membership = _membership(member, group)
    return (
        membership is not None
        and membership.is_active
        and 0 < group.charter_version != membership.charter_version
    )


def may_manage(actor: Member | None, target: Membership) -> bool:
    """Moderators remove members; only owners remove moderators and owners.

    An archived group stays as it is.
    """
    if target.group.is_archived:
        return False
    if target.moderates:
        return may_own(actor, target.group)
    return may_moderate(actor, target.group)


def may_sanction(actor: Member | None, group: Group, member: Member) -> bool:
    """Moderators sanction members and others who read the group; nobody themselves."""
    if actor is None or actor.id == member.id:
        return False
    target = _membership(member, group)
    return may_manage(actor, target) if target else may_moderate(actor, group)


def _is_admin(member: Member | None) -> bool:
    return member is not None and member.is_admin
