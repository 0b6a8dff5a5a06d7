"""Reactions."""

from collections.abc import Mapping
from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.queries import count_reactions
from grandequipe.api.schemas.posts import ReactionsSchema
from grandequipe.feed import queries, services
from grandequipe.feed.models import ReactionName

TAG = "Reactions"
NAMES = ",".join(ReactionName)
ONE = f"/posts/<id:post_id>/reactions/<any({NAMES}):name>"


@call("PUT", ONE, tag=TAG, answers=ReactionsSchema)
@limited("reactions")
def add_reaction(post_id: int, name: str) -> Mapping[str, Any]:
    """Add a reaction; idempotent."""
    member = acting_member()
    post = queries.get_post_to_answer(post_id, seen_by=member)
    services.add_reaction(member, post, ReactionName(name))
    return count_reactions(post, seen_by=member)


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def remove_reaction(post_id: int, name: str) -> None:
    """Remove a reaction."""
    member = acting_member()
    post = queries.get_post_to_answer(post_id, seen_by=member)
    services.remove_reaction(member, post, ReactionName(name))
