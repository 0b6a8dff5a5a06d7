"""Drafts of posts: what is read of them is their author's alone."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields
from marshmallow.validate import Length

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import KEPT_HTML, Instant, Text, language_tag, one_of, whole
from grandequipe.api.schemas.files import FileSchema
from grandequipe.api.schemas.lists import page_of
from grandequipe.api.schemas.posts import LARGEST_VERSION, OwnFields, PostWords
from grandequipe.feed.models import MOST_GROUPS, DraftFailure, DraftState, Kind

# What `POST /groups/{slug}/posts` answers: the post, or the draft where that was asked for.
POST_OR_DRAFT: dict[str, Any] = {
    "oneOf": [{"$ref": "#/components/schemas/Post"}, {"$ref": "#/components/schemas/Draft"}]
}
WHEN = "When it is published, where the status is `scheduled`."


class DraftSchema(OwnFields):
    """A draft as it was left: a value that is no value of its field is null."""

    id = fields.Integer(required=True)
    kind = one_of(Kind, required=True)
    group = fields.String(required=True, allow_none=True)
    groups = fields.List(fields.String(), required=True)
    post_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The post that it would change."}
    )
    title = fields.String(required=True)
    body_html = fields.String(required=True, metadata={"description": KEPT_HTML})
    language = language_tag(required=True)
    themes = fields.List(fields.String(), required=True)
    territories = fields.List(fields.String(), required=True)
    files = fields.Nested(FileSchema, many=True, required=True)
    status = one_of(DraftState, required=True)
    publish_at = Instant(required=True, allow_none=True, metadata={"description": WHEN})
    failure = one_of(
        DraftFailure,
        required=True,
        allow_none=True,
        metadata={"description": "Why it was not published at its time."},
    )
    version = fields.Integer(required=True)
    updated_at = Instant(required=True)
    web_url = fields.String(required=True)


DraftPageSchema = page_of(DraftSchema)


class DraftPatch(PostWords):
    """What may change of a draft; fields that are left out stay as they are."""

    version = whole(
        1,
        LARGEST_VERSION,
        required=True,
        metadata={"description": "The `version` that was read: 409 where it is stale."},
    )
    groups = fields.List(Text(longest=100), validate=Length(max=MOST_GROUPS - 1))
    status = one_of(DraftState)
    publish_at = Instant(metadata={"description": WHEN})


def created(schema: type[Schema], shown: Any, address: str) -> Response:
    """Answer what was made, as one of the schemas of `POST_OR_DRAFT`."""
    response = jsonify(schema().dump(shown))
    response.status_code, response.headers["Location"] = 201, address
    return response
