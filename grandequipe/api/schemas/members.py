"""Schemas of members, as seen by others and by themselves."""

from marshmallow import fields
from marshmallow.validate import OneOf

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Text, language_tag, one_of, whole
from grandequipe.config import LOCALES
from grandequipe.digests.models import Frequency


class OrganisationSchema(Schema):
    """An organisation that members work for."""

    name = fields.String(required=True)


class PersonSchema(Schema):
    """A member as others see them."""

    id = fields.Integer(required=True)
    display_name = fields.String(required=True)
    job_title = fields.String(required=True)
    organisation = fields.Pluck(OrganisationSchema, "name", required=True, allow_none=True)


class DigestSchema(Schema):
    """When a member gets their digest."""

    frequency = one_of(Frequency, required=True)
    weekday = whole(0, 6, required=True, metadata={"description": "Monday is 0."})
    hour = whole(0, 23, required=True)


class DigestPatch(Schema):
    """Changes of a member's digest; fields that are left out stay."""

    frequency = one_of(Frequency)
    weekday = whole(0, 6)
    hour = whole(0, 23)


class MeSchema(PersonSchema):
    """The caller."""

    email = fields.String(required=True)
    bio = fields.String(required=True)
    bio_language = language_tag(required=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    digest = fields.Nested(DigestSchema, required=True)


class MePatch(Schema):
    """Changes of the caller's profile and preferences; fields that are left out stay."""

    display_name = Text(shortest=1, longest=100)
    job_title = Text(longest=100)
    organisation = Text(longest=150, allow_none=True)
    bio = Text(longest=2000)
    bio_language = language_tag()
    locale = Text(validate=OneOf(LOCALES))
    time_zone = Text(longest=64)
    digest = fields.Nested(DigestPatch)
