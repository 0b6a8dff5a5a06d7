"""The page of who belongs to a group, and what its buttons come back to."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import Window
from grandequipe.groups import policies, queries
from grandequipe.groups.forms import InvitationForm
from grandequipe.groups.models import Group, MembershipState
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.redirects import local_path


def load_actor_and_group(slug: str) -> tuple[Member, Group]:
    """Find who acts, and the group, where there is one for them."""
    member = acting_member()
    return member, queries.get_group(slug, seen_by=member)


def change(
    member: Member,
    group: Group,
    write: Callable[[], Any],
    said: str | Callable[[Any], str],
    then: str | None = None,
) -> ResponseReturnValue:
    """Write, say so and go on; what the present state forbids is said on the page of members.

    `said` is the sentence, or gives it for what `write` returned. One for which nothing was
    written is an information, not a success: `write` returned False.
    """
    try:
        with atomic():
            done = write()
    except Conflict as conflict:
        if not policies.may_see_members(member, group):
            raise
        form = InvitationForm(formdata=None)
        return members_page(member, group, form, problem=conflict.message), 409
    flash(said(done) if callable(said) else said, "info" if done is False else "success")
    return back(then or url_for("groups.members", slug=group.slug))


def back(otherwise: str) -> ResponseReturnValue:
    """Go where the form says that it was opened, else to `otherwise`."""
    return redirect(local_path(request.form.get("next"), otherwise), 303)


def members_page(
    member: Member, group: Group, form: InvitationForm, problem: str | None = None
) -> str:
    """Show the page, with a form that holds what was typed, or what the present state forbids."""
    moderates = policies.may_moderate(member, group)

    def listed(what: str, find: Callable[..., Window[Any]], *which: MembershipState) -> Window[Any]:
        """Give a part of a list that moderators see; each has its own place in the address."""
        return find(group, *which, cursor=request.args.get(what)) if moderates else Window((), None)

    return render_template(
        "groups/members.html",
        group=group,
        membership=queries.find_membership(member, group),
        page=queries.list_members(group, cursor=request.args.get("cursor")),
        moderates=moderates,
        requests=listed("requests", queries.list_members, MembershipState.REQUESTED),
        invited=listed("invited", queries.list_invited),
        banned=listed("excluded", queries.list_members, MembershipState.BANNED),
        form=form,
        problem=problem,
        policies=policies,
    )
