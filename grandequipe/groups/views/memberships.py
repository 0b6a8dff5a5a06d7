"""Joining and leaving groups, and managing their members."""

from typing import Literal

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import InvitationForm, RemoveMemberForm, RoleForm, filter_of
from grandequipe.groups.models import Group, MembershipState, PostingPolicy
from grandequipe.groups.views.members_page import (
    apply_or_conflict,
    load_actor_and_group,
    members_page,
)
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member, get_member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited
from grandequipe.web.redirects import local_path
from grandequipe.web.typed import filled, typed


def members(slug: str) -> ResponseReturnValue:
    """List the members of a group; a visitor is asked to log in."""
    member = acting_member()
    group = queries.get_group(slug, seen_by=member)
    require(
        policies.may_see_members(member, group),
        _l("Only members can see who’s in this group."),
    )
    page = members_page(member, group, InvitationForm(formdata=None))
    return page, 422 if filter_of(request.args, moderates=False).is_too_long else 200


@limited("memberships")
@repeatable("one leaves what one is in")
def leave(slug: str) -> ResponseReturnValue:
    """Leave a group, cancel a request, or decline an invitation; the message says which."""
    member, group = load_actor_and_group(slug)

    def write() -> MembershipState | Literal[False]:
        return services.leave_group(member, group) or False

    def message(ended: MembershipState | Literal[False]) -> str:
        return filled(_leave_message(group, ended), group=typed(group.name, group.language))

    return apply_or_conflict(member, group, write, message, url_for("groups.index"))


def _leave_message(group: Group, ended: MembershipState | Literal[False]) -> str:
    if ended is MembershipState.ACTIVE and group.posting_policy is not PostingPolicy.MEMBERS:
        return str(
            _(
                "You’ve left %(group)s. "
                "Any changes of yours that were waiting for approval have been withdrawn."
            )
        )
    if ended is MembershipState.ACTIVE:
        return str(_("You’ve left %(group)s."))
    if ended is MembershipState.REQUESTED:
        return str(_("You’ve cancelled your request to join %(group)s."))
    if ended is MembershipState.INVITED:
        return str(_("You’ve declined the invitation to %(group)s."))
    return str(_("You weren’t a member of %(group)s, so there was nothing to leave."))


@takes(RoleForm)
@limited("managing")
@repeatable("sets a role")
def change_role(slug: str, member_id: int) -> ResponseReturnValue:
    """Make a member an owner, a moderator or a member."""
    member, group, target = load_with_target(slug, member_id)
    form = RoleForm()
    if not form.validate_on_submit():
        raise Invalid({"role": _("Choose a role.")})
    return apply_or_conflict(
        member,
        group,
        lambda: services.change_role(member, group, target, form.chosen()),
        with_name(_("The role of %(name)s has been changed."), target),
    )


@takes(RemoveMemberForm)
@limited("managing")
@repeatable("who is out stays out")
def remove(slug: str, member_id: int) -> ResponseReturnValue:
    """Ask for a reason, then remove a member from the group."""
    member, group, target = load_with_target(slug, member_id)
    require(policies.may_moderate(member, group), services.MAY_NOT_REMOVE)
    services.require_not_archived(group)
    membership = queries.find_membership(target, group)
    if membership is not None and membership.is_active:
        require(policies.may_manage(member, membership), services.MAY_NOT_REMOVE)
    form, back_to, status = RemoveMemberForm(), local_path(request.values.get("next"), ""), 200
    if form.validate_on_submit():
        try:
            reason = services.checked_reason(form.reason.data or "")
            with atomic():
                services.remove_member(member, group, target, reason)
        except Invalid as refused:
            form.show(refused)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
            status = 409
        else:
            flash(with_name(_("%(name)s is no longer a member."), target), "success")
            return redirect(back_to or url_for("groups.members", slug=slug), 303)
    member, group, target = load_with_target(slug, member_id)  # read again, after a rollback
    page = render_page(
        "groups/remove_member.html", group=group, target=target, form=form, next=back_to
    )
    return page, 422 if form.errors and status == 200 else status


def with_name(sentence: str, person: Member) -> Markup:
    """Fill the name of a person into a sentence."""
    return filled(sentence, name=typed(person.display_name))


def load_with_target(slug: str, member_id: int) -> tuple[Member, Group, Member]:
    """Load actor, group and target: a person with a membership there or visible to the actor."""
    member, group = load_actor_and_group(slug)
    target = find_member(member_id)
    if target is None or queries.find_membership(target, group) is None:
        target = get_member(member_id, seen_by=member)
    return member, group, target
