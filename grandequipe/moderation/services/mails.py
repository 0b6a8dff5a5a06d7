"""Mails of moderation: statements of reasons, receipts, outcomes, answers to appeals.

Texts of strangers are written so that no mail program makes an address of them.
"""

from flask_babel import gettext as _

from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.text_validation import unlinked
from grandequipe.moderation.models import (
    REASONS,
    Appeal,
    Decision,
    DecisionKind,
    Report,
    SubjectType,
    said_of,
    said_to_author,
)
from grandequipe.moderation.queries.subjects import find_subjects_seen_by
from grandequipe.moderation.services.suspensions import address_without_login

RECEIPT = "report"
OUTCOME = "report_outcome"
STATEMENT = "decision"
APPEAL = "appeal"
LONGEST_TITLE = 100


def _plain(words: str, most: int = LONGEST_TITLE) -> str:
    return isolated(unlinked(shortened(one_line(words), most)))


def write_statement(decision: Decision) -> Mail | None:
    """Write the statement of reasons to whom a decision concerns; None for a closed account."""
    member = decision.member
    if member is None or not member.active:
        return None
    with rendering.in_language_of(member.locale):
        said = said_to_author(decision)
        title = str((decision.content or {}).get("title") or "")
        context: dict[str, object] = {
            "locale": member.locale,
            "name": _plain(member.display_name),
            "said": said,
            "title": _plain(title) if title else "",
            "is_of_text": decision.subject_type not in (SubjectType.MEMBER, SubjectType.GROUP),
            "group": _plain(decision.known_group.name)
            if decision.known_group
            else _plain(decision.former_group),
            "reason": [_plain(line, 1000) for line in decision.reason.splitlines() if line.strip()],
            "rule": _plain(decision.rule, 300) if decision.rule else "",
            "until": decision.until,
            "time_zone": member.time_zone,
            "is_automated": decision.is_automated,
            "appealable_until": decision.appealable_until,
            "link": rendering.address_of("moderation.decision", decision_id=decision.id),
        }
        return _write(member.email, said, "statement", context)


def write_appeal_answer(appeal: Appeal) -> Mail | None:
    """Write what became of an appeal to whom it concerns; None for a closed account."""
    decision = appeal.decision
    member = decision.member
    is_suspension = decision.kind is DecisionKind.SUSPEND
    if member is None or member.is_closed or not (member.active or is_suspension):
        return None
    with rendering.in_language_of(member.locale):
        granted = decision.is_overturned
        subject = _("Your appeal was accepted") if granted else _("Your appeal wasn’t accepted")
        context: dict[str, object] = {
            "locale": member.locale,
            "name": _plain(member.display_name),
            "said": subject,
            "granted": granted,
            "is_of_closed_group": bool(decision.former_group),
            "written_anew": decision.is_written_anew,
            "reason": [_plain(line, 1000) for line in appeal.reason.splitlines() if line.strip()],
            "link": address_without_login(decision)
            if is_suspension and not member.active
            else rendering.address_of("moderation.decision", decision_id=decision.id),
        }
        return _write(member.email, subject, "appeal_answer", context)


def write_receipt(report: Report) -> Mail | None:
    """Write to a visitor that their report has arrived."""
    if report.email is None:
        return None
    with rendering.in_language_of(report.locale):
        subject = _("We’ve received your report")
        return _write(report.email, subject, "receipt", _about_report(report))


def write_outcome(report: Report) -> Mail | None:
    """Write to who reported something what was decided; None where nobody is to be reached."""
    reporter = report.reporter
    email = report.email or (reporter.email if reporter and reporter.active else None)
    if email is None:
        return None
    locale = reporter.locale if reporter else report.locale
    with rendering.in_language_of(locale):
        outcomes = [
            (_plain(case.group.name) if case.group else "", said_of(case.decision))
            for case in report.cases
            if case.decision
        ]
        context = _about_report(report) | {
            "locale": locale,
            "outcomes": outcomes,
            "link": rendering.address_of("moderation.my_reports") if reporter else "",
        }
        return _write(email, _("What became of your report"), "outcome", context)


def _about_report(report: Report) -> dict[str, object]:
    key = (report.subject_type, report.subject_id)
    subject = find_subjects_seen_by([key], report.reporter).get(key) if report.reporter else None
    name = report.name or (report.reporter.display_name if report.reporter else "")
    return {
        "locale": report.locale,
        "name": _plain(name),
        "title": _plain(subject.title) if subject else "",
        "reason": str(REASONS[report.reason]),
        "number": report.id,
    }


def _write(to: str, subject: str, template: str, context: dict[str, object]) -> Mail:
    path = f"moderation/{template}_mail"
    return Mail(
        to=to,
        subject=subject,
        text=rendering.render(f"{path}.txt", **context).strip() + "\n",
        html=rendering.render_html(f"{path}.html", **context),
    )
