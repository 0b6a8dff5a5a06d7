"""What happened since."""

from marshmallow import Schema, fields

from grandequipe.api.schemas.fields import Words, whole
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.core.windows import DEFAULT_LIMIT, LARGEST_LIMIT

LONGEST_CURSOR = 100_000


class SubjectSchema(Schema):
    """What something is about."""

    type = fields.String(required=True)
    id = fields.Integer(required=True)


class ChangeSchema(Schema):
    """One fact, at its position in its stream."""

    stream = fields.String(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    subject = fields.Nested(SubjectSchema, required=True)
    group = fields.String(required=True, allow_none=True)
    actor = fields.Integer(required=True, allow_none=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    post = fields.Integer(metadata={"description": "The post that a comment stands under."})


class ChangesSchema(Schema):
    """Changes in order, and where the reader stands after them."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    streams = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "All streams that the caller follows now, changed or not."},
    )


class ChangesQuery(PageQuery):
    """Since when changes are asked for; without `since`, the cursor of now."""

    class Meta:
        """Take no part of the ordinary paging but the limit."""

        exclude = ("cursor",)

    since = Words(longest=LONGEST_CURSOR, load_default=None)


class ChangesBody(Schema):
    """The same in a body, which may be longer than an address."""

    since = Words(longest=LONGEST_CURSOR, load_default=None, allow_none=True)
    limit = whole(1, LARGEST_LIMIT, load_default=DEFAULT_LIMIT)
