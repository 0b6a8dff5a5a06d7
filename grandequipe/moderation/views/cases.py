"""The cases of a group, one case, and what waits for the administrators of the site."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate, may_sanction
from grandequipe.groups.queries import find_membership, get_group
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.moderation import services
from grandequipe.moderation.forms import CaseForm, DecisionForm
from grandequipe.moderation.models import UNDECIDED, Case, CaseState, said_of
from grandequipe.moderation.policies import may_decide, may_read_reports, may_see_case
from grandequipe.moderation.queries.cases import (
    count_waiting,
    find_case,
    list_appeals,
    list_cases,
    list_decisions_about,
    list_escalated,
)
from grandequipe.moderation.queries.subjects import find_subject, find_subjects
from grandequipe.moderation.services.cases import MAY_NOT, Overtaken
from grandequipe.moderation.services.effects import kinds_for
from grandequipe.moderation.views.reports import address_of
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.slots import load_slot

SETTLED = tuple(state for state in CaseState if state not in UNDECIDED)


def group_cases(slug: str) -> str:
    """List the cases and appeals of a group for its moderators: what waits, or what is decided."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(may_moderate(member, group), _l("Only moderators can see what’s waiting."))
    shows_settled = request.args.get("etat") == "decides"
    states = SETTLED if shows_settled else UNDECIDED
    cases = list_cases(group, states, request.args.get("cursor"))
    appeals = [] if shows_settled else list_appeals(group, member)
    return render_page(
        "moderation/cases.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=find_membership(member, group),
        cases=cases,
        appeals=appeals,
        shows_settled=shows_settled,
        subjects=find_subjects((each.subject_type, each.subject_id) for each in cases.items),
    )


def site() -> str:
    """List what waits for the administrators: profiles, groups, escalated cases and appeals."""
    member = acting_member()
    require(member.is_admin, _l("Only administrators can see this page."))
    shows_settled = request.args.get("etat") == "decides"
    cases = list_cases(None, SETTLED if shows_settled else UNDECIDED, request.args.get("cursor"))
    escalated = list_escalated(request.args.get("montes"))
    keys = [(each.subject_type, each.subject_id) for each in (*cases.items, *escalated.items)]
    return render_page(
        "moderation/site.html",
        cases=cases,
        escalated=escalated,
        appeals=list_appeals(None, member),
        shows_settled=shows_settled,
        subjects=find_subjects(keys),
    )


@takes(DecisionForm)
@repeatable("a case is decided once, by its version")
def case(case_id: int) -> ResponseReturnValue:
    """Show a case to those who decide on it, and decide it."""
    member = acting_member()
    found = _get(case_id, member)
    form = _offer(DecisionForm(), found)
    status = 200
    if form.is_submitted():
        require(may_decide(member, found), MAY_NOT)
        status = 422
        if form.validate():
            try:
                with atomic():
                    decision = services.decide_case(
                        member, found, form.read_version, form.input(member.time_zone)
                    )
                    said = said_of(decision)
            except Overtaken as overtaken:
                return _show(_get(case_id, member), member, form, 409, overtaken.message)
            except Invalid as refused:
                found = _get(case_id, member)
                form.show(refused)
            else:
                flash(said, "success")
                return redirect(_list_of(found), 303)
    return _show(found, member, form, status)


@takes(CaseForm)
@repeatable("a case is taken once, by its version")
def take(case_id: int) -> ResponseReturnValue:
    """Say to the other moderators that one looks into it."""
    return _move(case_id, services.take_case)


@takes(CaseForm)
@repeatable("a case is given back once, by its version")
def release(case_id: int) -> ResponseReturnValue:
    """Give a case back to all."""
    return _move(case_id, services.release_case)


def _move(case_id: int, step: Callable[[Member, Case, int], None]) -> ResponseReturnValue:
    member = acting_member()
    found = _get(case_id, member)
    form = CaseForm()
    try:
        with atomic():
            step(member, found, form.read_version)
    except Overtaken as overtaken:
        empty = _offer(DecisionForm(formdata=None), found)
        return _show(_get(case_id, member), member, empty, 409, overtaken.message)
    return redirect(url_for("moderation.case", case_id=case_id), 303)


def _offer(form: DecisionForm, found: Case) -> DecisionForm:
    return form.offer(kinds_for(found.subject_type, found.group), found.subject_type)


def _get(case_id: int, member: Member) -> Case:
    found = find_case(case_id)
    if found is None or not may_see_case(member, found):
        raise NotFound
    return found


def _list_of(found: Case) -> str:
    if found.group is None:
        return url_for("moderation.site")
    return url_for("moderation.group_cases", slug=found.group.slug)


def _show(
    found: Case, member: Member, form: DecisionForm, status: int, overtaken: str = ""
) -> ResponseReturnValue:
    subject = find_subject(found.subject_type, found.subject_id)
    earlier = list_decisions_about(found.member, found.group) if found.member else []
    form.version.data = str(found.version)
    page = render_page(
        "moderation/case.html",
        case=found,
        subject=subject,
        address=address_of(subject) if subject else "",
        back=_list_of(found),
        form=form,
        may_decide=may_decide(member, found) and found.is_undecided,
        may_sanction=bool(
            found.group and found.member and may_sanction(member, found.group, found.member)
        ),
        reads_reports=may_read_reports(member, found),
        earlier=[each for each in earlier if each.case_id != found.id],
        overtaken=overtaken,
        status=status,
    )
    return page, status


def load_cases_tab(group: Group, moderates: bool) -> dict[str, object] | None:
    """Load the tab that shows a moderator how many cases wait."""
    return {"group": group, "waiting_cases": count_waiting(group)} if moderates else None
