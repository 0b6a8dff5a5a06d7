"""Reading groups, who belongs or is invited to them, and the streams that members follow."""

from grandequipe.groups.queries.groups import (
    find_group,
    find_public_head,
    get_group,
    list_groups,
    list_public_groups,
    readable_by,
    visible_to,
)
from grandequipe.groups.queries.invitations import (
    find_invitation,
    find_invitation_before,
    find_invitation_by_name,
    get_invitation,
    is_for,
    list_invitations_to,
    list_invited,
)
from grandequipe.groups.queries.memberships import (
    MODERATING,
    count_owners,
    find_membership,
    find_memberships,
    forget_ties,
    list_invitations,
    list_members,
    list_memberships,
    list_moderator_ids,
    list_ties,
    remember_tie,
)
from grandequipe.groups.queries.streams import list_streams_of, list_streams_of_members

__all__ = [
    "MODERATING",
    "count_owners",
    "find_group",
    "find_invitation",
    "find_invitation_before",
    "find_invitation_by_name",
    "find_membership",
    "find_memberships",
    "find_public_head",
    "forget_ties",
    "get_group",
    "get_invitation",
    "is_for",
    "list_groups",
    "list_invitations",
    "list_invitations_to",
    "list_invited",
    "list_members",
    "list_memberships",
    "list_moderator_ids",
    "list_public_groups",
    "list_streams_of",
    "list_streams_of_members",
    "list_ties",
    "readable_by",
    "remember_tie",
    "visible_to",
]
