"""Schemas of members, as seen by others and by themselves."""

from typing import Any

from marshmallow import fields, pre_dump
from marshmallow.validate import OneOf

from grandequipe.api.identity import viewer
from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Text, language_tag, one_of, whole
from grandequipe.config import LOCALES
from grandequipe.digests.models import Frequency
from grandequipe.members.models import Audience, Member, ProfileField
from grandequipe.members.policies import shows


class OrganisationSchema(Schema):
    """An organisation that members work for."""

    name = fields.String(required=True)


class PersonSchema(Schema):
    """A member as the caller sees them: what they do not show to them is empty or null."""

    id = fields.Integer(required=True)
    display_name = fields.String(required=True)
    job_title = fields.String(required=True)
    organisation = fields.Pluck(OrganisationSchema, "name", required=True, allow_none=True)

    @pre_dump
    def keep_what_is_shown(self, person: Any, **_more: Any) -> Any:
        """Ask of each member what they show to the caller."""
        return shown_person(person) if isinstance(person, Member) else person


def shown_person(member: Member) -> dict[str, Any]:
    """Give what a member shows to the caller beside their name."""
    reader = viewer()
    has_title = shows(member, ProfileField.JOB_TITLE, reader)
    has_organisation = shows(member, ProfileField.ORGANISATION, reader)
    return {
        "id": member.id,
        "display_name": member.display_name,
        "job_title": member.job_title if has_title else "",
        "organisation": member.organisation if has_organisation else None,
    }


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


class AudiencesSchema(Schema):
    """The audience of each field of a profile, besides its member: nobody until they choose."""

    job_title = one_of(Audience, required=True)
    organisation = one_of(Audience, required=True)
    bio = one_of(Audience, required=True)
    picture = one_of(Audience, required=True)
    territory = one_of(Audience, required=True)
    themes = one_of(Audience, required=True)
    languages = one_of(Audience, required=True)
    links = one_of(Audience, required=True)
    offers = one_of(Audience, required=True)
    seeks = one_of(Audience, required=True)


class AudiencesPatch(Schema):
    """Changes of audiences; fields that are left out stay."""

    job_title = one_of(Audience)
    organisation = one_of(Audience)
    bio = one_of(Audience)
    picture = one_of(Audience)
    territory = one_of(Audience)
    themes = one_of(Audience)
    languages = one_of(Audience)
    links = one_of(Audience)
    offers = one_of(Audience)
    seeks = one_of(Audience)


class MeSchema(PersonSchema):
    """The caller."""

    email = fields.String(required=True)
    bio = fields.String(required=True)
    bio_language = language_tag(required=True)
    locale = fields.String(required=True)
    audiences = fields.Nested(AudiencesSchema, required=True)
    time_zone = fields.String(required=True)
    digest = fields.Nested(DigestSchema, required=True)


class MePatch(Schema):
    """Changes of the caller's profile and preferences; fields that are left out stay."""

    display_name = Text(shortest=1, longest=100)
    job_title = Text(longest=100)
    organisation = Text(longest=150, allow_none=True)
    bio = Text(longest=2000)
    bio_language = language_tag()
    audiences = fields.Nested(AudiencesPatch)
    locale = Text(validate=OneOf(LOCALES))
    time_zone = Text(longest=64)
    digest = fields.Nested(DigestPatch)
