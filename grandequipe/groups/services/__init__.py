"""Creating groups, joining and leaving them, and managing their members."""

from grandequipe.groups.services.charters import (
    WelcomeInput as WelcomeInput,
    accept_charter as accept_charter,
    change_welcome as change_welcome,
    charter_message as charter_message,
    publish_charter as publish_charter,
    require_charter as require_charter,
)
from grandequipe.groups.services.departures import leave_everything as leave_everything
from grandequipe.groups.services.ending_groups import end_group as end_group
from grandequipe.groups.services.groups import (
    LONGEST_DESCRIPTION as LONGEST_DESCRIPTION,
    LONGEST_NAME as LONGEST_NAME,
    RESERVED_SLUGS as RESERVED_SLUGS,
    GroupInput as GroupInput,
    NameTaken as NameTaken,
    change_cover as change_cover,
    create_group as create_group,
    edit_group as edit_group,
    opening_checks as opening_checks,
    refuse_taken_name as refuse_taken_name,
)
from grandequipe.groups.services.invitation_mails import write_invitation as write_invitation
from grandequipe.groups.services.invitations import (
    accept_invitation as accept_invitation,
    address_error as address_error,
    create_link as create_link,
    decline_invitation as decline_invitation,
    deliver_invitation as deliver_invitation,
    deliver_invitations_to as deliver_invitations_to,
    end_link as end_link,
    end_orphaned_invitations as end_orphaned_invitations,
    hold_invitation as hold_invitation,
    invite_address as invite_address,
    invite_addresses as invite_addresses,
    invite_member as invite_member,
    key_of_invitation as key_of_invitation,
    list_already_invited as list_already_invited,
    purge_links as purge_links,
    purge_oldest_invitation as purge_oldest_invitation,
    read_addresses as read_addresses,
    remind_invited as remind_invited,
    withdraw_invitation as withdraw_invitation,
)
from grandequipe.groups.services.joining_mails import (
    write_refusal as write_refusal,
    write_welcome as write_welcome,
)
from grandequipe.groups.services.lifecycle import (
    ONLY_OWNERS as ONLY_OWNERS,
    TIME_TO_THINK as TIME_TO_THINK,
    answer_offer as answer_offer,
    archive_group as archive_group,
    cancel_closing as cancel_closing,
    close_group as close_group,
    erase_one_closed_group as erase_one_closed_group,
    offer_ownership as offer_ownership,
    purge_offers as purge_offers,
    reopen_group as reopen_group,
    withdraw_offer as withdraw_offer,
)
from grandequipe.groups.services.locks import (
    hold_membership as hold_membership,
    require_not_archived as require_not_archived,
)
from grandequipe.groups.services.membership_transitions import (
    resolution_events as resolution_events,
)
from grandequipe.groups.services.memberships import (
    MAY_NOT_REMOVE as MAY_NOT_REMOVE,
    answer_request as answer_request,
    change_level as change_level,
    change_role as change_role,
    join_group as join_group,
    leave_group as leave_group,
    mark_seen as mark_seen,
    readmit as readmit,
    remove_member as remove_member,
)
from grandequipe.groups.services.requests import (
    delete_old_requests as delete_old_requests,
    delete_requests_of as delete_requests_of,
    ensure_request as ensure_request,
    write_message as write_message,
)
from grandequipe.groups.services.sanctions import (
    ban_member as ban_member,
    checked_reason as checked_reason,
    end_bans as end_bans,
    erase_reasons as erase_reasons,
    lift_ban as lift_ban,
    lift_sanction as lift_sanction,
    mute_member as mute_member,
    purge_sanctions as purge_sanctions,
    require_to_write as require_to_write,
    warn_member as warn_member,
)
