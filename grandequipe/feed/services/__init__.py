"""Writing posts, comments and reactions."""

from grandequipe.feed.services.comments import add_comment, remove_comment
from grandequipe.feed.services.posts import (
    MAY_NOT_EDIT,
    approve_post,
    edit_post,
    preview_post,
    publish_post,
    refuse_post,
    remove_post,
)
from grandequipe.feed.services.reactions import add_reaction, remove_reaction

__all__ = [
    "MAY_NOT_EDIT",
    "add_comment",
    "add_reaction",
    "approve_post",
    "edit_post",
    "preview_post",
    "publish_post",
    "refuse_post",
    "remove_comment",
    "remove_post",
    "remove_reaction",
]
