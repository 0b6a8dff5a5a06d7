"""Schemas of the search."""

from marshmallow import fields

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, language_tag, one_of, whole
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.feed.models import Kind, ResourceType
from grandequipe.search.models import SubjectType
from grandequipe.search.queries import Sort


class SearchQuery(PageQuery):
    """What to look for, by words and by filters."""

    q = Text(
        longest=300,
        load_default="",
        metadata={
            "description": "Words, “phrases” in quotation marks, -words to leave out, beginnings*."
        },
    )
    type = one_of(SubjectType, load_default=None)
    kind = one_of(Kind, load_default=None)
    theme = Text(longest=200, load_default=None, metadata={"description": "The slug of a theme."})
    territory = Text(
        longest=80,
        load_default=None,
        metadata={"description": "A code such as `D93`: what concerns it, and what it is made of."},
    )
    group = Text(longest=200, load_default=None, metadata={"description": "The slug of a group."})
    author = whole(1, 2**63 - 1, load_default=None, metadata={"description": "The id of a member."})
    organisation = whole(
        1, 2**63 - 1, load_default=None, metadata={"description": "The id of an organisation."}
    )
    resource_type = one_of(ResourceType, load_default=None)
    licence = Text(longest=300, load_default=None)
    since = Instant(
        data_key="from", load_default=None, metadata={"description": "Published at it or later."}
    )
    until = Instant(
        data_key="to", load_default=None, metadata={"description": "Published before it."}
    )
    sort = one_of(
        Sort,
        load_default=Sort.RELEVANCE,
        metadata={"description": "By `relevance` at most 200 are listed, by `newest` all."},
    )
    literal = fields.Boolean(
        load_default=False,
        metadata={"description": "Look for what is written, even where it looks like a mistake."},
    )
    facets = fields.Boolean(load_default=False, metadata={"description": "Count the facets too."})


class FoundSchema(Schema):
    """Something that was found."""

    type = one_of(SubjectType, required=True)
    id = fields.Integer(required=True)
    title = fields.String(
        required=True, metadata={"description": "The name of a group, member or organisation."}
    )
    excerpt = fields.String(
        required=True, metadata={"description": "HTML: text, and `<mark>` around what was found."}
    )
    url = fields.String(required=True)
    language = language_tag(required=True)
    kind = one_of(Kind, required=True, allow_none=True)
    group = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The slug of the group in which the caller reads it, or its own."},
    )
    post = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Of a comment, its post’s id."},
    )
    author = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The id of the author."}
    )
    published_at = Instant(required=True, allow_none=True)


class TotalSchema(Schema):
    """How much is found."""

    count = fields.Integer(attribute="number", required=True)
    is_exact = fields.Boolean(
        required=True, metadata={"description": "False where it is more than `count`."}
    )


class FacetValueSchema(Schema):
    """A value that the search can be narrowed by: as the query says it."""

    value = fields.String(attribute="code", required=True)
    name = fields.String(required=True, allow_none=True)
    count = fields.Integer(attribute="number", required=True)


class FoundPageSchema(Schema):
    """A page of what was found."""

    items = fields.List(fields.Nested(FoundSchema), required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The `cursor` of the next page, or null at the end."},
    )
    total = fields.Nested(TotalSchema, required=True)
    meant = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What was looked for in the place of a typing error."},
    )
    facets = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(FacetValueSchema)),
        required=True,
        allow_none=True,
        metadata={"description": "By the name of the parameter; null where not asked for."},
    )
