"""Joining and leaving groups, and managing their members."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas.groups import (
    JoinBody,
    LevelSchema,
    MembershipPageSchema,
    MembershipPatch,
    MembershipQuery,
    MembershipSchema,
    MembershipStateSchema,
    TargetState,
)
from grandequipe.api.schemas.members import shown_person
from grandequipe.core.errors import Conflict
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.groups import policies, queries, services
from grandequipe.groups.models import (
    Group,
    Level,
    Membership,
    MembershipState,
    Role,
    SanctionKind,
)
from grandequipe.members.models import Member
from grandequipe.members.queries import get_member
from grandequipe.web.rate_limits import rate_limited

TAG = "Members of groups"
PATH = "/groups/<slug:slug>/members"
FOR_MEMBERS = "Only members see who belongs to this group."
FOR_MODERATORS = "Only those who look after the group may."


@call(
    "PUT",
    "/groups/<slug:slug>/membership",
    tag=TAG,
    answers=MembershipStateSchema,
    body=JoinBody,
)
@limited("memberships")
def join_group(data: dict[str, Any], slug: str) -> Membership:
    """Join, accept an invitation, or request to join where the group requires that.

    Without `charter` a member reads, and accepts the charter before they write. A group may ask
    questions of those who request to join: 422 without their `answers`.
    """
    group = queries.get_group(slug, seen_by=acting_member())
    return services.join_group(
        acting_member(), group, data.get("charter", 0), data.get("answers", ())
    )


@call("DELETE", "/groups/<slug:slug>/membership", tag=TAG, answers=None, status=204)
@limited("memberships")
def leave_group(slug: str) -> None:
    """Leave, cancel a request or decline an invitation; 409 for the last owner."""
    group = queries.get_group(slug, seen_by=acting_member())
    services.leave_group(acting_member(), group)


@call("PUT", "/groups/<slug:slug>/preferences", tag=TAG, answers=LevelSchema, body=LevelSchema)
def change_level(data: dict[str, Any], slug: str) -> dict[str, str]:
    """Set what the caller is notified of in a group."""
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.is_member(acting_member(), group), "Join the group first.")
    services.change_level(acting_member(), group, Level(data["level"]))
    return data


@call("GET", PATH, tag=TAG, answers=MembershipPageSchema, query=MembershipQuery, refusals=[403])
def list_members(params: dict[str, Any], slug: str) -> Window[dict[str, Any]]:
    """List the members of a group, newest first."""
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.may_see_members(acting_member(), group), FOR_MEMBERS)
    state = MembershipState(params["state"])
    if state is not MembershipState.ACTIVE:
        require(policies.may_moderate(acting_member(), group), FOR_MODERATORS)
    page = queries.list_members(group, state, params["cursor"], params["limit"])
    return Window([_shown(membership.member, membership) for membership in page.items], page.next)


@call("PATCH", f"{PATH}/<id:member_id>", tag=TAG, answers=MembershipSchema, body=MembershipPatch)
@limited("managing")
def change_membership(data: dict[str, Any], slug: str, member_id: int) -> dict[str, Any]:
    """Invite, accept, refuse, remove, warn, mute or ban a person, or change their role.

    `active` accepts a request or lifts a mute; `none` refuses a request, withdraws an invitation,
    removes a member or lifts a ban. `warned`, `muted` and `banned` need a `reason`, which the
    person reads; the last two end at `until`, where it is given. Invitations are shown only of
    people who were invited by their id.
    """
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.may_see_members(acting_member(), group), FOR_MEMBERS)
    member = get_member(member_id, seen_by=acting_member())
    if not data:
        require(policies.may_moderate(acting_member(), group), FOR_MODERATORS)
    if "state" in data:
        _set_state(acting_member(), group, member, data)
    if "role" in data:
        services.change_role(acting_member(), group, member, Role(data["role"]))
    return _shown(member, _membership_shown_to(acting_member(), group, member))


def _membership_shown_to(reader: Member, group: Group, member: Member) -> Membership | None:
    """Filter a membership for a reader: requests and bans are for moderators only.

    An invitation by address is shown to nobody: an address must not show whose account it is.
    """
    membership = queries.find_membership(member, group)
    if membership is None or membership.is_active:
        return membership
    by_name = queries.find_invitation_by_name(member, group)
    if membership.state is MembershipState.INVITED and by_name is None:
        return None
    return membership if policies.may_moderate(reader, group) else None


def _set_state(actor: Member, group: Group, member: Member, data: dict[str, Any]) -> None:
    reason, until = data.get("reason", ""), data.get("until")
    match TargetState(data["state"]):
        case TargetState.ACTIVE:
            _accept(actor, group, member, reason)
        case TargetState.INVITED:
            _invite(actor, group, member)
        case TargetState.WARNED:
            services.warn_member(actor, group, member, reason)
        case TargetState.MUTED:
            services.mute_member(actor, group, member, reason, until)
        case TargetState.BANNED:
            services.ban_member(actor, group, member, reason, until)
        case TargetState.NONE:
            _end(actor, group, member, reason)


def _accept(actor: Member, group: Group, member: Member, reason: str) -> None:
    """Accept a request, or lift a mute."""
    mute = queries.find_sanction(member, group, SanctionKind.MUTE)
    if mute is not None and policies.is_member(member, group):
        services.lift_sanction(actor, mute, reason)
        return
    services.answer_request(actor, group, member, accept=True)
    if not policies.is_member(member, group):
        raise Conflict("This person did not ask to join: invite them.")


def _invite(actor: Member, group: Group, member: Member) -> None:
    with rate_limited("invitations", actor.id):
        try:
            services.invite_member(actor, group, member)
        except Conflict:
            # Members who may invite must not learn who is banned, not from their rate limit either.
            if policies.may_moderate(actor, group):
                raise


def _end(actor: Member, group: Group, member: Member, reason: str) -> None:
    require(policies.may_moderate(actor, group), FOR_MODERATORS)
    membership = queries.find_membership(member, group)
    by_name = queries.find_invitation_by_name(member, group)
    if membership is not None and membership.state is MembershipState.REQUESTED:
        services.answer_request(actor, group, member, accept=False, reason=reason)
    elif membership is not None and membership.state is MembershipState.BANNED:
        services.lift_ban(actor, group, member)
    elif by_name is not None:
        services.withdraw_invitation(actor, by_name)
    else:
        services.remove_member(actor, group, member, reason)


def _shown(member: Member, membership: Membership | None) -> dict[str, Any]:
    return {
        **shown_person(member),
        "role": membership.role if membership and membership.is_active else None,
        "state": membership.state if membership else TargetState.NONE,
        "since": membership.since if membership else None,
        "muted": bool(membership and membership.is_muted and _shows_mute(membership)),
    }


def _shows_mute(membership: Membership) -> bool:
    """A mute is for the person and the moderators to know."""
    caller = acting_member()
    return caller.id == membership.member_id or policies.may_moderate(caller, membership.group)
