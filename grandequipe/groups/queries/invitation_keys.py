"""Queries of an invitation to an address by the signed key in its e-mail."""

from grandequipe.core import signing
from grandequipe.core.errors import NotFound
from grandequipe.groups.models import Group, Invitation
from grandequipe.groups.queries.groups import find_group
from grandequipe.groups.queries.invitations import find_invitation
from grandequipe.groups.queries.memberships import find_membership
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

# The signature's purpose.
INVITATION_KEY = "invitation"


class InvitationEnded(NotFound):
    """An invitation was accepted, withdrawn or purged, or is not for the viewer."""

    def __init__(self, group: Group | None) -> None:
        super().__init__()
        self.group = group


def get_invitation_by_key(key: str, seen_by: Member | None) -> Invitation:
    """Get the invitation of a key; ask `policies.may_open_invitation` before it is shown.

    Raises NotFound for an invalid key, InvitationEnded for a deleted invitation or a viewer who is
    a member already: only then `group` is set, so that nobody else learns of it.
    """
    ids = signing.signed_value(INVITATION_KEY, key)
    if ids is None:
        raise NotFound
    invitation_id, group_id = ids
    group, found = find_group(group_id), find_invitation(invitation_id)
    membership = find_membership(seen_by, group) if group else None
    if membership is not None and membership.is_active:
        raise InvitationEnded(group)
    if found is None or found.group_id != group_id or found.email is None:
        raise InvitationEnded(None)
    return found


def find_guest(invitation: Invitation) -> Member | None:
    """Find the confirmed account of the invited address."""
    guest = find_member_by_email(invitation.email) if invitation.email else None
    return guest if guest is not None and guest.is_confirmed else None
