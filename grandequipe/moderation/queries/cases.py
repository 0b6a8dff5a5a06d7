"""Reading reports, cases, decisions and appeals.

Guarantee: a case is shown to those who decide on it alone, and no reader is shown who sent a
report. What somebody may not see is NotFound, as what does not exist.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState, Sanction
from grandequipe.groups.queries import MODERATES
from grandequipe.members.models import Member
from grandequipe.moderation.models import (
    UNDECIDED,
    Appeal,
    AppealState,
    Case,
    CaseState,
    Decision,
    DecisionKind,
    Report,
    SubjectType,
)

NEWEST_CASES = Order(Case.created_at, Case.id)
NEWEST_DECISIONS = Order(Decision.created_at, Decision.id)
NEWEST_REPORTS = Order(Report.created_at, Report.id)


def find_case(case_id: int) -> Case | None:
    """Find a case; the caller that shows it asks the policy."""
    return db.session.get(Case, case_id)


def find_undecided(
    subject_type: SubjectType, subject_id: int, group: Group | None, *, locked: bool = False
) -> Case | None:
    """Find the case on a subject that waits in a group."""
    query = select(Case).where(
        Case.subject_type == subject_type,
        Case.subject_id == subject_id,
        Case.group_id == group.id if group else Case.group_id.is_(None),
        Case.state.in_(UNDECIDED),
    )
    if locked:
        query = query.with_for_update(of=Case, key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=locked))


def list_cases(
    group: Group | None,
    states: Collection[CaseState] = UNDECIDED,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Case]:
    """List the cases of a group, or those of the site for None, newest first."""
    here = Case.group_id == group.id if group else Case.group_id.is_(None)
    return paginate(select(Case).where(here, Case.state.in_(states)), NEWEST_CASES, cursor, limit)


def list_escalated(cursor: str | None = None) -> Window[Case]:
    """List the cases of groups that went up to the site and still wait."""
    query = select(Case).where(
        Case.group_id.is_not(None), Case.escalated_at.is_not(None), Case.state.in_(UNDECIDED)
    )
    return paginate(query, NEWEST_CASES, cursor)


def list_reports_of(reporter: Member, cursor: str | None = None) -> Window[Report]:
    """List what a member has reported, newest first, with the cases."""
    query = select(Report).where(Report.reporter_id == reporter.id).options(_WITH_CASES)
    return paginate(query, NEWEST_REPORTS, cursor)


_WITH_CASES = joinedload(Report.cases)


def find_report(report_id: int) -> Report | None:
    """Find a report, for what is done on the clock."""
    return db.session.get(Report, report_id)


def find_decision(decision_id: int) -> Decision | None:
    """Find a decision; the caller that shows it asks the policy."""
    return db.session.get(Decision, decision_id)


def list_own_decisions(member: Member, cursor: str | None = None) -> Window[Decision]:
    """List the decisions that limited a member, newest first, for that member alone."""
    query = select(Decision).where(
        Decision.member_id == member.id, Decision.kind != DecisionKind.KEEP
    )
    return paginate(query, NEWEST_DECISIONS, cursor)


def list_removals_of(post_id: int) -> Sequence[Decision]:
    """List the decisions by which a post is removed, newest first, for its author."""
    return db.session.scalars(
        select(Decision)
        .where(
            Decision.subject_type == SubjectType.POST,
            Decision.subject_id == post_id,
            Decision.kind == DecisionKind.REMOVE,
            Decision.overturned_at.is_(None),
        )
        .order_by(Decision.id.desc())
        .limit(DEFAULT_LIMIT)
    ).all()


def find_newest_sanction(member: Member, group: Group) -> int | None:
    """Find the id of the last sanction that a member was given in a group."""
    newest = select(func.max(Sanction.id)).where(
        Sanction.member_id == member.id, Sanction.group_id == group.id
    )
    return db.session.scalar(newest)


def find_appeal(appeal_id: int) -> Appeal | None:
    """Find an appeal; the caller that shows it asks the policy."""
    return db.session.get(Appeal, appeal_id)


def list_decisions_about(member: Member, group: Group | None) -> Sequence[Decision]:
    """List what was decided on somebody's contents in a group, newest first, for its moderators."""
    here = Decision.group_id == group.id if group else Decision.group_id.is_(None)
    return db.session.scalars(
        select(Decision)
        .where(Decision.member_id == member.id, here)
        .order_by(Decision.created_at.desc(), Decision.id.desc())
        .limit(DEFAULT_LIMIT)
    ).all()


def list_appeals(group: Group | None, viewer: Member) -> Sequence[Appeal]:
    """List the appeals that wait for somebody else than who decided: in a group, or at the site.

    The site's are those on its own decisions, and those of groups where nobody else moderates.
    """
    query = (
        select(Appeal)
        .join(Appeal.decision)
        .where(
            Appeal.state == AppealState.OPEN,
            Decision.decided_by_id.is_distinct_from(viewer.id),
            Decision.member_id.is_distinct_from(viewer.id),
        )
        .options(contains_eager(Appeal.decision))
        .order_by(Appeal.created_at, Appeal.id)
        .limit(DEFAULT_LIMIT)
    )
    if group:
        return db.session.scalars(query.where(Decision.group_id == group.id)).all()
    at_site = or_(Decision.group_id.is_(None), ~has_other_moderator())
    return db.session.scalars(query.where(at_site)).all()


def has_other_moderator() -> ColumnElement[bool]:
    """Say of which decisions the group has a moderator who may judge an appeal against it."""
    return exists().where(
        Membership.group_id == Decision.group_id,
        Membership.state == MembershipState.ACTIVE,
        MODERATES,
        Membership.member_id.is_distinct_from(Decision.decided_by_id),
        Membership.member_id.is_distinct_from(Decision.member_id),
    )


def moderators_of(group_id: int) -> Select[int]:
    """Select the active moderators of a group."""
    return select(Membership.member_id).where(
        Membership.group_id == group_id, Membership.state == MembershipState.ACTIVE, MODERATES
    )


def administrators() -> Select[int]:
    """Select the active administrators of the site."""
    return select(Member.id).where(Member.is_admin, Member.active)


def is_judged_at_site(decision: Decision) -> bool:
    """Return whether an appeal against it goes to the administrators of the site."""
    if decision.group_id is None:
        return True
    query = select(Decision.id).where(Decision.id == decision.id, has_other_moderator())
    return db.session.scalar(query) is None


def waiting_by_group(group_ids: Iterable[int]) -> Select[Any]:
    """Select `group_id` and `number` of the cases and appeals that wait in some groups."""
    ids = list(group_ids)
    cases = select(Case.group_id.label("group_id")).where(
        Case.group_id.in_(ids), Case.state.in_(UNDECIDED)
    )
    appeals = (
        select(Decision.group_id.label("group_id"))
        .join(Appeal, Appeal.decision_id == Decision.id)
        .where(Decision.group_id.in_(ids), Appeal.state == AppealState.OPEN)
    )
    both = cases.union_all(appeals).subquery()
    return select(both.c.group_id, func.count().label("number")).group_by(both.c.group_id)


def count_waiting(group: Group) -> int:
    """Count the cases and appeals that wait in a group."""
    rows = db.session.execute(waiting_by_group([group.id])).all()
    return sum(number for _group_id, number in rows)


def count_waiting_at_site() -> int:
    """Count what waits for the administrators: their own cases, escalated ones, and appeals."""
    of_site = or_(Case.group_id.is_(None), Case.escalated_at.is_not(None))
    cases = select(func.count()).where(of_site, Case.state.in_(UNDECIDED))
    appeals = (
        select(func.count())
        .select_from(Appeal)
        .join(Appeal.decision)
        .where(
            Appeal.state == AppealState.OPEN,
            or_(Decision.group_id.is_(None), ~has_other_moderator()),
        )
    )
    total = cases.scalar_subquery() + appeals.scalar_subquery()
    return db.session.scalar(select(total)) or 0
