"""Writes of accounts, profiles, sessions and API tokens."""

from grandequipe.members.services.access import (
    begin_session,
    create_token,
    end_access,
    end_session,
    purge_browser_sessions,
    revoke_token,
)
from grandequipe.members.services.accounts import (
    CONFIRMATION_LIFE,
    create_member,
    erase_member,
    purge_unconfirmed_accounts,
    record_confirmed,
    register_again,
)
from grandequipe.members.services.administration import (
    change_address,
    confirm_address,
    demote,
    promote,
    sign_out_everywhere,
)
from grandequipe.members.services.details import (
    CHOICES,
    LONGEST_LINK,
    LONGEST_WISH,
    DetailsInput,
    advance_profiles,
    get_or_add_profile,
    give_back_words,
    record_profile_change,
    set_audiences,
    take_words,
)
from grandequipe.members.services.private_addresses import (
    create_private_address,
    note_reading,
    revoke_private_address,
)
from grandequipe.members.services.profiles import (
    LONGEST,
    LONGEST_NAME,
    ProfileInput,
    change_picture,
    edit_preferences,
    edit_profile,
)
from grandequipe.members.services.suspensions import (
    end_due_suspensions,
    end_if_due,
    reinstate,
    suspend,
)

__all__ = [
    "CHOICES",
    "CONFIRMATION_LIFE",
    "LONGEST",
    "LONGEST_LINK",
    "LONGEST_NAME",
    "LONGEST_WISH",
    "DetailsInput",
    "ProfileInput",
    "advance_profiles",
    "begin_session",
    "change_address",
    "change_picture",
    "confirm_address",
    "create_member",
    "create_private_address",
    "create_token",
    "demote",
    "edit_preferences",
    "edit_profile",
    "end_access",
    "end_due_suspensions",
    "end_if_due",
    "end_session",
    "erase_member",
    "get_or_add_profile",
    "give_back_words",
    "note_reading",
    "promote",
    "purge_browser_sessions",
    "purge_unconfirmed_accounts",
    "record_confirmed",
    "record_profile_change",
    "register_again",
    "reinstate",
    "revoke_private_address",
    "revoke_token",
    "set_audiences",
    "sign_out_everywhere",
    "suspend",
    "take_words",
]
