"""Schemas of the directory of members."""

from marshmallow import fields

from grandequipe.api.schemas.fields import Text
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.api.schemas.posts import TerritorySchema, ThemeSchema

# The cursor holds a name.
LONGEST_CURSOR = 500


class DirectoryQuery(PageQuery):
    """Whom to list of those who chose to be listed."""

    cursor = Text(longest=LONGEST_CURSOR, load_default=None)
    q = Text(longest=100, load_default="")
    territory = Text(longest=200, load_default="")
    theme = Text(longest=100, load_default="")
    organisation = Text(longest=150, load_default="")


class ListedMemberSchema(PersonSchema):
    """A member who chose to be listed: what they do not show to the caller is empty or null."""

    territory = fields.Pluck(TerritorySchema, "code", required=True, allow_none=True)
    themes = fields.Pluck(ThemeSchema, "slug", many=True, required=True)
    languages = fields.List(fields.String(), required=True)
    links = fields.List(fields.String(), required=True)
    offers = fields.String(required=True)
    seeks = fields.String(required=True)


DirectoryPageSchema = page_of(ListedMemberSchema)
