"""The page of a group's members, and the response to its buttons."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.core.errors import Conflict
from grandequipe.core.text_validation import too_long
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import Window
from grandequipe.groups import policies, queries
from grandequipe.groups.forms import InvitationForm, MembersActForm, filter_of
from grandequipe.groups.models import Group, MembershipState
from grandequipe.groups.queries import member_lists
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.pages import render_page
from grandequipe.web.redirects import local_path
from grandequipe.web.slots import load_slot


def load_actor_and_group(slug: str) -> tuple[Member, Group]:
    """Get the acting member and the group; raise NotFound where they may not find it."""
    member = acting_member()
    return member, queries.get_group(slug, seen_by=member)


def apply_or_conflict(
    member: Member,
    group: Group,
    write: Callable[[], Any],
    message: str | Callable[[Any], str],
    fallback: str | None = None,
) -> ResponseReturnValue:
    """Call `write` in a transaction, flash a message and redirect; 409 with a page on Conflict.

    `message` is the sentence, or makes it of what `write` returned: False if it changed nothing,
    which is flashed as an information, not as a success. `fallback` is the URL to go to unless the
    form has `next`.
    """
    try:
        with atomic():
            result = write()
    except Conflict as conflict:
        if not policies.may_see_members(member, group):
            raise
        form = InvitationForm(formdata=None)
        return members_page(member, group, form, problem=conflict.message), 409
    sentence = message(result) if callable(message) else message
    flash(sentence, "info" if result is False else "success")
    return redirect_back(fallback or url_for("groups.members", slug=group.slug))


def redirect_back(fallback: str) -> ResponseReturnValue:
    """Redirect to the form's `next`, if that is a local path, else to `fallback`."""
    return redirect(local_path(request.form.get("next"), fallback), 303)


def members_page(
    member: Member, group: Group, form: InvitationForm, problem: str | None = None
) -> str:
    """Render the page, with the form as it was sent and the message of a Conflict."""
    moderates = policies.may_moderate(member, group)

    def window(
        param: str, query: Callable[..., Window[Any]], *state: MembershipState
    ) -> Window[Any]:
        """Query a window of a list for moderators; `param` of the URL holds its cursor."""
        if not moderates:
            return Window((), None)
        return query(group, *state, cursor=request.args.get(param))

    wanted, cursor = filter_of(request.args, moderates), request.args.get("cursor")
    requests = window("requests", queries.list_members, MembershipState.REQUESTED)
    return render_page(
        "groups/members.html",
        load_slot(TABS, group=group, moderates=moderates),
        wanted=wanted,
        found=None
        if wanted.is_empty or wanted.is_too_long
        else member_lists.count_filtered(group, wanted, member),
        words_error=too_long(member_lists.LONGEST_WORDS) if wanted.is_too_long else None,
        team=()
        if cursor or wanted.is_too_long
        else member_lists.list_filtered_team(group, wanted, member),
        organisations=member_lists.list_organisations_in(group, member),
        act_form=MembersActForm(formdata=None) if moderates and not group.is_archived else None,
        group=group,
        membership=queries.find_membership(member, group),
        page=Window((), None)
        if wanted.is_too_long
        else member_lists.list_filtered_members(group, wanted, member, cursor),
        moderates=moderates,
        requests=requests,
        answers=queries.find_open_requests(group, [each.member_id for each in requests.items]),
        invited=window("invited", queries.list_invited),
        banned=window("excluded", queries.list_members, MembershipState.BANNED),
        form=form,
        problem=problem,
        policies=policies,
        is_last_owner=policies.is_last_owner(member, group),
    )
