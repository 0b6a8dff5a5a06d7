"""Schemas of what members keep of posts for themselves."""

from marshmallow import fields

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, one_of
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.posts import PostSchema
from grandequipe.feed.models import LONGEST_NOTE
from grandequipe.notifications.models import LONGEST_REMINDER, ConversationChoice

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


class ReminderSchema(Schema):
    """When the caller is reminded of a post, with their own note."""

    post_id = fields.Integer(required=True)
    due_at = Instant(required=True)
    note = fields.String(required=True)


class RemindersSchema(Schema):
    """The caller's reminders to come."""

    items = fields.List(fields.Nested(ReminderSchema), required=True)


class ReminderBody(Schema):
    """When to be reminded, and a private note."""

    due_at = Instant(required=True)
    note = Text(longest=LONGEST_REMINDER, load_default="")


class ChoiceSchema(Schema):
    """What of a conversation reaches the caller."""

    choice = one_of(ConversationChoice, required=True)


class ChoiceBody(ChoiceSchema):
    """What of a conversation is to reach the caller."""
