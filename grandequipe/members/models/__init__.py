"""The nouns of members: accounts, organisations and private addresses."""

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
from grandequipe.members.models.private_addresses import (
    MOST_ADDRESSES,
    PrivateAddress,
    Purpose,
)

__all__ = [
    "CLOSED_ADDRESS",
    "IS_CLOSED",
    "MOST_ADDRESSES",
    "STREAM_OWNER",
    "ApiToken",
    "BrowserSession",
    "Member",
    "Organisation",
    "OrganisationKind",
    "PrivateAddress",
    "Purpose",
    "Suspension",
    "Viewer",
    "owner_of",
    "stream_of",
]
