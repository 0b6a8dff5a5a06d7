"""Comments."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.inputs import with_default_language
from grandequipe.api.limits import limited
from grandequipe.api.schemas.comments import (
    CommentBody,
    CommentPageSchema,
    CommentPatch,
    CommentSchema,
)
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.feed import queries, services
from grandequipe.feed.models import Comment
from grandequipe.feed.models.comments import CommentStatus
from grandequipe.feed.policies import may_edit_comment, require_reader

TAG = "Comments"
LIST = "/posts/<id:post_id>/comments"
ONE = "/comments/<id:comment_id>"


@call("GET", LIST, tag=TAG, answers=CommentPageSchema, query=PageQuery, visitors=True)
def list_comments(params: dict[str, Any], post_id: int) -> Window[Any]:
    """List the comments on a post, newest first; removed ones stay without their body."""
    post = queries.get_post_to_answer(post_id, seen_by=viewer())
    require_reader(viewer(), post)
    page = queries.list_comments(post, params["cursor"], params["limit"], seen_by=viewer())
    return Window([_shown(comment) for comment in page.items], page.next)


@call("POST", LIST, tag=TAG, answers=CommentSchema, status=201, body=CommentBody)
@limited("comments")
def add_comment(data: dict[str, Any], post_id: int) -> Comment | dict[str, Any]:
    """Answer a post, or a comment under it; `status: pending` where a moderator reads it first."""
    post = queries.get_post_to_answer(post_id, seen_by=acting_member())
    with_default_language(data, acting_member(), "body_html")
    return _shown(services.add_comment(acting_member(), post, **data))


@call("PATCH", ONE, tag=TAG, answers=CommentSchema, body=CommentPatch)
@limited("edits")
def edit_comment(data: dict[str, Any], comment_id: int) -> Comment:
    """Change what one said; what it said before is kept for moderators."""
    author = acting_member()
    comment = queries.get_comment(comment_id, seen_by=author)
    services.require_writable(author, comment.post)
    require(may_edit_comment(author, comment), "You can’t edit this comment.")
    language, version = data.get("language", comment.language), data.get("version")
    services.edit_comment(author, comment, data["body_html"], language, version)
    return comment


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def remove_comment(comment_id: int) -> None:
    """Take a comment away; one's own, too, that waits for a moderator."""
    member = acting_member()
    comment = queries.get_comment(comment_id, seen_by=member, with_held=True)
    services.remove_comment(member, comment)


def _shown(comment: Comment) -> Comment | dict[str, Any]:
    """Show of a removed comment only that it was there, and all of one's own that is held."""
    if comment.status is CommentStatus.PUBLISHED:
        return comment
    if comment.status is CommentStatus.PENDING:
        names = [each.attribute or name for name, each in CommentSchema().fields.items()]
        return {name: getattr(comment, name) for name in names} | {"removed_at": None}
    return {
        "id": comment.id,
        "post_id": comment.post_id,
        "author": None,
        "body_html": None,
        "files": [],
        "language": None,
        "reply_to_id": comment.reply_to_id,
        "created_at": comment.created_at,
        "edited_at": None,
        "version": comment.version,
        "status": comment.status,
        "removed_at": comment.removed_at,
        "reaction_counts": {},
    }
