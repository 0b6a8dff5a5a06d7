"""Joining and leaving, and who belongs as what."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.pages import Page
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import AnswerForm, InvitationForm, RoleForm
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.policies import is_member
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member, get_member
from grandequipe.web.limits import limited_form
from grandequipe.web.redirects import local_path


def members(slug: str) -> ResponseReturnValue:
    """Show who belongs to a group; a visitor is asked to log in."""
    member = acting_member()
    group = queries.get_group(slug, seen_by=member)
    require(
        policies.may_see_members(member, group),
        _l("Only members of this group see who belongs to it."),
    )
    return _members_page(member, group, InvitationForm(formdata=None))


def join(slug: str) -> ResponseReturnValue:
    """Join, accept an invitation, or ask to join."""
    member, group = _at_the_door(slug)
    with atomic():
        tie = services.join_group(member, group)
    if tie.is_active:
        flash(_("Welcome to %(group)s!", group=group.name), "success")
        return redirect(url_for("feed.group_page", slug=slug), 303)
    flash(
        _("Your request was sent: a moderator of %(group)s answers it.", group=group.name),
        "success",
    )
    return _back(url_for("feed.group_page", slug=slug))


def leave(slug: str) -> ResponseReturnValue:
    """Leave a group, or take back a request."""
    member, group = _at_the_door(slug)
    if is_member(member, group):
        said = _("You have left %(group)s.", group=group.name)
    else:
        said = _("You no longer ask to join %(group)s.", group=group.name)
    then = url_for("groups.index")
    return _change(member, group, lambda: services.leave_group(member, group), said, then)


def decline(slug: str) -> ResponseReturnValue:
    """Decline an invitation."""
    member, group = _at_the_door(slug)
    with atomic():
        services.decline_invitation(member, group)
    flash(_("You declined the invitation to %(group)s.", group=group.name), "info")
    return redirect(url_for("groups.index"), 303)


@limited_form("invitations")
def invite(slug: str) -> ResponseReturnValue:
    """Invite whoever has an address; the answer is the same whether there is somebody or not."""
    member, group = _at_the_door(slug)
    require(policies.may_invite(member, group), _l("You cannot invite people to this group."))
    form = InvitationForm()
    if not form.validate_on_submit():
        return _members_page(member, group, form), 422
    try:
        with atomic():
            services.invite_address(member, group, form.email.data)
    except Invalid as refused:
        form.show(refused)
        return _members_page(member, group, form), 422
    flash(
        _(
            "We write to %(email)s, unless this person is in the group already. The letter leads "
            "to the group, with an account or after they register with this address.",
            email=form.email.data,
        ),
        "success",
    )
    return redirect(url_for("groups.members", slug=slug), 303)


def withdraw(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    member, group = _at_the_door(slug)
    require(policies.may_moderate(member, group), _l("Only moderators withdraw invitations."))
    invitation = queries.get_invitation(group, invitation_id)
    return _change(
        member,
        group,
        lambda: services.withdraw_invitation(member, invitation),
        _("The invitation was withdrawn."),
    )


def answer_request(slug: str, member_id: int) -> ResponseReturnValue:
    """Accept or refuse a request to join."""
    member, group, asker = _with_target(slug, member_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        raise Invalid({"answer": _("Accept or refuse.")})
    said = (
        _("%(name)s is now a member.")
        if form.accepts
        else _("The request of %(name)s was refused.")
    )
    return _change(
        member,
        group,
        lambda: services.answer_request(member, group, asker, accept=form.accepts),
        said % {"name": asker.display_name},
    )


def change_role(slug: str, member_id: int) -> ResponseReturnValue:
    """Make a member an owner, a moderator or a member."""
    member, group, target = _with_target(slug, member_id)
    form = RoleForm()
    if not form.validate_on_submit():
        raise Invalid({"role": _("Choose a role.")})
    return _change(
        member,
        group,
        lambda: services.change_role(member, group, target, form.chosen()),
        _("The role of %(name)s was changed.", name=target.display_name),
    )


def remove(slug: str, member_id: int) -> ResponseReturnValue:
    """Put a member out of the group."""
    member, group, target = _with_target(slug, member_id)
    return _change(
        member,
        group,
        lambda: services.remove_member(member, group, target),
        _("%(name)s is no longer a member.", name=target.display_name),
    )


def ban(slug: str, member_id: int) -> ResponseReturnValue:
    """Put a member out of the group and keep them out."""
    member, group, target = _with_target(slug, member_id)
    return _change(
        member,
        group,
        lambda: services.ban_member(member, group, target),
        _("%(name)s is excluded and cannot come back by themselves.", name=target.display_name),
    )


def lift_ban(slug: str, member_id: int) -> ResponseReturnValue:
    """Let a banned person join again."""
    member, group, target = _with_target(slug, member_id)
    return _change(
        member,
        group,
        lambda: services.lift_ban(member, group, target),
        _("%(name)s may join the group again.", name=target.display_name),
    )


def _at_the_door(slug: str) -> tuple[Member, Group]:
    member = acting_member()
    return member, queries.get_group(slug, seen_by=member)


def _with_target(slug: str, member_id: int) -> tuple[Member, Group, Member]:
    """Find who it is about: someone with a tie to the group, or whom the member may see."""
    member, group = _at_the_door(slug)
    target = find_member(member_id)
    if target is None or queries.find_membership(target, group) is None:
        target = get_member(member_id, seen_by=member)
    return member, group, target


def _change(
    member: Member, group: Group, write: Callable[[], None], said: str, then: str | None = None
) -> ResponseReturnValue:
    """Write, say so and go on; what the present state forbids is told on the page of members."""
    try:
        with atomic():
            write()
    except Conflict as conflict:
        if not policies.may_see_members(member, group):
            raise
        form = InvitationForm(formdata=None)
        return _members_page(member, group, form, problem=conflict.message), 409
    flash(said, "success")
    return _back(then or url_for("groups.members", slug=group.slug))


def _back(otherwise: str) -> ResponseReturnValue:
    return redirect(local_path(request.form.get("next"), otherwise), 303)


def _members_page(
    member: Member, group: Group, form: InvitationForm, problem: str | None = None
) -> str:
    moderates = policies.may_moderate(member, group)

    def waiting(state: MembershipState) -> Page[Membership]:
        return queries.list_members(group, state, limit=100) if moderates else Page((), None)

    return render_template(
        "groups/members.html",
        group=group,
        membership=queries.find_membership(member, group),
        page=queries.list_members(group, cursor=request.args.get("cursor")),
        moderates=moderates,
        requests=waiting(MembershipState.REQUESTED),
        invited=queries.list_invited(group, limit=100) if moderates else Page((), None),
        banned=waiting(MembershipState.BANNED),
        form=form,
        problem=problem,
        policies=policies,
    )
