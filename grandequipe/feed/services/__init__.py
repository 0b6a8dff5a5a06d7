"""Writing posts, comments and reactions."""

from grandequipe.feed.services import drafts
from grandequipe.feed.services.bin import (
    delete_removed_posts,
    delete_removed_texts,
    restore_post,
)
from grandequipe.feed.services.comments import (
    MAY_NOT_REMOVE_COMMENT,
    add_comment,
    edit_comment,
    remove_comment,
    restore_comment,
)
from grandequipe.feed.services.highlights import (
    MAY_NOT_LOCK,
    MOST_PINNED,
    feature_post,
    lock_comments,
    pin_post,
)
from grandequipe.feed.services.history import hide_version
from grandequipe.feed.services.labels import erase_follows, follow, unfollow
from grandequipe.feed.services.placements import (
    approve_post,
    check_opening,
    place_post,
    refuse_post,
    return_post,
    take_out,
)
from grandequipe.feed.services.posts import (
    MAY_NOT_EDIT,
    MAY_NOT_REMOVE_POST,
    delete_refused_posts,
    edit_post,
    preview_post,
    publish_post,
    remove_post,
)
from grandequipe.feed.services.proposals import (
    approve_proposal,
    end_proposals_of,
    post_of_version,
    proposed_post,
    refuse_proposal,
    withdraw_proposal,
)
from grandequipe.feed.services.reactions import (
    add_reaction,
    erase_reactions_to_comments,
    react_to_comment,
    remove_reaction,
    take_back_from_comment,
)
from grandequipe.feed.services.texts import (
    groups_to_mention_from,
    require_writable,
    subjects_described_by,
    subjects_of,
)

__all__ = [
    "MAY_NOT_EDIT",
    "MAY_NOT_LOCK",
    "MAY_NOT_REMOVE_COMMENT",
    "MAY_NOT_REMOVE_POST",
    "MOST_PINNED",
    "add_comment",
    "add_reaction",
    "approve_post",
    "approve_proposal",
    "check_opening",
    "delete_refused_posts",
    "delete_removed_posts",
    "delete_removed_texts",
    "drafts",
    "edit_comment",
    "edit_post",
    "end_proposals_of",
    "erase_follows",
    "erase_reactions_to_comments",
    "feature_post",
    "follow",
    "groups_to_mention_from",
    "hide_version",
    "lock_comments",
    "pin_post",
    "place_post",
    "post_of_version",
    "preview_post",
    "proposed_post",
    "publish_post",
    "react_to_comment",
    "refuse_post",
    "refuse_proposal",
    "remove_comment",
    "remove_post",
    "remove_reaction",
    "require_writable",
    "restore_comment",
    "restore_post",
    "return_post",
    "subjects_described_by",
    "subjects_of",
    "take_back_from_comment",
    "take_out",
    "unfollow",
    "withdraw_proposal",
]
