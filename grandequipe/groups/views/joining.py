"""Joining a group: at once, or by a page with its charter and its questions."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import JoinForm, number_of
from grandequipe.groups.models import Group, JoinPolicy
from grandequipe.groups.views.members_page import load_actor_and_group, redirect_back
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.redirects import local_path
from grandequipe.web.typed import filled, typed


@takes(JoinForm)
@limited_form("memberships")
@repeatable("who is in stays in")
def join(slug: str) -> ResponseReturnValue:
    """Join, accept an invitation, or request to join; go back to the form's page.

    Where the group has a charter or questions, a page shows them first.
    """
    member, group = load_actor_and_group(slug)
    questions = _questions_to(member, group)
    is_asked = policies.may_join(member, group) and bool(group.charter_version or questions)
    form = JoinForm()
    form.ask(questions if is_asked else (), group.charter_version if is_asked else 0)
    is_refused = request.method == "POST" and not form.validate()
    if request.method == "GET" or is_asked or is_refused:
        require(
            policies.may_join(member, group) or queries.find_membership(member, group) is not None,
            _l("You need an invitation to join this group."),
        )
        if not (is_asked or is_refused):
            return redirect(url_for("feed.group_page", slug=slug), 303)
        if request.method == "POST" and not (form.joining.data or is_refused):
            next_url = local_path(request.form.get("next"), "") or None
            return redirect(url_for("groups.join", slug=slug, next=next_url), 303)
        if is_refused or not (form.is_submitted() and form.is_complete()):
            return _page(group, form)
    try:
        with atomic():
            membership = services.join_group(
                member, group, number_of(form.charter.data), form.answers() if is_asked else ()
            )
    except Invalid as refused:
        form.show(refused)
        return _page(group, form)
    except Conflict as changed:
        form.form_errors.append(changed.message)
        page, _status = _page(group, form)
        return page, 409
    name = typed(group.name, group.language)
    sentence = (
        _("Welcome to %(group)s!")
        if membership.is_active
        else _("Your request has been sent. A moderator of %(group)s will answer it.")
    )
    flash(filled(sentence, group=name), "success")
    return redirect_back(url_for("feed.group_page", slug=slug))


def _questions_to(member: Member, group: Group) -> list[str]:
    """List what the group asks of a person who has to ask; the invited are asked nothing."""
    asks = group.join_policy is JoinPolicy.REQUEST
    if not asks or queries.find_membership(member, group) is not None:
        return []
    return queries.find_welcome(group).questions


def _page(group: Group, form: JoinForm) -> tuple[str, int]:
    page = render_page(
        "groups/join.html",
        group=group,
        form=form,
        charter=queries.find_charter(group),
        welcome=queries.find_welcome(group),
        next=local_path(request.values.get("next"), ""),
    )
    return page, 422 if form.errors else 200
