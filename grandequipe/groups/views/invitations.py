"""Inviting people, and answering an invitation."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import InvitationForm
from grandequipe.groups.views.members_page import (
    apply_or_conflict,
    load_actor_and_group,
    members_page,
)
from grandequipe.web.form_rules import repeatable, separate
from grandequipe.web.measures import takes
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.typed import filled, typed


@takes(InvitationForm)
@limited_form("invitations")
@separate("another address is another invitation")
def invite(slug: str) -> ResponseReturnValue:
    """Invite the holder of an address; the response is the same with and without an account."""
    member, group = load_actor_and_group(slug)
    services.require_not_archived(group)
    require(policies.may_invite(member, group), _l("You can’t invite people to this group."))
    form = InvitationForm()
    if not form.validate_on_submit():
        return members_page(member, group, form), 422
    try:
        with atomic():
            services.invite_address(member, group, form.email.data)
    except Invalid as refused:
        form.show(refused)
        return members_page(member, group, form), 422
    flash(
        _(
            "We’ve emailed %(email)s, unless they’re already in the group. The email leads to a "
            "page where they can join, with or without an account.",
            email=form.email.data,
        ),
        "success",
    )
    return redirect(url_for("groups.members", slug=slug), 303)


@repeatable("an invitation is withdrawn once")
def withdraw(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Withdraw an invitation."""
    member, group = load_actor_and_group(slug)
    require(policies.may_moderate(member, group), _l("Only moderators can withdraw invitations."))
    invitation = queries.get_invitation(group, invitation_id)
    return apply_or_conflict(
        member,
        group,
        lambda: services.withdraw_invitation(member, invitation),
        lambda was_there: (
            _("The invitation has been withdrawn.")
            if was_there
            else _("This invitation has already been accepted or declined.")
        ),
    )


@limited("memberships")
@repeatable("an invitation is declined once")
def decline(slug: str) -> ResponseReturnValue:
    """Decline an invitation."""
    member, group = load_actor_and_group(slug)
    with atomic():
        was_invited = services.decline_invitation(member, group)
    message = (
        _("You’ve declined the invitation to %(group)s.")
        if was_invited
        else _("You have no invitation to %(group)s.")
    )
    flash(filled(message, group=typed(group.name, group.language)), "info")
    return redirect(url_for("groups.index"), 303)
