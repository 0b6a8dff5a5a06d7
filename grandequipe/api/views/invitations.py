"""Invitations to groups, as they were made: an address does not show whose it is."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas.groups import InvitationBody, InvitationPageSchema, InvitationSchema
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.groups import policies, queries, services
from grandequipe.groups.models import Group, Invitation

TAG = "Members of groups"
LIST = "/groups/<slug:slug>/invitations"
FOR_MODERATORS = "Only those who look after the group see this."


@call("GET", LIST, tag=TAG, answers=InvitationPageSchema, query=PageQuery, refusals=[403])
def list_invitations(params: dict[str, Any], slug: str) -> Window[Invitation]:
    """List the invitations that nobody has accepted yet, newest first."""
    return queries.list_invited(_moderated(slug), params["cursor"], params["limit"])


@call("POST", LIST, tag=TAG, answers=InvitationSchema, status=201, body=InvitationBody)
@limited("invitations")
def invite_address(data: dict[str, Any], slug: str) -> Invitation:
    """Invite an address; the response is the same with and without an account."""
    group = queries.get_group(slug, seen_by=acting_member())
    return services.invite_address(acting_member(), group, data["email"])


@call("DELETE", f"{LIST}/<id:invitation_id>", tag=TAG, answers=None, status=204)
def withdraw_invitation(slug: str, invitation_id: int) -> None:
    """Withdraw an invitation; a person who accepted it meanwhile stays a member."""
    invitation = queries.get_invitation(_moderated(slug), invitation_id)
    services.withdraw_invitation(acting_member(), invitation)


def _moderated(slug: str) -> Group:
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.may_moderate(acting_member(), group), FOR_MODERATORS)
    return group
