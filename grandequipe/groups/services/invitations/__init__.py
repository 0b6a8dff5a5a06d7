"""Inviting people, by the address that they gave or by name.

Guarantee: to invite an address, and to withdraw that, does the same, in the same time, whether
an account has it or not, and shows the same to the group until somebody accepts. Whose it is is
looked up by a reaction afterwards; that it was declined, or belongs to someone excluded, changes
nothing of it. What ends is ended at once, by one statement that finds somebody or nobody.
"""

from grandequipe.groups.services.invitations.accepting import (
    accept_invitation as accept_invitation,
    hold_invitation as hold_invitation,
    key_of_invitation as key_of_invitation,
)
from grandequipe.groups.services.invitations.delivering import (
    deliver_invitation as deliver_invitation,
    deliver_invitations_to as deliver_invitations_to,
)
from grandequipe.groups.services.invitations.ending import (
    decline as decline,
    decline_invitation as decline_invitation,
    end_orphaned_invitations as end_orphaned_invitations,
    purge_oldest_invitation as purge_oldest_invitation,
    withdraw_invitation as withdraw_invitation,
)
from grandequipe.groups.services.invitations.sending import (
    invite_address as invite_address,
    invite_member as invite_member,
)
