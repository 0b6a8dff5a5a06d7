"""Schemas of collections."""

from marshmallow import fields
from marshmallow.validate import Length

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, id_of_something, one_of
from grandequipe.api.schemas.lists import page_of
from grandequipe.library.models import LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_ITEMS, Audience

POSTS = {"description": "Ids of posts in order: of those that the caller sees."}


class CollectionSchema(Schema):
    """A collection: posts in an order that somebody chose."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    group = fields.String(required=True, allow_none=True)
    member = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Whose it is, where no group’s."}
    )
    audience = one_of(
        Audience,
        required=True,
        allow_none=True,
        metadata={"description": "null: those who read the group."},
    )
    posts = fields.List(fields.Integer(), required=True, metadata=POSTS)
    changed_at = Instant(required=True)
    url = fields.String(required=True)


CollectionPageSchema = page_of(CollectionSchema)


class CollectionPatch(Schema):
    """What of a collection is to change; `posts` are all of them, in order."""

    title = Text(shortest=1, longest=LONGEST_TITLE)
    description = Text(longest=LONGEST_DESCRIPTION)
    audience = one_of(Audience)
    posts = fields.List(id_of_something(), validate=Length(max=MOST_ITEMS), metadata=POSTS)


class CollectionBody(CollectionPatch):
    """A new collection, of the caller or of a group that they moderate."""

    title = Text(shortest=1, longest=LONGEST_TITLE, required=True)
    group = Text(longest=200, load_default=None, metadata={"description": "The slug of a group."})
