"""Inviting people by address or by name.

Guarantee: inviting an address, and withdrawing that, does the same, in the same time, with and
without an account, and shows the same to the group until somebody accepts. The account is looked
up by a handler afterwards; that it declined, or is banned, changes nothing of the invitation.
Withdrawing is one statement, which finds a membership or none.
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
from grandequipe.groups.services.invitations.links import (
    create_link as create_link,
    end_link as end_link,
    purge_links as purge_links,
    use_link as use_link,
)
from grandequipe.groups.services.invitations.many import (
    address_error as address_error,
    invite_addresses as invite_addresses,
    list_already_invited as list_already_invited,
    mark_handled as mark_handled,
    read_addresses as read_addresses,
    remind_invited as remind_invited,
)
from grandequipe.groups.services.invitations.sending import (
    invite_address as invite_address,
    invite_member as invite_member,
)
