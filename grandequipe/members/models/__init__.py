"""The nouns of members: accounts, profiles, organisations and private addresses."""

from grandequipe.members.models.members import (
    CLOSED_ADDRESS,
    IS_CLOSED,
    STREAM_OWNER,
    ApiToken,
    BrowserSession,
    Member,
    Suspension,
    Viewer,
    owner_of,
    stream_of,
)
from grandequipe.members.models.organisations import (
    BelongingRefusal,
    ManagerKey,
    Organisation,
    OrganisationClaim,
    OrganisationKind,
    OrganisationManager,
    organisation_theme,
)
from grandequipe.members.models.private_addresses import (
    MOST_ADDRESSES,
    PrivateAddress,
    Purpose,
)
from grandequipe.members.models.profiles import (
    MOST_LANGUAGES,
    MOST_LINKS,
    MOST_THEMES,
    Audience,
    MemberProfile,
    ProfileField,
    ProfileRevision,
    member_theme,
)

__all__ = [
    "CLOSED_ADDRESS",
    "IS_CLOSED",
    "MOST_ADDRESSES",
    "MOST_LANGUAGES",
    "MOST_LINKS",
    "MOST_THEMES",
    "STREAM_OWNER",
    "ApiToken",
    "Audience",
    "BelongingRefusal",
    "BrowserSession",
    "ManagerKey",
    "Member",
    "MemberProfile",
    "Organisation",
    "OrganisationClaim",
    "OrganisationKind",
    "OrganisationManager",
    "PrivateAddress",
    "ProfileField",
    "ProfileRevision",
    "Purpose",
    "Suspension",
    "Viewer",
    "member_theme",
    "organisation_theme",
    "owner_of",
    "stream_of",
]
