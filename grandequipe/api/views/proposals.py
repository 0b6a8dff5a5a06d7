"""Proposals: changes of published posts that wait for a moderator; authors and moderators only."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.schemas.posts import PostSchema
from grandequipe.api.schemas.proposals import (
    ProposalDecision,
    ProposalPageSchema,
    ProposalQuery,
    ProposalSchema,
)
from grandequipe.api.views.posts import TAG, shown_post
from grandequipe.core.errors import Invalid
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.feed import queries, services
from grandequipe.feed.models import PostProposal
from grandequipe.feed.policies import may_decide
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.queries import get_group

ONE = "/posts/<id:post_id>/proposal"
HEAD = ("post_id", "state", "version", "changed_at", "reason")


@call("GET", ONE, tag=TAG, answers=ProposalSchema)
def show_proposal(post_id: int) -> dict[str, Any]:
    """Show the proposal of a post, open or refused; 404 where there is none."""
    post = queries.get_post(post_id, seen_by=acting_member())
    return _shown(queries.get_proposal(post, seen_by=acting_member()))


@call("PATCH", ONE, tag=TAG, answers=PostSchema, body=ProposalDecision)
def decide_on_proposal(data: dict[str, Any], post_id: int) -> Any:
    """Approve or refuse a proposal; returns the post. 409 where the version has changed."""
    moderator = acting_member()
    post = queries.get_post(post_id, seen_by=moderator)
    if data["state"] == "refused":
        services.refuse_proposal(moderator, post, data.get("reason", ""))
    elif "version" not in data:
        require(may_decide(moderator, post), "Only moderators can decide on changes.")
        raise Invalid({"version": "Name the version that you read."})
    else:
        services.approve_proposal(moderator, post, data["version"])
    return shown_post(post)


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def withdraw_proposal(post_id: int) -> None:
    """Withdraw the caller's proposal; the post stays as it is."""
    post = queries.get_post(post_id, seen_by=acting_member())
    services.withdraw_proposal(acting_member(), post)


@call(
    "GET",
    "/groups/<slug:slug>/proposals",
    tag=TAG,
    answers=ProposalPageSchema,
    query=ProposalQuery,
    refusals=[403],
)
def list_proposals(params: dict[str, Any], slug: str) -> Window[dict[str, Any]]:
    """List the open proposals of a group, for its moderators, oldest first."""
    moderator = acting_member()
    group = get_group(slug, seen_by=moderator)
    require(may_moderate(moderator, group), "Only moderators can see what’s waiting.")
    part = queries.list_open_proposals(
        group, moderator, params["cursor"], params["limit"], with_content=True
    )
    return Window([_shown(each) for each in part.items], part.later)


def _shown(proposal: PostProposal) -> dict[str, Any]:
    post_input = proposal.post_input
    named = {name: value for name, value in vars(post_input).items() if value not in (None, "")}
    head = {name: getattr(proposal, name) for name in HEAD}
    return {"language": None, **named, **head, "kind": proposal.post.kind}
