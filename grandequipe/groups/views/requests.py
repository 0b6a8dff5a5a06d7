"""A request to join: its answers, what is written about it, and a moderator's answer."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import AnswerForm, RequestMessageForm
from grandequipe.groups.models import Group, JoinRequest, MembershipState
from grandequipe.groups.slots import TABS
from grandequipe.groups.views.members_page import apply_or_conflict, load_actor_and_group
from grandequipe.groups.views.memberships import load_with_target, with_name
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.slots import load_slot

ONLY_MODERATORS = _l("Only moderators can answer requests.")


@takes(AnswerForm)
@limited_form("managing")
@repeatable("a request is answered once")
def answer_request(slug: str, member_id: int) -> ResponseReturnValue:
    """Show a request to the moderators; accept it, or refuse it with a reason."""
    member, group, asker = load_with_target(slug, member_id)
    require(policies.may_moderate(member, group), ONLY_MODERATORS)
    form = AnswerForm()
    if not form.is_submitted():
        return _page(member, group, _open_or_latest(group, asker))
    if not form.is_complete():
        if form.answer.errors:
            raise Invalid({"answer": _("Accept or refuse.")})
        return _page(member, group, _open_or_latest(group, asker), answer_form=form), 422
    message = (
        _("%(name)s is now a member.")
        if form.accepts
        else _("The request from %(name)s has been refused.")
    )
    return apply_or_conflict(
        member,
        group,
        lambda: services.answer_request(
            member, group, asker, accept=form.accepts, reason=form.reason.data or ""
        ),
        with_name(message, asker),
    )


def own_request(slug: str) -> ResponseReturnValue:
    """Show a person what became of their request, and what moderators wrote to them."""
    member, group = load_actor_and_group(slug)
    found = queries.find_latest_request(member, group)
    if found is None:
        return redirect(url_for("feed.group_page", slug=slug), 302)
    return _page(member, group, found)


@takes(RequestMessageForm)
@limited_form("comments")
def write_message(slug: str, member_id: int) -> ResponseReturnValue:
    """Write to the other side of a request that is open."""
    member, group, asker = load_with_target(slug, member_id)
    is_own = member.id == asker.id
    require(is_own or policies.may_moderate(member, group), ONLY_MODERATORS)
    form = RequestMessageForm()
    found = _open_or_latest(group, asker)
    if form.validate():
        try:
            with atomic():
                services.write_message(member, found, form.body.data or "")
        except Invalid as refused:
            form.show(refused)
        except Conflict as answered:
            form.form_errors.append(answered.message)
            latest = queries.find_latest_request(asker, group) or found
            return _page(member, group, latest, form), 409
        else:
            return redirect(
                url_for("groups.own_request", slug=slug, _anchor="messages")
                if is_own
                else url_for(
                    "groups.answer_request", slug=slug, member_id=member_id, _anchor="messages"
                ),
                303,
            )
    return _page(member, group, found, form), 422


def _open_or_latest(group: Group, asker: Member) -> JoinRequest:
    """Get the open request of a person, else the last that was answered; NotFound without any."""
    found = queries.find_latest_request(asker, group)
    if found is None or not found.is_open:
        membership = queries.find_membership(asker, group)
        if membership is not None and membership.state is MembershipState.REQUESTED:
            with atomic():
                found = services.ensure_request(asker, group) or found
    if found is None:
        raise NotFound
    return found


def _page(
    member: Member,
    group: Group,
    found: JoinRequest,
    form: RequestMessageForm | None = None,
    answer_form: AnswerForm | None = None,
) -> str:
    moderates = policies.may_moderate(member, group)
    return render_page(
        "groups/request.html",
        load_slot(TABS, group=group, moderates=moderates),
        group=group,
        membership=queries.find_membership(member, group),
        moderates=moderates,
        shown=found,
        is_own=found.member_id == acting_member().id,
        asker=found.member,
        messages=queries.list_messages(found),
        form=form or RequestMessageForm(formdata=None),
        answer_form=answer_form or AnswerForm(formdata=None),
    )
