"""Reports, cases, decisions and appeals."""

from collections.abc import Callable
from typing import Any

from grandequipe.api.calls import View, call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas.moderation import (
    AppealBody,
    AppealPatch,
    AppealSchema,
    CasePageSchema,
    CasePatch,
    CaseQuery,
    CaseSchema,
    DecisionSchema,
    ReportBody,
    ReportSchema,
)
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.queries import get_group
from grandequipe.moderation import services
from grandequipe.moderation.models import (
    UNDECIDED,
    Appeal,
    Case,
    CaseState,
    Decision,
    DecisionKind,
    Report,
    ReportReason,
    SubjectType,
)
from grandequipe.moderation.policies import (
    may_decide,
    may_read_reports,
    may_see_case,
    may_see_decision,
)
from grandequipe.moderation.queries.cases import find_appeal, find_case, find_decision, list_cases
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services.cases import MAY_NOT

TAG = "Moderation"
ONE = "/cases/<id:case_id>"
SETTLED = [state for state in CaseState if state not in UNDECIDED]


def _report_call(path: str) -> Callable[[View], View]:
    """Declare a call that reports what has this path."""
    declare = call(
        "POST", f"{path}/reports", tag=TAG, answers=ReportSchema, status=201, body=ReportBody
    )
    return lambda view: declare(limited("reports")(view))


@_report_call("/posts/<id:post_id>")
def report_post(data: dict[str, Any], post_id: int) -> dict[str, Any]:
    """Report a post that the caller sees; again, while it waits, changes what was said of it."""
    return _report(SubjectType.POST, post_id, data)


@_report_call("/comments/<id:comment_id>")
def report_comment(data: dict[str, Any], comment_id: int) -> dict[str, Any]:
    """Report a comment that the caller reads."""
    return _report(SubjectType.COMMENT, comment_id, data)


@_report_call("/files/<id:file_id>")
def report_file(data: dict[str, Any], file_id: int) -> dict[str, Any]:
    """Report a file that the caller may open."""
    return _report(SubjectType.FILE, file_id, data)


@_report_call("/members/<id:member_id>")
def report_member(data: dict[str, Any], member_id: int) -> dict[str, Any]:
    """Report a profile, to the administrators of the site."""
    return _report(SubjectType.MEMBER, member_id, data)


@_report_call("/groups/<slug:slug>")
def report_group(data: dict[str, Any], slug: str) -> dict[str, Any]:
    """Report a group, to the administrators of the site."""
    return _report(SubjectType.GROUP, get_group(slug, seen_by=acting_member()).id, data)


@call(
    "GET", "/groups/<slug:slug>/cases", tag=TAG, answers=CasePageSchema, query=CaseQuery,
    refusals=[403],
)  # fmt: skip
def list_group_cases(params: dict[str, Any], slug: str) -> Window[dict[str, Any]]:
    """List the cases of a group, for its moderators, newest first."""
    moderator = acting_member()
    group = get_group(slug, seen_by=moderator)
    require(may_moderate(moderator, group), "Only moderators can see what’s waiting.")
    states = UNDECIDED if params["state"] == "waiting" else SETTLED
    page = list_cases(group, states, params["cursor"], params["limit"])
    return Window([_shown_case(each) for each in page.items], page.next)


@call("GET", ONE, tag=TAG, answers=CaseSchema)
def show_case(case_id: int) -> dict[str, Any]:
    """Show a case to those who decide on it; 404 for anybody else."""
    return _shown_case(_get_case(case_id))


@call("PATCH", ONE, tag=TAG, answers=CaseSchema, body=CasePatch)
def decide_case(data: dict[str, Any], case_id: int) -> dict[str, Any]:
    """Decide a case, take it or give it back; 409 says what another decided on that version."""
    moderator, case = acting_member(), _get_case(case_id)
    require(may_decide(moderator, case), MAY_NOT)
    state, decision = data.get("state"), data.get("decision")
    if (state is None) == (decision is None):
        raise Invalid({"decision": "Send either `decision` or `state`."})
    if decision is not None:
        decision_input = services.DecisionInput(
            DecisionKind(decision), data.get("reason", ""), data.get("rule", ""), data.get("until")
        )
        services.decide_case(moderator, case, data["version"], decision_input)
    elif state == "taken":
        services.take_case(moderator, case, data["version"])
    else:
        services.release_case(moderator, case, data["version"])
    return _shown_case(case)


@call("GET", "/decisions/<id:decision_id>", tag=TAG, answers=DecisionSchema)
def show_decision(decision_id: int) -> dict[str, Any]:
    """Give the reasons of a decision to whom it concerns, and to those who decide there."""
    return _shown_decision(_get_decision(decision_id))


@call(
    "POST", "/decisions/<id:decision_id>/appeal", tag=TAG, answers=AppealSchema, status=201,
    body=AppealBody,
)  # fmt: skip
def file_appeal(data: dict[str, Any], decision_id: int) -> Appeal:
    """Appeal against a decision about the caller, once, within six months."""
    return services.file_appeal(acting_member(), _get_decision(decision_id), data["text"])


@call("PATCH", "/appeals/<id:appeal_id>", tag=TAG, answers=AppealSchema, body=AppealPatch)
def decide_appeal(data: dict[str, Any], appeal_id: int) -> Appeal:
    """Decide on an appeal; 403 for who took the decision, and for whom it concerns."""
    judge, appeal = acting_member(), find_appeal(appeal_id)
    if appeal is None or not may_see_decision(judge, appeal.decision):
        raise NotFound
    granted = data["decision"] == "granted"
    services.decide_appeal(judge, appeal, granted=granted, reason=data["reason"])
    return appeal


def _report(subject_type: SubjectType, subject_id: int, data: dict[str, Any]) -> dict[str, Any]:
    reporter = acting_member()
    reportable = get_reportable(subject_type, subject_id, seen_by=reporter)
    report_input = services.ReportInput(ReportReason(data["reason"]), data["details"])
    return _shown_report(services.report(reporter, reportable, report_input))


def _get_case(case_id: int) -> Case:
    case = find_case(case_id)
    if case is None or not may_see_case(acting_member(), case):
        raise NotFound
    return case


def _get_decision(decision_id: int) -> Decision:
    decision = find_decision(decision_id)
    if decision is None or not may_see_decision(acting_member(), decision):
        raise NotFound
    return decision


def _subject_of(about: Case | Report) -> dict[str, Any]:
    return {"type": about.subject_type, "id": about.subject_id}


def _shown_report(report: Report) -> dict[str, Any]:
    names = ("id", "reason", "details", "created_at")
    return {name: getattr(report, name) for name in names} | {"subject": _subject_of(report)}


def _shown_case(case: Case) -> dict[str, Any]:
    names = ("id", "state", "version", "created_at", "escalated_at")
    shows_words = may_read_reports(acting_member(), case)
    return {name: getattr(case, name) for name in names} | {
        "reports": [
            {
                "reason": each.reason,
                "details": each.details if shows_words else "",
                "created_at": each.created_at,
            }
            for each in case.reports
        ],
        "subject": _subject_of(case),
        "group": case.group.slug if case.group else None,
        "author": case.member_id,
        "taken_by": case.taken_by_id,
        "decision": _shown_decision(case.decision) if case.decision else None,
    }


def _shown_decision(decision: Decision) -> dict[str, Any]:
    names = (
        "id", "reason", "rule", "until", "is_automated", "created_at", "appealable_until",
        "overturned_at",
    )  # fmt: skip
    return {name: getattr(decision, name) for name in names} | {
        "decision": decision.kind,
        "appeal_id": decision.appeal.id if decision.appeal else None,
    }
