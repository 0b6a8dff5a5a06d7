"""Reading an invitation to an address by the key in its e-mail."""

from grandequipe.core import signing
from grandequipe.core.errors import NotFound
from grandequipe.groups.models import Group, Invitation
from grandequipe.groups.queries.groups import find_group
from grandequipe.groups.queries.invitations import find_invitation
from grandequipe.groups.queries.memberships import find_membership
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

# The purpose under which such keys are signed.
INVITATION_KEY = "invitation"


class InvitationEnded(NotFound):
    """Say that an invitation was accepted, withdrawn or forgotten, or is not for the viewer."""

    def __init__(self, group: Group | None) -> None:
        super().__init__()
        self.group = group


def get_invitation_by_key(key: str, seen_by: Member | None) -> Invitation:
    """Get the invitation that a key opens; ask `policies.may_open_invitation` before it is shown.

    Raises NotFound for no key of ours, InvitationEnded for one whose invitation is there no more
    or whose viewer belongs to the group: then `group` is that, and nobody else learns of it.
    """
    named = signing.signed_value(INVITATION_KEY, key)
    if named is None:
        raise NotFound
    invitation_id, group_id = named
    group, found = find_group(group_id), find_invitation(invitation_id)
    membership = find_membership(seen_by, group) if group else None
    if membership is not None and membership.is_active:
        raise InvitationEnded(group)
    if found is None or found.group_id != group_id or found.email is None:
        raise InvitationEnded(None)
    return found


def find_guest(invitation: Invitation) -> Member | None:
    """Find the account of the address that is invited, if somebody has shown it to be theirs."""
    guest = find_member_by_email(invitation.email) if invitation.email else None
    return guest if guest is not None and guest.is_confirmed else None
