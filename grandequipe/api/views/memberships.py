"""Joining, leaving, and looking after who belongs."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas.groups import (
    LevelSchema,
    MembershipPageSchema,
    MembershipPatch,
    MembershipQuery,
    MembershipSchema,
    Standing,
    StandingSchema,
)
from grandequipe.core.errors import Conflict
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.groups import policies, queries, services
from grandequipe.groups.models import Group, Level, Membership, MembershipState, Role
from grandequipe.members.models import Member
from grandequipe.members.queries import get_member
from grandequipe.web.rate_limits import rate_limited

TAG = "Members of groups"
PATH = "/groups/<slug:slug>/members"
FOR_MEMBERS = "Only members see who belongs to this group."
FOR_MODERATORS = "Only those who look after the group may."


@call("PUT", "/groups/<slug:slug>/membership", tag=TAG, answers=StandingSchema)
@limited("memberships")
def join_group(slug: str) -> Membership:
    """Join, accept an invitation, or ask to join where the group wants that."""
    group = queries.get_group(slug, seen_by=acting_member())
    return services.join_group(acting_member(), group)


@call("DELETE", "/groups/<slug:slug>/membership", tag=TAG, answers=None, status=204)
@limited("memberships")
def leave_group(slug: str) -> None:
    """Leave, take back a request or decline an invitation; 409 for the last owner."""
    group = queries.get_group(slug, seen_by=acting_member())
    services.leave_group(acting_member(), group)


@call("PUT", "/groups/<slug:slug>/preferences", tag=TAG, answers=LevelSchema, body=LevelSchema)
def change_level(data: dict[str, Any], slug: str) -> dict[str, str]:
    """Choose what of a group one is told."""
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.is_member(acting_member(), group), "Join the group first.")
    services.change_level(acting_member(), group, Level(data["level"]))
    return data


@call("GET", PATH, tag=TAG, answers=MembershipPageSchema, query=MembershipQuery, refusals=[403])
def list_members(asked: dict[str, Any], slug: str) -> Window[dict[str, Any]]:
    """List who belongs to a group, newest first."""
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.may_see_members(acting_member(), group), FOR_MEMBERS)
    state = MembershipState(asked["state"])
    if state is not MembershipState.ACTIVE:
        require(policies.may_moderate(acting_member(), group), FOR_MODERATORS)
    page = queries.list_members(group, state, asked["cursor"], asked["limit"])
    return Window([_shown(membership.member, membership) for membership in page.items], page.next)


@call("PATCH", f"{PATH}/<id:member_id>", tag=TAG, answers=MembershipSchema, body=MembershipPatch)
@limited("managing")
def change_membership(data: dict[str, Any], slug: str, member_id: int) -> dict[str, Any]:
    """Invite, accept, refuse, remove, exclude or readmit a person, or change their role.

    `active` accepts a request; `none` refuses one, withdraws an invitation, removes a member or
    lifts an exclusion. Of the invited only those who were invited by their id are told.
    """
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.may_see_members(acting_member(), group), FOR_MEMBERS)
    member = get_member(member_id, seen_by=acting_member())
    if not data:
        require(policies.may_moderate(acting_member(), group), FOR_MODERATORS)
    if "state" in data:
        _settle(acting_member(), group, member, Standing(data["state"]))
    if "role" in data:
        services.change_role(acting_member(), group, member, Role(data["role"]))
    return _shown(member, _membership_shown_to(acting_member(), group, member))


def _membership_shown_to(reader: Member, group: Group, member: Member) -> Membership | None:
    """Show who is a member; who asks to be, or is kept out, is for those who look after it.

    To whom an invitation to an address went is for nobody: an address does not tell who has it.
    """
    membership = queries.find_membership(member, group)
    if membership is None or membership.is_active:
        return membership
    by_name = queries.find_invitation_by_name(member, group)
    if membership.state is MembershipState.INVITED and by_name is None:
        return None
    return membership if policies.may_moderate(reader, group) else None


def _settle(actor: Member, group: Group, member: Member, standing: Standing) -> None:
    {
        Standing.ACTIVE: _accept,
        Standing.INVITED: _invite,
        Standing.BANNED: services.ban_member,
        Standing.NONE: _end,
    }[standing](actor, group, member)


def _accept(actor: Member, group: Group, member: Member) -> None:
    services.answer_request(actor, group, member, accept=True)
    if not policies.is_member(member, group):
        raise Conflict("This person did not ask to join: invite them.")


def _invite(actor: Member, group: Group, member: Member) -> None:
    with rate_limited("invitations", actor.id):
        try:
            services.invite_member(actor, group, member)
        except Conflict:
            # Whoever may invite is not told who is kept out, not by what is left to them either.
            if policies.may_moderate(actor, group):
                raise


def _end(actor: Member, group: Group, member: Member) -> None:
    require(policies.may_moderate(actor, group), FOR_MODERATORS)
    membership = queries.find_membership(member, group)
    by_name = queries.find_invitation_by_name(member, group)
    if membership is not None and membership.state is MembershipState.REQUESTED:
        services.answer_request(actor, group, member, accept=False)
    elif membership is not None and membership.state is MembershipState.BANNED:
        services.lift_ban(actor, group, member)
    elif by_name is not None:
        services.withdraw_invitation(actor, by_name)
    else:
        services.remove_member(actor, group, member)


def _shown(member: Member, membership: Membership | None) -> dict[str, Any]:
    return {
        "id": member.id,
        "display_name": member.display_name,
        "job_title": member.job_title,
        "organisation": member.organisation,
        "role": membership.role if membership and membership.is_active else None,
        "state": membership.state if membership else Standing.NONE,
        "since": membership.since if membership else None,
    }
