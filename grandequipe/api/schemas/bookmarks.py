"""Schemas of what members keep of posts for themselves."""

from marshmallow import Schema, fields

from grandequipe.api.schemas.fields import Instant, Text
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.posts import PostSchema
from grandequipe.feed.models import LONGEST_NOTE

LONGEST_QUERY = 100


class BookmarkSchema(Schema):
    """A bookmark: the note, and since when the post is kept."""

    note = fields.String(required=True)
    created_at = Instant(required=True)


class BookmarkedPostSchema(BookmarkSchema):
    """A post that the caller keeps."""

    post = fields.Nested(PostSchema, required=True)


BookmarkPageSchema = page_of(BookmarkedPostSchema)


class BookmarkBody(Schema):
    """The private note of a bookmark."""

    note = Text(longest=LONGEST_NOTE)


class BookmarkQuery(PageQuery):
    """Which bookmarks are asked for."""

    q = Text(
        longest=LONGEST_QUERY,
        load_default="",
        metadata={
            "description": "Words of the title, the summary, the author, the group or the note."
        },
    )
