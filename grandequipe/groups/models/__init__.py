"""Groups, memberships and invitations."""

from grandequipe.groups.models.charters import (
    LONGEST_CHARTER as LONGEST_CHARTER,
    LONGEST_QUESTION as LONGEST_QUESTION,
    LONGEST_WELCOME as LONGEST_WELCOME,
    MOST_QUESTIONS as MOST_QUESTIONS,
    Charter as Charter,
    MailContent as MailContent,
    Welcome as Welcome,
)
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
from grandequipe.groups.models.invitation_links import InvitationLink as InvitationLink
from grandequipe.groups.models.joining import (
    LONGEST_ANSWER as LONGEST_ANSWER,
    LONGEST_MESSAGE as LONGEST_MESSAGE,
    JoinRequest as JoinRequest,
    RequestMessage as RequestMessage,
    RequestState as RequestState,
)
from grandequipe.groups.models.sanctions import Sanction as Sanction, SanctionKind as SanctionKind
