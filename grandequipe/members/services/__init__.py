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
from grandequipe.members.services.profiles import (
    LONGEST,
    LONGEST_NAME,
    ProfileInput,
    change_picture,
    edit_preferences,
    edit_profile,
)

__all__ = [
    "CONFIRMATION_LIFE",
    "LONGEST",
    "LONGEST_NAME",
    "ProfileInput",
    "begin_session",
    "change_picture",
    "create_member",
    "create_token",
    "edit_preferences",
    "edit_profile",
    "end_access",
    "end_session",
    "erase_member",
    "purge_browser_sessions",
    "purge_unconfirmed_accounts",
    "record_confirmed",
    "register_again",
    "revoke_token",
]
