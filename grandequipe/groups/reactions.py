"""What groups do when others speak."""

from grandequipe.core import journal
from grandequipe.core.journal import Fact
from grandequipe.groups import services
from grandequipe.groups.events import InvitationSent, MemberShownDifferently
from grandequipe.groups.queries import find_invitation, list_memberships
from grandequipe.members.events import MemberConfirmed, ProfileChanged
from grandequipe.members.queries import find_member


@journal.reacts_to(ProfileChanged)
def tell_groups_of_new_profile(fact: Fact) -> None:
    """Move each group's stream on, so that pages kept under a position show the new name."""
    member = find_member(fact.subject_id)
    if member is None:
        return
    journal.record_all(
        (
            membership.group.stream,
            MemberShownDifferently(
                subject_id=member.id, actor_id=member.id, group_id=membership.group_id
            ),
        )
        for membership in list_memberships(member)
    )


@journal.reacts_to(InvitationSent)
def deliver_invitation(fact: Fact) -> None:
    """Find whose address was invited, out of sight of the one who invites."""
    invitation = find_invitation(fact.subject_id)
    if invitation is not None:
        services.deliver_invitation(invitation)


@journal.reacts_to(MemberConfirmed)
def deliver_invitations_to_newcomer(fact: Fact) -> None:
    """Bring a new member the invitations that waited for their address."""
    member = find_member(fact.subject_id)
    if member is not None:
        services.deliver_invitations_to(member)
