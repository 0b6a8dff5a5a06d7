"""A statement of reasons, with the appeal against it, and deciding an appeal."""

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Post
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.moderation import services
from grandequipe.moderation.forms import AppealDecisionForm, AppealForm
from grandequipe.moderation.models import Appeal, Decision, said_to_author
from grandequipe.moderation.policies import may_appeal, may_decide_appeal, may_see_decision
from grandequipe.moderation.queries.cases import (
    find_appeal,
    find_decision,
    is_judged_at_site,
    list_own_decisions,
    list_removals_of,
)
from grandequipe.moderation.services.appeals import BY_ANOTHER
from grandequipe.moderation.services.suspensions import find_decision_of
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form


def get_decision(decision_id: int, member: Member) -> Decision:
    """Get a decision that somebody may read, or raise NotFound."""
    found = find_decision(decision_id)
    if found is None or not may_see_decision(member, found):
        raise NotFound
    return found


def get_appeal(appeal_id: int, member: Member) -> Appeal:
    """Get an appeal whose decision somebody may read, or raise NotFound."""
    found = find_appeal(appeal_id)
    if found is None or not may_see_decision(member, found.decision):
        raise NotFound
    return found


def my_decisions() -> str:
    """List the decisions about the member, the way to an appeal in each."""
    member = acting_member()
    page = list_own_decisions(member, request.args.get("cursor"))
    return render_page(
        "moderation/my_decisions.html",
        decisions=[(each, said_to_author(each)) for each in page.items],
        next=page.next,
        member=member,
        may_appeal=may_appeal,
    )


@takes(AppealForm)
@repeatable("one appeals once")
def decision(decision_id: int) -> ResponseReturnValue:
    """Give the reasons of a decision to whom it concerns, who may appeal here."""
    own = url_for("moderation.decision", decision_id=decision_id)
    member = acting_member()
    return _answer(get_decision(decision_id, member), member, own)


@takes(AppealForm)
@limited_form("managing")
@repeatable("one appeals once")
def suspension(token: str) -> ResponseReturnValue:
    """Give a suspended member, who cannot log in, the decision and the appeal against it."""
    found = find_decision_of(token)
    if found is None or found.member is None:
        raise NotFound
    response = make_response(_answer(found, found.member, request.path))
    response.headers.update({"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"})
    response.cache_control.private = response.cache_control.no_store = True
    return response


def _answer(found: Decision, member: Member, own: str) -> ResponseReturnValue:
    """Show a decision to somebody, or file the appeal; `own` is the address of the page."""
    decision_id, form, status = found.id, AppealForm(), 200
    if form.is_submitted():
        require(found.member_id == member.id, _l("Only the person concerned can appeal."))
        status = 422
        if form.validate():
            try:
                with atomic():
                    services.file_appeal(member, found, form.text.data or "")
            except Invalid as refused:
                found = get_decision(decision_id, member)
                form.show(refused)
            except Conflict as refused:
                found, status = get_decision(decision_id, member), 409
                form.form_errors.append(refused.message)
            else:
                flash(_("Your appeal has been sent. Somebody else will look into it."), "success")
                return redirect(own, 303)
    return _show(found, member, form), status


def load_removals(post: Post) -> dict[str, object]:
    """Load why a post is removed, for the page that its author finds at its address."""
    return {"removals": list_removals_of(post.id)}


def _show(found: Decision, member: Member, form: AppealForm) -> str:
    return render_page(
        "moderation/decision.html",
        decision=found,
        said=said_to_author(found),
        content=found.content or {},
        is_concerned=found.member_id == member.id,
        may_appeal=may_appeal(member, found),
        may_judge=found.appeal is not None
        and found.appeal.is_open
        and may_decide_appeal(member, found.appeal),
        form=form,
    )


@takes(AppealDecisionForm)
@repeatable("an appeal is decided once")
def appeal(appeal_id: int) -> ResponseReturnValue:
    """Show an appeal to those who may decide on it, and decide it."""
    member = acting_member()
    found, form, status = get_appeal(appeal_id, member), AppealDecisionForm(), 200
    require(may_decide_appeal(member, found), BY_ANOTHER)
    if form.is_submitted():
        status = 422
        if form.validate():
            granted = form.decision.data == "granted"
            try:
                with atomic():
                    is_undone = services.decide_appeal(
                        member, found, granted=granted, reason=form.reason.data or ""
                    )
            except Invalid as refused:
                found = get_appeal(appeal_id, member)
                form.show(refused)
            except Conflict as refused:
                found, status = get_appeal(appeal_id, member), 409
                form.form_errors.append(refused.message)
            else:
                flash(_said(found.decision, granted, is_undone), "success")
                return redirect(url_for("moderation.decision", decision_id=found.decision_id), 303)
    page = render_page(
        "moderation/appeal.html",
        appeal=found,
        decision=found.decision,
        content=found.decision.content or {},
        at_site=is_judged_at_site(found.decision),
        form=form,
    )
    return page, status


def _said(decision: Decision, granted: bool, is_undone: bool) -> str:
    if not granted:
        return _("The decision stays. Its author will read why.")
    if is_undone:
        return _("The decision has been undone: everything is back where it was.")
    if decision.is_written_anew:
        return _(
            "The appeal is accepted. The author has edited the post since: their words stay, and "
            "what it said before the moderator’s edit is in its history."
        )
    return _("The appeal is accepted. There was nothing left to put back.")
