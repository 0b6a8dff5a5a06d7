"""Who may do what in a group."""

from grandequipe.groups.models import Group, Invitation, JoinPolicy, Membership, MembershipState
from grandequipe.groups.queries import count_owners, find_guest, find_membership
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email


def _membership(member: Member | None, group: Group) -> Membership | None:
    return find_membership(member, group)


def is_member(member: Member | None, group: Group) -> bool:
    """Tell whether the person is an active member."""
    membership = _membership(member, group)
    return membership is not None and membership.is_active


def may_read(viewer: Member | None, group: Group) -> bool:
    """Members read, everyone reads a public group, administrators read all."""
    return group.is_public or is_member(viewer, group) or _is_admin(viewer)


def may_see_members(viewer: Member | None, group: Group) -> bool:
    """Those who are logged in and read the group see who belongs to it."""
    return viewer is not None and may_read(viewer, group)


def may_create_group(member: Member | None) -> bool:
    """Every confirmed member founds groups."""
    return member is not None and member.is_confirmed


def may_join(member: Member | None, group: Group) -> bool:
    """Whoever is logged in, as they stand to the group."""
    return member is not None and is_open_to(_membership(member, group), group)


def is_open_to(membership: Membership | None, group: Group) -> bool:
    """Anyone joins an open group or asks; the invited always may; the banned never."""
    if membership is None:
        return group.join_policy is not JoinPolicy.INVITE
    return membership.state is MembershipState.INVITED


def may_invite(member: Member | None, group: Group) -> bool:
    """Members invite to an open group; elsewhere those who look after it do."""
    if group.join_policy is JoinPolicy.OPEN and is_member(member, group):
        return True
    return may_moderate(member, group)


def may_open_invitation(viewer: Member | None, invitation: Invitation) -> bool:
    """Who has its key reads an invitation, as long as it may be accepted.

    That is: neither the viewer nor the account of its address is excluded from the group, and who
    sent it may still invite.
    """
    group, inviter = invitation.group, invitation.invited_by
    invited = find_member_by_email(invitation.email) if invitation.email else None
    memberships = [_membership(each, group) for each in (viewer, invited)]
    if any(
        membership is not None and membership.state is MembershipState.BANNED
        for membership in memberships
    ):
        return False
    return inviter.active and may_invite(inviter, group)


def may_accept(member: Member, invitation: Invitation) -> bool:
    """Where the invited address has a confirmed account, that one accepts and no other."""
    guest = find_guest(invitation)
    return guest is None or guest.id == member.id


def may_moderate(member: Member | None, group: Group) -> bool:
    """Owners, moderators and administrators look after a group."""
    membership = _membership(member, group)
    return (membership is not None and membership.moderates) or _is_admin(member)


def may_own(member: Member | None, group: Group) -> bool:
    """Owners and administrators change a group's rules and roles."""
    membership = _membership(member, group)
    return (membership is not None and membership.is_owner) or _is_admin(member)


def is_last_owner(member: Member, group: Group) -> bool:
    """Tell whether a group would lose its only owner with this person."""
    membership = _membership(member, group)
    return membership is not None and membership.is_owner and count_owners(group) <= 1


def is_owner(member: Member | None, group: Group) -> bool:
    """Tell whether the person owns the group; administrators of the site do not."""
    membership = _membership(member, group)
    return membership is not None and membership.is_owner


def is_alone(member: Member | None, group: Group) -> bool:
    """Tell whether nobody else belongs to the group: then its owner may end it."""
    return is_owner(member, group) and group.member_count == 1


def may_manage(actor: Member | None, target: Membership) -> bool:
    """Those who look after a group remove members; only owners touch those who do too."""
    if target.moderates:
        return may_own(actor, target.group)
    return may_moderate(actor, target.group)


def _is_admin(member: Member | None) -> bool:
    return member is not None and member.is_admin
