"""What groups do when others speak."""

from grandequipe.core import journal
from grandequipe.core.journal import Fact
from grandequipe.groups.events import MemberShownDifferently
from grandequipe.groups.queries import list_memberships
from grandequipe.members.events import ProfileChanged
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
