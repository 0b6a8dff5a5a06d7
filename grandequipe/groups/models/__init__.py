"""Groups, memberships and invitations."""

from grandequipe.groups.models.groups import (
    LASTING as LASTING,
    STREAM_OWNER as STREAM_OWNER,
    Colour as Colour,
    Group as Group,
    GroupReview as GroupReview,
    Invitation as Invitation,
    JoinPolicy as JoinPolicy,
    Level as Level,
    Membership as Membership,
    MembershipState as MembershipState,
    OwnershipOffer as OwnershipOffer,
    PostingPolicy as PostingPolicy,
    Role as Role,
    Visibility as Visibility,
    colour_of as colour_of,
)
from grandequipe.groups.models.sanctions import Sanction as Sanction, SanctionKind as SanctionKind
