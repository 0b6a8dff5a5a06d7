"""Schemas of comments; a removed comment is listed without its body."""

from marshmallow import fields

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import (
    KEPT_HTML,
    Instant,
    Text,
    id_of_something,
    language_tag,
    whole,
)
from grandequipe.api.schemas.files import FileSchema, file_ids
from grandequipe.api.schemas.lists import page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.core.html import LONGEST_COMMENT
from grandequipe.feed.models.comments import CommentStatus

LARGEST_VERSION = 2**63 - 1


class CommentSchema(Schema):
    """A comment."""

    id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    author = fields.Nested(PersonSchema, required=True, allow_none=True)
    body_html = fields.String(required=True, allow_none=True)
    language = language_tag(required=True)
    files = fields.Nested(FileSchema, many=True, required=True)
    reply_to = fields.Integer(attribute="reply_to_id", required=True, allow_none=True)
    created_at = Instant(required=True)
    edited_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)
    status = fields.Enum(
        CommentStatus,
        by_value=True,
        required=True,
        metadata={"description": "`pending` waits for a moderator; nobody but its author sees it."},
    )
    removed_at = Instant(required=True, allow_none=True)
    reactions = fields.Dict(
        keys=fields.String(), values=fields.Integer(), attribute="reaction_counts", required=True
    )


CommentPageSchema = page_of(CommentSchema)


class CommentPatch(Schema):
    """What may change of a comment."""

    body_html = Text(required=True, longest=LONGEST_COMMENT, metadata={"description": KEPT_HTML})
    language = language_tag()
    version = whole(
        1,
        LARGEST_VERSION,
        metadata={"description": "The `version` that was read: 409 where it has another one."},
    )


class CommentBody(Schema):
    """A comment to add."""

    body_html = Text(required=True, longest=LONGEST_COMMENT, metadata={"description": KEPT_HTML})
    language = language_tag()
    files = file_ids(load_default=list)
    reply_to = id_of_something(load_default=None, allow_none=True)
