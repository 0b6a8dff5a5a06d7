"""Writing posts, comments and reactions."""

from grandequipe.feed.services.comments import add_comment, remove_comment
from grandequipe.feed.services.placements import (
    approve_post,
    check_opening,
    place_post,
    refuse_post,
    take_out,
)
from grandequipe.feed.services.posts import (
    MAY_NOT_EDIT,
    delete_refused_posts,
    edit_post,
    preview_post,
    publish_post,
    remove_post,
)
from grandequipe.feed.services.proposals import (
    approve_proposal,
    end_proposals_of,
    proposed_post,
    refuse_proposal,
    withdraw_proposal,
)
from grandequipe.feed.services.reactions import add_reaction, remove_reaction
from grandequipe.feed.services.texts import subjects_described_by, subjects_of

__all__ = [
    "MAY_NOT_EDIT",
    "add_comment",
    "add_reaction",
    "approve_post",
    "approve_proposal",
    "check_opening",
    "delete_refused_posts",
    "edit_post",
    "end_proposals_of",
    "place_post",
    "preview_post",
    "proposed_post",
    "publish_post",
    "refuse_post",
    "refuse_proposal",
    "remove_comment",
    "remove_post",
    "remove_reaction",
    "subjects_described_by",
    "subjects_of",
    "take_out",
    "withdraw_proposal",
]
