"""Schemas of paginated lists."""

from typing import Any

from marshmallow import fields
from marshmallow.validate import Range

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Text
from grandequipe.core.windows import DEFAULT_LIMIT, LARGEST_LIMIT

LONGEST_CURSOR = 200


class PageQuery(Schema):
    """Which page of a list to return."""

    cursor = Text(longest=LONGEST_CURSOR, load_default=None)
    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=Range(min=1, max=LARGEST_LIMIT))


def page_of(item: type[Schema]) -> type[Schema]:
    """Make the schema of a page of such items."""
    members: dict[str, Any] = {
        "__doc__": f"A page of a list: {item.__doc__}",
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(
            required=True,
            allow_none=True,
            metadata={"description": "The `cursor` of the next page, or null at the end."},
        ),
    }
    return type(item.__name__.removesuffix("Schema") + "PageSchema", (Schema,), members)
