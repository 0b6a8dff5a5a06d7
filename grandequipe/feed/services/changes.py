"""Writing a change into a post that is locked, with its files, mentions and versions."""

from grandequipe.core import clock
from grandequipe.core.moderation_log import Act
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.models.inputs import PostInput
from grandequipe.feed.services.history import keep_versions, version_before
from grandequipe.feed.services.mentions import keep_mentions
from grandequipe.feed.services.texts import (
    claim_post_files,
    group_of_act,
    groups_to_mention_from,
    note_act,
    write_text,
)
from grandequipe.members.models import Member


def write_change(
    editor: Member,
    post: Post,
    post_input: PostInput,
    before: Post,
    *,
    had_mentions: bool,
    is_minor: bool,
) -> None:
    """Have a locked post say what was written; a text that is as `before` has it stays so.

    The caller has asked whether the editor may, and records it.
    """
    before_change = version_before(post)
    write_text(post, post_input, before, groups_to_mention_from(editor, post))
    claim_post_files(editor, post, post_input)
    post.edited_at = clock.now()
    post.version += 1
    db.session.flush()
    keep_mentions(post, had_any=had_mentions)
    keep_versions(before_change, editor.id, post, is_minor=is_minor)
    note_act(editor, Act.POST_EDITED, group_of_act(editor, post), post, version=post.version)
