"""Taking a case, giving it back, deciding it, and having the site see what nobody took.

Guarantee: each step locks the case and asks for the version that its reader saw. Of two decisions
on one version the first is carried out; the second raises Conflict with what was decided.
"""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.lines import isolated
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups.queries import find_group, list_owners
from grandequipe.groups.services.locks import lock_group
from grandequipe.members.models import Member
from grandequipe.moderation.models import (
    ESCALATED_AFTER,
    Case,
    CaseState,
    Decision,
    DecisionKind,
    SubjectType,
    said_of,
)
from grandequipe.moderation.policies import may_decide
from grandequipe.moderation.services import effects
from grandequipe.moderation.services.counts import broadcast_counts
from grandequipe.moderation.services.decisions import (
    DecisionInput,
    announce,
    deciding,
    new_decision,
)
from grandequipe.moderation.services.reports import escalate, mark_answered

MAY_NOT = _l("You can’t decide on this case: it concerns what you wrote yourself.")
MANY = 100
KEPT = {
    SubjectType.POST: Act.POST_KEPT,
    SubjectType.COMMENT: Act.COMMENT_KEPT,
    SubjectType.FILE: Act.FILE_KEPT,
    SubjectType.MEMBER: Act.PROFILE_KEPT,
    SubjectType.GROUP: Act.GROUP_KEPT,
}


class Overtaken(Conflict):
    """Somebody has moved the case meanwhile; `case` is as it stands now."""

    def __init__(self, case: Case) -> None:
        super().__init__(_said(case))
        self.case = case


def take_case(moderator: Member, case: Case, version: int) -> None:
    """Have the others see that somebody looks into it."""
    _lock(moderator, case, version)
    case.state, case.taken_by_id, case.taken_at = CaseState.TAKEN, moderator.id, clock.now()
    _moved(moderator, case, Act.CASE_TAKEN)


def release_case(moderator: Member, case: Case, version: int) -> None:
    """Give a case back to all."""
    _lock(moderator, case, version)
    case.state, case.taken_by_id, case.taken_at = CaseState.OPEN, None, None
    _moved(moderator, case, Act.CASE_RELEASED)


def decide_case(
    moderator: Member, case: Case, version: int, decision_input: DecisionInput
) -> Decision:
    """Decide a case and carry it out; raise Overtaken where another has moved it meanwhile."""
    decision_input.validate()
    _lock(moderator, case, version)
    if decision_input.kind not in effects.kinds_for(case.subject_type, case.group):
        raise Invalid({"decision": _("This can’t be decided here.")})
    subject = (case.subject_type, case.subject_id)
    # The owners of a group have a statement and an appeal each; they share what was done.
    concerned = _concerned(case) if decision_input.kind is not DecisionKind.KEEP else []
    ids: list[int | None] = [each.id for each in concerned]
    decisions = [
        new_decision(moderator, decision_input, subject, case.group, each, case)
        for each in ids or [case.member_id]
    ]
    decision = decisions[-1]
    with deciding():
        done = effects.apply(moderator, decision, case.subject_version)
    for each in decisions:
        each.effects = done
    is_kept = decision.kind is DecisionKind.KEEP
    case.state = CaseState.CLOSED if is_kept else CaseState.DECIDED
    case.closed_at = clock.now() if is_kept else None
    if is_kept:
        _log(KEPT[case.subject_type], moderator, case)
    _moved(moderator, case, Act.CASE_DECIDED)
    announce(decisions)
    mark_answered(case)
    return decision


def _concerned(case: Case) -> Sequence[Member]:
    """List whom a decision on a case would concern: the author, or the owners of a group."""
    if case.subject_type is SubjectType.GROUP:
        group = find_group(case.subject_id)
        return list_owners(group) if group else []
    return [case.member] if case.member else []


def list_to_escalate() -> Sequence[int]:
    """List some cases of groups that nobody took in time, by id."""
    return db.session.scalars(
        select(Case.id)
        .where(
            Case.state == CaseState.OPEN,
            Case.escalated_at.is_(None),
            Case.group_id.is_not(None),
            Case.created_at < clock.now() - ESCALATED_AFTER,
        )
        .order_by(Case.created_at)
        .limit(MANY)
    ).all()


def escalate_case(case_id: int) -> bool:
    """Have the site see a case, unless it was taken or went up meanwhile."""
    case = db.session.get(Case, case_id, with_for_update={"of": Case, "key_share": True})
    if case is None or case.state is not CaseState.OPEN or case.escalated_at is not None:
        return False
    log_act(
        Act.CASE_ESCALATED, ("case", case.id), actor_id=None, group_id=case.group_id,
        member_id=case.member_id,
    )  # fmt: skip
    escalate(case)
    return True


def _lock(moderator: Member, case: Case, version: int) -> None:
    # The group first: its moderators stay so until the decision is carried out.
    if case.group is not None:
        lock_group(case.group)
    # NO KEY UPDATE: a report that joins it does not wait.
    db.session.refresh(case, with_for_update={"of": Case, "key_share": True})
    require(may_decide(moderator, case), MAY_NOT)
    if case.version != version or not case.is_undecided:
        raise Overtaken(case)


def _moved(moderator: Member, case: Case, act: Act) -> None:
    case.version += 1
    _log(act, moderator, case)
    db.session.flush()
    broadcast_counts([case.group_id])


def _log(act: Act, moderator: Member, case: Case) -> None:
    named = ("case", case.id)
    if act in KEPT.values():
        named = (case.subject_type.value, case.subject_id)
    log_act(
        act, named, actor_id=moderator.id, group_id=case.group_id, member_id=case.member_id,
        case=case.id,
    )  # fmt: skip


def _said(case: Case) -> str:
    """Say what the other did."""
    decision = case.decision
    if decision is not None and not case.is_undecided:
        name = decision.decided_by.display_name if decision.decided_by else _("Someone")
        return _(
            "%(name)s has decided meanwhile: %(decision)s “%(reason)s”",
            name=isolated(name),
            decision=said_of(decision),
            reason=isolated(decision.reason),
        )
    if case.taken_by is not None:
        name = isolated(case.taken_by.display_name)
        return _(
            "%(name)s is looking into this case now. Read it again before you decide.", name=name
        )
    return _("This case has changed since you read it. Read it again before you decide.")
