"""Reactions."""

from collections.abc import Mapping
from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.queries import count_comment_reactions, count_reactions
from grandequipe.api.schemas.posts import ReactionsSchema
from grandequipe.feed import queries, services
from grandequipe.feed.models import ReactionName

TAG = "Reactions"
NAMES = ",".join(ReactionName)
TO_COMMENT = f"/comments/<id:comment_id>/reactions/<any({NAMES}):name>"
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


@call("PUT", TO_COMMENT, tag=TAG, answers=ReactionsSchema)
@limited("reactions")
def react_to_comment(comment_id: int, name: str) -> Mapping[str, Any]:
    """Add a reaction to a comment; idempotent."""
    member = acting_member()
    comment = queries.get_comment(comment_id, seen_by=member)
    services.react_to_comment(member, comment, ReactionName(name))
    return count_comment_reactions(comment, seen_by=member)


@call("DELETE", TO_COMMENT, tag=TAG, answers=None, status=204)
def take_back_from_comment(comment_id: int, name: str) -> None:
    """Remove a reaction to a comment."""
    member = acting_member()
    comment = queries.get_comment(comment_id, seen_by=member)
    services.take_back_from_comment(member, comment, ReactionName(name))
