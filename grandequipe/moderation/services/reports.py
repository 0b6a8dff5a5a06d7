"""Filing reports, and saying to their senders what became of them.

Guarantee: no number of reports hides anything: a person decides.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.email_addresses import normalized
from grandequipe.core.errors import Invalid
from grandequipe.core.events import SITE, record
from grandequipe.core.text_validation import length_error, line_error, text_error
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.moderation.events import CaseEscalated, ReportAnswered, ReportFiled
from grandequipe.moderation.models import (
    LONGEST_DETAILS,
    UNDECIDED,
    Case,
    CaseReport,
    CaseState,
    Report,
    ReportReason,
)
from grandequipe.moderation.queries.cases import find_undecided, moderators_of
from grandequipe.moderation.queries.subjects import Reportable
from grandequipe.moderation.services.counts import broadcast_counts

LONGEST_NAME = 100
SHORTEST_DETAILS = 10


@dataclass(frozen=True)
class ReportInput:
    """Why something is reported; `details` are asked for where the reason says too little."""

    reason: ReportReason
    details: str = ""

    def validate(self) -> None:
        """Raise Invalid with the error of each field."""
        if errors := self.errors():
            raise Invalid(errors)

    def errors(self) -> dict[str, str]:
        """Give the error of each field."""
        details = self.details.strip()
        if wrong := length_error(details, LONGEST_DETAILS) or text_error(details):
            return {"details": wrong}
        if self.reason in (ReportReason.ILLEGAL, ReportReason.OTHER) and len(details) < (
            SHORTEST_DETAILS
        ):
            return {"details": _("Say in a sentence what’s wrong with it.")}
        return {}


@dataclass(frozen=True)
class VisitorReport(ReportInput):
    """The notice of a visitor (DSA, article 16): with a name, an address and good faith."""

    name: str = ""
    email: str = ""
    in_good_faith: bool = False
    locale: str = "fr"

    def errors(self) -> dict[str, str]:
        """Give the error of each field."""
        errors = super().errors()
        name, email = self.name.strip(), self.email.strip()
        if wrong := length_error(name, LONGEST_NAME) or line_error(name):
            errors["name"] = wrong
        elif not name:
            errors["name"] = _("Enter your name.")
        try:
            normalized(email)
        except ValueError:
            errors["email"] = _("This isn’t an email address. Please check it.")
        if not self.in_good_faith:
            errors["in_good_faith"] = _("Confirm that you report this in good faith.")
        return errors


def report(reporter: Member, reportable: Reportable, report_input: ReportInput) -> Report:
    """Report what a member sees; once while it waits: again, it changes what they said of it."""
    report_input.validate()
    subject = reportable.subject
    waiting = (
        select(Report)
        .join(CaseReport, CaseReport.report_id == Report.id)
        .join(Case, Case.id == CaseReport.case_id)
        .where(
            Report.reporter_id == reporter.id,
            Report.subject_type == subject.type,
            Report.subject_id == subject.id,
            Case.state.in_(UNDECIDED),
        )
        .limit(1)
    )
    # Two at once of one member wait for each other.
    db.session.execute(
        select(Member.id).where(Member.id == reporter.id).with_for_update(key_share=True)
    )
    found = db.session.scalar(waiting)
    if found is not None:
        found.reason, found.details = report_input.reason, report_input.details.strip()
        db.session.flush()
        return found
    filed = _new_report(reportable, report_input, reporter.locale)
    filed.reporter_id = reporter.id
    return _file(filed, reportable)


def report_as_visitor(reportable: Reportable, report_input: VisitorReport) -> Report:
    """Report what a visitor sees on a public page."""
    report_input.validate()
    filed = _new_report(reportable, report_input, report_input.locale)
    filed.name, filed.email = report_input.name.strip(), report_input.email.strip()
    return _file(filed, reportable)


def _new_report(reportable: Reportable, report_input: ReportInput, locale: str) -> Report:
    return Report(
        subject_type=reportable.subject.type,
        subject_id=reportable.subject.id,
        locale=locale,
        reason=report_input.reason,
        details=report_input.details.strip(),
        created_at=clock.now(),
    )


def _file(filed: Report, reportable: Reportable) -> Report:
    db.session.add(filed)
    db.session.flush()
    cases = [_case_in(group, reportable) for group in reportable.groups]
    for case in cases:
        db.session.add(CaseReport(case_id=case.id, report_id=filed.id))
    db.session.flush()
    for case in cases:
        db.session.expire(case, ["reports"])
    broadcast_counts(case.group_id for case in cases)
    record(SITE, ReportFiled(subject_id=filed.id, actor_id=None))
    return filed


def _case_in(group: Group | None, reportable: Reportable) -> Case:
    """Give the locked case that waits in a group, a new one where there is none."""
    subject = reportable.subject
    author_id = subject.author.id if subject.author else None
    values = {
        "subject_type": subject.type,
        "subject_id": subject.id,
        "group_id": group.id if group else None,
        "member_id": author_id,
        "subject_version": subject.version,
        "state": CaseState.OPEN,
        "created_at": clock.now(),
    }
    case = find_undecided(subject.type, subject.id, group, locked=True)
    if case is None:
        # Another report may open it at this moment.
        added = insert(Case).values(values).on_conflict_do_nothing().returning(Case.id)
        new_id = db.session.scalar(added)
        case = find_undecided(subject.type, subject.id, group, locked=True)
        if case is None:
            raise RuntimeError("The case is neither new nor there.")
        if new_id is not None and group is not None and not _has_judge(group, author_id):
            escalate(case)
    return case


def _has_judge(group: Group, author_id: int | None) -> bool:
    """Return whether a moderator of the group is somebody else than the author."""
    others = moderators_of(group.id)
    if author_id is not None:
        others = others.where(others.selected_columns[0] != author_id)
    return db.session.scalar(select(exists(others))) or False


def escalate(case: Case) -> None:
    """Have the administrators of the site see a case too, once."""
    case.escalated_at = clock.now()
    db.session.flush()
    record(SITE, CaseEscalated(subject_id=case.id, actor_id=None))


def mark_answered(case: Case) -> None:
    """Record that the reports of a decided case are answered, those that wait nowhere else."""
    now = clock.now()
    for each in case.reports:
        waits = exists().where(
            CaseReport.report_id == each.id,
            CaseReport.case_id == Case.id,
            Case.state.in_(UNDECIDED),
        )
        if each.answered_at is not None or db.session.scalar(select(waits)):
            continue
        each.answered_at = now
        stream = each.reporter.stream if each.reporter else SITE
        record(stream, ReportAnswered(subject_id=each.id, actor_id=None))
