"""Statements of reasons: written with what they are about, once.

Guarantee: a decision that limits somebody is a row with a reason, in the transaction of what it
does; its author is notified by bell and by mail (see `moderation.handlers`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.events import record_all
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.feed.models.inputs import reason_error
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.moderation.events import DecisionMade
from grandequipe.moderation.models import (
    APPEALABLE_FOR,
    LONGEST_RULE,
    SANCTIONS,
    Case,
    Decision,
    DecisionKind,
    SubjectType,
)
from grandequipe.moderation.queries.subjects import Subject, find_subject

# They are not about what somebody wrote.
WITHOUT_CONTENT = (DecisionKind.KEEP, DecisionKind.EXPEL, DecisionKind.SUSPEND)
DECIDING = "moderation_deciding"


@dataclass(frozen=True)
class DecisionInput:
    """What a moderator decides, why, by which rule, and until when for a mute or a ban."""

    kind: DecisionKind
    reason: str
    rule: str = ""
    until: datetime | None = None

    def validate(self) -> None:
        """Raise Invalid with the error of each field."""
        errors: dict[str, str] = {}
        if wrong := reason_error(self.reason):
            errors["reason"] = wrong
        rule = self.rule.strip()
        if wrong := length_error(rule, LONGEST_RULE) or line_error(rule):
            errors["rule"] = wrong
        if self.until is not None:
            if self.kind not in SANCTIONS or self.kind is DecisionKind.WARN:
                errors["until"] = _("Only a mute or a ban has an end.")
            elif self.until <= clock.now():
                errors["until"] = _("Choose a time to come.")
        if errors:
            raise Invalid(errors)


def new_decision(
    actor: Member | None,
    decision_input: DecisionInput,
    subject: tuple[SubjectType, int],
    group: Group | None,
    member_id: int | None,
    case: Case | None = None,
) -> Decision:
    """Write a decision, with what its subject says at this moment."""
    now = clock.now()
    shown = find_subject(*subject)
    decision = Decision(
        case=case,
        group_id=group.id if group else None,
        group=group,
        subject_type=subject[0],
        subject_id=subject[1],
        member_id=member_id,
        decided_by_id=actor.id if actor else None,
        kind=decision_input.kind,
        reason=decision_input.reason.strip(),
        rule=decision_input.rule.strip(),
        until=decision_input.until,
        content=_content(shown) if decision_input.kind not in WITHOUT_CONTENT else None,
        effects={},
        created_at=now,
        appealable_until=now + APPEALABLE_FOR,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def note_decision(
    actor: Member,
    decision_input: DecisionInput,
    subject: tuple[SubjectType, int],
    group: Group | None,
    member: Member,
    effects: dict[str, Any],
) -> Decision | None:
    """Write the decision of a moderator who acted without a case, on somebody else's content.

    None while a case is being decided: what is done for it is its own decision.
    """
    if DECIDING in db.session.info or actor.id == member.id:
        return None
    decision = new_decision(actor, decision_input, subject, group, member.id)
    decision.effects = effects
    announce([decision])
    return decision


def announce(decisions: Iterable[Decision]) -> None:
    """Record decisions that limit somebody, for whom each concerns; record last."""
    db.session.flush()
    record_all(
        (each.member.stream, DecisionMade(subject_id=each.id, actor_id=None))
        for each in decisions
        if each.restricts and each.member is not None
    )


@contextmanager
def deciding() -> Iterator[None]:
    """Have what other services do meanwhile be part of the decision on a case."""
    db.session.info[DECIDING] = True
    try:
        yield
    finally:
        db.session.info.pop(DECIDING, None)


def _content(subject: Subject | None) -> dict[str, str | None] | None:
    return subject.content if subject else None
