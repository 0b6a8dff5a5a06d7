"""What follows from events of moderation: mails; and from the closing of an account.

The mails stand in the outbox once, under a key, in the transaction of the handler.
"""

from typing import Any

from sqlalchemy import inspect

from grandequipe.core import mail
from grandequipe.core.events import EventRecord, handles
from grandequipe.core.moderation_log import Act
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.groups.models import Group, Visibility
from grandequipe.members.accounts.rate_limits import may_reach
from grandequipe.members.events import ProfileChanged
from grandequipe.members.models import Member, Suspension
from grandequipe.members.queries import find_member
from grandequipe.moderation import services
from grandequipe.moderation.events import AppealDecided, DecisionMade, ReportAnswered, ReportFiled
from grandequipe.moderation.models import SANCTIONS, DecisionKind, SubjectType
from grandequipe.moderation.queries.cases import find_decision, find_newest_sanction, find_report
from grandequipe.moderation.services import closed_groups, mails, suspensions


@handles(ReportFiled)
def acknowledge_report(event_record: EventRecord) -> None:
    """Mail a visitor that their report has arrived (DSA, article 16)."""
    report = find_report(event_record.subject_id)
    message = mails.write_receipt(report) if report else None
    if message and may_reach(message.to, mails.RECEIPT):
        mail.post(
            message,
            mails.RECEIPT,
            key=f"{mails.RECEIPT}:{event_record.subject_id}",
            has_secrets=True,
        )


@handles(ReportAnswered)
def mail_outcome(event_record: EventRecord) -> None:
    """Mail to who reported something what was decided."""
    report = find_report(event_record.subject_id)
    message = mails.write_outcome(report) if report else None
    # The address of a visitor may be a stranger's.
    is_stranger = report is not None and report.reporter_id is None
    if message and is_stranger and not may_reach(message.to, mails.OUTCOME):
        return
    if report and message:
        mail.post(
            message, mails.OUTCOME, key=f"{mails.OUTCOME}:{report.id}",
            member_id=report.reporter_id, has_secrets=True,
        )  # fmt: skip


@handles(DecisionMade)
def mail_statement(event_record: EventRecord) -> None:
    """Mail the statement of reasons to whom a decision concerns."""
    decision = find_decision(event_record.subject_id)
    message = mails.write_statement(decision) if decision else None
    if decision and message:
        mail.post(
            message, mails.STATEMENT, key=f"{mails.STATEMENT}:{decision.id}",
            member_id=decision.member_id, has_secrets=True,
        )  # fmt: skip


@handles(AppealDecided)
def mail_appeal_answer(event_record: EventRecord) -> None:
    """Mail what became of an appeal to whom it concerns."""
    decision = find_decision(event_record.subject_id)
    message = mails.write_appeal_answer(decision.appeal) if decision and decision.appeal else None
    if decision and message:
        mail.post(
            message, mails.APPEAL, key=f"{mails.APPEAL}:{decision.id}",
            member_id=decision.member_id, has_secrets=True,
        )  # fmt: skip


@handles(ProfileChanged)
def erase_words_of_closed_account(event_record: EventRecord) -> None:
    """Erase what a closed account reported and appealed."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        services.erase_member_words(member)


# What moderators do directly, as a decision of their own.
DECISIONS = {
    Act.POST_REMOVED: DecisionKind.REMOVE,
    Act.POST_REFUSED: DecisionKind.REFUSE,
    Act.COMMENT_REMOVED: DecisionKind.REMOVE,
    Act.COMMENTS_LOCKED: DecisionKind.LOCK,
    Act.MEMBER_REMOVED: DecisionKind.EXPEL,
    Act.CONTENTS_REMOVED: DecisionKind.REMOVE,
    Act.MEMBER_WARNED: DecisionKind.WARN,
    Act.MEMBER_MUTED: DecisionKind.MUTE,
    Act.MEMBER_BANNED: DecisionKind.BAN,
}


def note_direct_decision(
    _sender: object,
    *,
    act: Act,
    actor: Member,
    subject: tuple[str, int],
    group: Group,
    member: Member,
    reason: str,
    until: Any = None,
    **more: Any,
) -> None:
    """Receive a signal: write the statement of reasons of what was done without a case.

    A stranger does not learn from it of a hidden group.
    """
    if (kind := DECISIONS.get(act)) is None:
        return
    effects: dict[str, Any] = {}
    if act is Act.CONTENTS_REMOVED:
        # Of a person: all that they published in the group since a day.
        subject, effects = (SubjectType.MEMBER, member.id), {"removal": subject[1]}
    subject_type, subject_id = SubjectType(subject[0]), subject[1]
    if kind is DecisionKind.EXPEL:
        effects = more["was"]
    elif subject_type is SubjectType.POST and kind is not DecisionKind.LOCK:
        effects = _place_before(subject_id, group)
    elif kind in SANCTIONS:
        effects = {"sanction": find_newest_sanction(member, group)}
        if more.get("is_stranger") and group.visibility is Visibility.HIDDEN:
            effects["is_secret"] = True
    decision_input = services.DecisionInput(kind, reason, until=until)
    services.note_decision(
        actor, decision_input, (subject_type, subject_id), group, member, effects
    )


def keep_decisions(_sender: object, *, group: Group) -> None:
    """Receive a signal: what can still be appealed outlives the group that is erased."""
    closed_groups.keep_decisions(group)


def note_suspension(_sender: object, *, suspension: Suspension) -> str:
    """Receive a signal: write the decision, and give the address of its appeal without log-in."""
    return suspensions.address_without_login(suspensions.note_suspension(suspension))


def _place_before(post_id: int, group: Group) -> dict[str, Any]:
    """Read whether a post was pinned or featured before what is being done, not yet flushed."""
    post = db.session.get(Post, post_id)
    placement = post.placement_in(group) if post else None
    if placement is None:
        return {}
    attributes = inspect(placement).attrs
    return {
        name: next(iter(attributes[name].history.deleted or ()), getattr(placement, name))
        for name in ("pinned", "featured")
    }
