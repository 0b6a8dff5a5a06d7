"""The rights to see, take and decide cases, and to appeal."""

from grandequipe.core import clock
from grandequipe.groups.models import Group
from grandequipe.groups.policies import is_owner, may_moderate
from grandequipe.groups.queries import find_group
from grandequipe.members.models import Member
from grandequipe.moderation.models import Appeal, Case, Decision, SubjectType


def may_moderate_in(member: Member | None, group: Group | None) -> bool:
    """A group's own moderators; profiles and groups are the site's administrators' alone."""
    if group is None:
        return member is not None and member.is_admin
    return may_moderate(member, group)


def may_see_case(member: Member | None, case: Case) -> bool:
    """Those who decide on it see it, and no moderator of another group."""
    return may_moderate_in(member, case.group)


def may_decide(member: Member | None, case: Case) -> bool:
    """Moderators decide, but on what is their own: others do."""
    is_own = member is not None and member.id == case.member_id
    owns = case.subject_type is SubjectType.GROUP and _owns(member, case.subject_id)
    return may_see_case(member, case) and not is_own and not owns


def may_read_reports(member: Member | None, case: Case) -> bool:
    """Those who decide read the words of reports; a moderator whose own content it is does not.

    The words may show who reported it.
    """
    return may_decide(member, case)


def may_see_decision(member: Member | None, decision: Decision) -> bool:
    """The member whom it concerns reads the reasons, and so do those who decide there."""
    if member is None:
        return False
    return decision.member_id == member.id or may_moderate_in(member, decision.group)


def may_appeal(member: Member | None, decision: Decision) -> bool:
    """The member whom it concerns appeals, once, within six months."""
    return (
        member is not None
        and decision.member_id == member.id
        and decision.restricts
        and decision.appeal is None
        and not decision.is_overturned
        and clock.now() < decision.appealable_until
    )


def may_see_appeal(member: Member | None, appeal: Appeal) -> bool:
    """Those who moderate there, and the author through the decision."""
    return may_see_decision(member, appeal.decision)


def may_decide_appeal(member: Member | None, appeal: Appeal) -> bool:
    """Neither the person who took the decision nor the one whom it concerns: somebody else."""
    decision = appeal.decision
    if member is None or member.id in (decision.decided_by_id, decision.member_id):
        return False
    if decision.subject_type is SubjectType.GROUP and _owns(member, decision.subject_id):
        return False
    return may_moderate_in(member, decision.group)


def _owns(member: Member | None, group_id: int) -> bool:
    group = find_group(group_id)
    return group is not None and is_owner(member, group)
