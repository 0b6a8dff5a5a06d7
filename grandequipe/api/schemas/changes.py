"""Schemas of changes."""

from marshmallow import fields

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Text, whole
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.core.windows import DEFAULT_LIMIT, LARGEST_LIMIT

LONGEST_CURSOR = 100_000


class SubjectSchema(Schema):
    """The type and id of what a change or notification is about."""

    type = fields.String(required=True)
    id = fields.Integer(required=True)


class ChangeSchema(Schema):
    """One event, at its position in its stream."""

    stream = fields.String(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    subject = fields.Nested(SubjectSchema, required=True)
    group = fields.String(required=True, allow_none=True)
    actor = fields.Integer(required=True, allow_none=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    post = fields.Integer(metadata={"description": "The post that a comment stands under."})
    locked = fields.Boolean(metadata={"description": "`comments.locked`: false once open."})
    minor = fields.Boolean(metadata={"description": "`post.edited`: a minor correction."})


class ChangesSchema(Schema):
    """Changes in order, and the cursor after them."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    streams = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "All streams that the caller follows now, changed or not."},
    )


class ChangesQuery(PageQuery):
    """The cursor after which to list changes; without `since`, only the present cursor."""

    class Meta:
        """Leave out the cursor of ordinary lists."""

        exclude = ("cursor",)

    since = Text(longest=LONGEST_CURSOR, load_default=None)


class ChangesBody(Schema):
    """The same in a body, which may be longer than a URL."""

    since = Text(longest=LONGEST_CURSOR, load_default=None, allow_none=True)
    limit = whole(1, LARGEST_LIMIT, load_default=DEFAULT_LIMIT)
