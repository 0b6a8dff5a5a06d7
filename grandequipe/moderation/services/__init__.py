"""Writes of moderation: reports, cases, decisions, appeals, and their end."""

from grandequipe.moderation.services.appeals import decide_appeal, file_appeal
from grandequipe.moderation.services.cases import (
    decide_case,
    escalate_case,
    list_to_escalate,
    release_case,
    take_case,
)
from grandequipe.moderation.services.decisions import DecisionInput, note_decision
from grandequipe.moderation.services.erasure import (
    close_expired_cases,
    erase_contents,
    erase_member_words,
    erase_old_words,
    is_removal_appealed,
)
from grandequipe.moderation.services.reports import (
    ReportInput,
    VisitorReport,
    mark_answered,
    report,
    report_as_visitor,
)

__all__ = [
    "DecisionInput",
    "ReportInput",
    "VisitorReport",
    "close_expired_cases",
    "decide_appeal",
    "decide_case",
    "erase_contents",
    "erase_member_words",
    "erase_old_words",
    "escalate_case",
    "file_appeal",
    "is_removal_appealed",
    "list_to_escalate",
    "mark_answered",
    "note_decision",
    "release_case",
    "report",
    "report_as_visitor",
    "take_case",
]
