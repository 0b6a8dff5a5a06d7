"""Reporting something, and what became of one's reports."""

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _

from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.links import address_words
from grandequipe.core.transactions import atomic
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.moderation import services
from grandequipe.moderation.forms import ReportForm, VisitorReportForm
from grandequipe.moderation.models import SubjectType
from grandequipe.moderation.queries.cases import list_reports_of
from grandequipe.moderation.queries.subjects import (
    Reportable,
    Subject,
    find_files_of,
    find_subjects_seen_by,
    get_reportable,
)
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import (
    client_address,
    hit_client,
    limited_form,
    refund_client,
    too_many,
)

KINDS = {
    "publication": SubjectType.POST,
    "commentaire": SubjectType.COMMENT,
    "fichier": SubjectType.FILE,
    "membre": SubjectType.MEMBER,
    "groupe": SubjectType.GROUP,
}
PATHS = {subject_type: kind for kind, subject_type in KINDS.items()}
LIMIT = "reports"


@takes(ReportForm, VisitorReportForm)
@limited_form(LIMIT)
def report(what: str, subject_id: int) -> ResponseReturnValue:
    """Report what the viewer sees: a member in two answers, a visitor with name and address."""
    if what not in KINDS:
        raise NotFound
    reporter = viewer()
    reportable = get_reportable(KINDS[what], subject_id, seen_by=reporter)
    if reporter is None:
        return _report_as_visitor(reportable)
    form = ReportForm()
    if form.validate_on_submit():
        try:
            with atomic():
                services.report(reporter, reportable, form.input())
        except Invalid as refused:
            reportable = get_reportable(KINDS[what], subject_id, seen_by=reporter)
            form.show(refused)
        else:
            flash(
                _("Thank you. The moderators will look into it; you’ll hear what they decide."),
                "success",
            )
            return redirect(address_of(reportable.subject), 303)
    return _page(reportable, form)


def _report_as_visitor(reportable: Reportable) -> ResponseReturnValue:
    form = VisitorReportForm()
    if not form.is_submitted():
        return _page(reportable, form)
    if form.is_by_program:
        return redirect(url_for("moderation.thanks"), 303)
    if not hit_client(LIMIT):
        refused = too_many(LIMIT, client_address())
        form.form_errors.append(refused.message)
        response = make_response(_page(reportable, form))
        response.status_code = 429
        response.headers["Retry-After"] = str(refused.seconds)
        return response
    if form.validate():
        try:
            with atomic():
                services.report_as_visitor(reportable, form.visitor_input(str(get_locale())))
            return redirect(url_for("moderation.thanks"), 303)
        except Invalid as invalid:
            subject = reportable.subject
            reportable = get_reportable(subject.type, subject.id, seen_by=None)
            form.show(invalid)
    refund_client(LIMIT)
    return _page(reportable, form)


def _page(reportable: Reportable, form: ReportForm) -> ResponseReturnValue:
    page = render_page(
        "moderation/report.html",
        subject=reportable.subject,
        groups=reportable.groups,
        files=find_files_of(reportable.subject),
        form=form,
        back=address_of(reportable.subject),
    )
    return page, 422 if form.errors else 200


def thanks() -> str:
    """Say to a visitor what happens next."""
    return render_page("moderation/thanks.html")


def my_reports() -> str:
    """List what the member has reported, with the outcome of each."""
    member: Member = acting_member()
    reports = list_reports_of(member, request.args.get("cursor"))
    reported = [(each.subject_type, each.subject_id) for each in reports.items]
    subjects = find_subjects_seen_by(reported, member)
    return render_page("moderation/my_reports.html", reports=reports, subjects=subjects)


def address_of(subject: Subject) -> str:
    """Give the address of a page that shows a subject, for who sees it there."""
    if subject.type is SubjectType.MEMBER:
        return url_for("members.profile", member_id=subject.id)
    if subject.type is SubjectType.GROUP:
        return url_for("feed.group_page", slug=subject.slug)
    if subject.post_id is None:
        return url_for("feed.home")
    if subject.type is SubjectType.COMMENT:
        return url_for("feed.comment", post_id=subject.post_id, comment_id=subject.id)
    words = address_words(subject.title) if subject.type is SubjectType.POST else None
    return url_for("feed.post_page", post_id=subject.post_id, words=words)
