"""Invitations to groups, as they were made: an address does not show whose it is."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas.groups import (
    InvitationBody,
    InvitationPageSchema,
    LinkBody,
    LinkSchema,
    OutcomeSchema,
)
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.core.email_addresses import folded, normalized
from grandequipe.core.mail.rendering import address_of
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


@call("POST", LIST, tag=TAG, answers=OutcomeSchema, status=201, body=InvitationBody)
@limited("invitations")
def invite_address(data: dict[str, Any], slug: str) -> dict[str, Any]:
    """Invite an address, or many; the response is the same with and without an account.

    Moderators alone invite many; those who are invited already are counted and mailed nothing.
    """
    actor, group = acting_member(), queries.get_group(slug, seen_by=acting_member())
    if "email" in data:
        invitation = services.invite_address(actor, group, data["email"])
        names = ("id", "email", "member", "invited_by", "created_at")
        shown = {name: getattr(invitation, name) for name in names}
        return {"sent": 1, "already": 0, "refused": [], **shown}
    wrong = {email: services.address_error(actor, email) for email in data["emails"]}
    right = {folded(email): normalized(email) for email, why in wrong.items() if not why}
    outcome = services.invite_addresses(actor, group, list(right.values()), data.get("word", ""))
    refused = [{"email": email, "why": why} for email, why in wrong.items() if why]
    return {"sent": outcome.sent, "already": outcome.already, "refused": refused}


@call(
    "POST",
    "/groups/<slug:slug>/invitation-links",
    tag=TAG,
    answers=LinkSchema,
    status=201,
    body=LinkBody,
)
@limited("invitations")
def create_invitation_link(data: dict[str, Any], slug: str) -> dict[str, Any]:
    """Create a link by which so many people join until an instant."""
    group = queries.get_group(slug, seen_by=acting_member())
    link = services.create_link(acting_member(), group, data["max_uses"], data["expires_at"])
    names = ("id", "uses", "max_uses", "expires_at")
    shown = {name: getattr(link, name) for name in names}
    return {"url": address_of("groups.join_by_link", key=link.key), **shown}


@call("DELETE", f"{LIST}/<id:invitation_id>", tag=TAG, answers=None, status=204)
def withdraw_invitation(slug: str, invitation_id: int) -> None:
    """Withdraw an invitation; a person who accepted it meanwhile stays a member."""
    invitation = queries.get_invitation(_moderated(slug), invitation_id)
    services.withdraw_invitation(acting_member(), invitation)


def _moderated(slug: str) -> Group:
    group = queries.get_group(slug, seen_by=acting_member())
    require(policies.may_moderate(acting_member(), group), FOR_MODERATORS)
    return group
