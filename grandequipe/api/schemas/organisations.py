"""Schemas of organisations."""

from marshmallow import fields

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Text, language_tag, one_of
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.posts import TerritorySchema, ThemeSchema
from grandequipe.members.models import OrganisationKind

# The cursor holds a name.
LONGEST_CURSOR = 2000


class OrganisationQuery(PageQuery):
    """Which organisations are asked for."""

    cursor = Text(longest=LONGEST_CURSOR, load_default=None)
    q = Text(longest=100, load_default="")
    territory = Text(longest=200, load_default="")
    theme = Text(longest=100, load_default="")
    kind = one_of(OrganisationKind, load_default=None)


class OrganisationProfileSchema(Schema):
    """What an organisation says of itself."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = one_of(OrganisationKind, required=True)
    territory = fields.Pluck(TerritorySchema, "code", required=True, allow_none=True)
    themes = fields.Pluck(ThemeSchema, "slug", many=True, required=True)
    website = fields.String(required=True, allow_none=True)
    siret = fields.String(required=True, allow_none=True)
    description = fields.String(required=True)
    description_language = language_tag(required=True)
    logo_url = fields.String(required=True, allow_none=True)
    web_url = fields.String(required=True)


OrganisationPageSchema = page_of(OrganisationProfileSchema)
