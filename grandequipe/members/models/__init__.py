"""The nouns of members: accounts and organisations."""

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
from grandequipe.members.models.organisations import Organisation, OrganisationKind

__all__ = [
    "CLOSED_ADDRESS",
    "IS_CLOSED",
    "STREAM_OWNER",
    "ApiToken",
    "BrowserSession",
    "Member",
    "Organisation",
    "OrganisationKind",
    "Suspension",
    "Viewer",
    "owner_of",
    "stream_of",
]
