"""Schemas of the moderation log."""

from marshmallow import fields
from marshmallow.validate import OneOf, Range

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import LARGEST_ID, Instant, Text
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.moderation.queries.log import SUBJECTS


class LoggedSubjectSchema(Schema):
    """The object of an act; it may be gone."""

    type = fields.String(required=True, attribute="subject_type")
    id = fields.Integer(required=True, attribute="subject_id")


class LogEntrySchema(Schema):
    """An act: what, when, by whom, on what, and whom it concerned; no words of anybody."""

    id = fields.Integer(required=True, attribute="entry.id")
    at = Instant(required=True, attribute="entry.at")
    act = fields.String(
        required=True,
        attribute="entry.act",
        metadata={"description": "Such as `post.removed`; one of a later release may be added."},
    )
    subject = fields.Nested(LoggedSubjectSchema, required=True, attribute="entry")
    actor = fields.Nested(
        PersonSchema,
        required=True,
        allow_none=True,
        metadata={"description": "null where a rule acted, or the account is closed."},
    )
    member = fields.Nested(PersonSchema, required=True, allow_none=True)
    details = fields.Dict(required=True, attribute="entry.details")


LogPageSchema = page_of(LogEntrySchema)


def _id(description: str) -> fields.Integer:
    """Make an optional id in a query string."""
    return fields.Integer(
        load_default=None,
        validate=Range(min=1, max=LARGEST_ID),
        metadata={"description": description},
    )


class LogQuery(PageQuery):
    """Which acts are asked for."""

    subject = Text(longest=20, load_default=None, validate=OneOf(sorted(SUBJECTS)))
    actor = _id("Who acted, by id.")
    member = _id("Whom it concerned, by id.")
