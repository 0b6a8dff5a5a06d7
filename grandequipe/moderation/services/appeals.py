"""Appeals: filed once by whom a decision concerns, decided by somebody else.

Guarantee: who took a decision never judges an appeal against it. A decision that is overturned is
undone as a whole: the content stands where it stood.
"""

from datetime import datetime

from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import SITE, record, record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.feed.models.inputs import reason_error
from grandequipe.groups.services.locks import lock_group
from grandequipe.members.models import Member
from grandequipe.moderation.events import AppealDecided, AppealFiled
from grandequipe.moderation.models import (
    LONGEST_APPEAL,
    Appeal,
    AppealState,
    CaseState,
    Decision,
)
from grandequipe.moderation.policies import may_appeal, may_decide_appeal, may_moderate_in
from grandequipe.moderation.services import effects
from grandequipe.moderation.services.counts import broadcast_counts
from grandequipe.moderation.services.decisions import deciding

SHORTEST = 10
BY_ANOTHER = _l("You took part in this decision: somebody else decides on the appeal.")


def file_appeal(member: Member, decision: Decision, text: str) -> Appeal:
    """Appeal against a decision; Conflict where that was done, or the six months are over."""
    words = text.strip()
    if wrong := length_error(words, LONGEST_APPEAL) or text_error(words):
        raise Invalid({"text": wrong})
    if len(words) < SHORTEST:
        raise Invalid({"text": _("Say in a few words why this decision should be changed.")})
    db.session.refresh(decision, with_for_update={"of": Decision, "key_share": True})
    # The page has read it before the lock.
    db.session.expire(decision, ["appeal"])
    require(decision.member_id == member.id, _l("Only the person concerned can appeal."))
    if not may_appeal(member, decision):
        raise Conflict(_("You have appealed already, or it’s too late to appeal."))
    appeal = Appeal(decision=decision, text=words, created_at=clock.now())
    db.session.add(appeal)
    if decision.case is not None:
        decision.case.state = CaseState.APPEALED
        decision.case.version += 1
    db.session.flush()
    broadcast_counts([decision.group_id])
    record(SITE, AppealFiled(subject_id=appeal.id, actor_id=None))
    return appeal


def decide_appeal(judge: Member, appeal: Appeal, *, granted: bool, reason: str) -> bool:
    """Uphold a decision or undo it; return whether what it took was given back.

    Raises Conflict where somebody has decided on the appeal meanwhile.
    """
    if wrong := reason_error(reason):
        raise Invalid({"reason": wrong})
    decision = appeal.decision
    # The group first: its moderators stay so until the answer is carried out.
    if decision.group is not None:
        lock_group(decision.group)
    db.session.refresh(decision, with_for_update={"of": Decision, "key_share": True})
    db.session.refresh(appeal, with_for_update={"of": Appeal, "key_share": True})
    require(may_moderate_in(judge, decision.group) and may_decide_appeal(judge, appeal), BY_ANOTHER)
    if not appeal.is_open:
        raise Conflict(_("Somebody has decided on this appeal already."))
    now = clock.now()
    appeal.state = AppealState.GRANTED if granted else AppealState.UPHELD
    appeal.decided_by_id, appeal.decided_at, appeal.reason = judge.id, now, reason.strip()
    if decision.case is not None:
        decision.case.state, decision.case.closed_at = CaseState.CLOSED, now
        decision.case.version += 1
    log_act(
        Act.APPEAL_GRANTED if granted else Act.APPEAL_UPHELD,
        ("decision", decision.id),
        actor_id=judge.id,
        group_id=decision.group_id,
        member_id=decision.member_id,
    )
    is_undone = False
    others: list[Decision] = []
    if granted:
        decision.overturned_at = now
        others = _overturn_others(appeal, now)
        db.session.flush()
        with deciding():
            is_undone = effects.undo(judge, decision)
    db.session.flush()
    broadcast_counts([decision.group_id])
    record_all(
        (each.member.stream, AppealDecided(subject_id=each.id, actor_id=None))
        for each in (decision, *others)
        if each.member is not None
    )
    return is_undone


def _overturn_others(appeal: Appeal, now: datetime) -> list[Decision]:
    """Overturn the same decision for the other owners of a group; give those who had appealed."""
    case = appeal.decision.case
    if case is None:
        return []
    others = [each for each in case.decisions if each is not appeal.decision]
    appealed = []
    for each in others:
        each.overturned_at = now
        if each.appeal is not None and each.appeal.is_open:
            each.appeal.state, each.appeal.decided_at = AppealState.GRANTED, now
            each.appeal.decided_by_id, each.appeal.reason = appeal.decided_by_id, appeal.reason
            appealed.append(each)
    return appealed
