"""Groups and who belongs to them."""

from enum import StrEnum

from marshmallow import Schema, fields
from marshmallow.validate import Email, Length

from grandequipe.api.schemas.fields import Instant, Words, language_tag, one_of
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.groups.models import (
    JoinPolicy,
    Level,
    MembershipState,
    PostingPolicy,
    Role,
    Visibility,
)
from grandequipe.groups.services import LONGEST_DESCRIPTION, LONGEST_NAME

LONGEST_EMAIL = 254


class Standing(StrEnum):
    """What a moderator makes of a person's tie; `none` ends it."""

    ACTIVE = "active"
    INVITED = "invited"
    BANNED = "banned"
    NONE = "none"


class GroupSchema(Schema):
    """A group, and how the one who calls stands to it."""

    id = fields.Integer(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    language = language_tag(required=True)
    visibility = one_of(Visibility, required=True)
    join_policy = one_of(JoinPolicy, required=True)
    posting_policy = one_of(PostingPolicy, required=True)
    member_count = fields.Integer(required=True)
    created_at = Instant(required=True)
    role = fields.String(
        required=True, allow_none=True, metadata={"description": "Null for whoever is no member."}
    )
    state = fields.String(required=True, allow_none=True)
    unread = fields.Integer(
        required=True, metadata={"description": "Posts not seen yet that can be read; at most 100."}
    )


GroupPageSchema = page_of(GroupSchema)


class GroupQuery(PageQuery):
    """Which groups are asked for."""

    q = Words(longest=200, load_default="")


class GroupBody(Schema):
    """A group to found."""

    name = Words(required=True, shortest=1, longest=LONGEST_NAME)
    description = Words(longest=LONGEST_DESCRIPTION)
    language = language_tag()
    visibility = one_of(Visibility)
    join_policy = one_of(JoinPolicy)
    posting_policy = one_of(PostingPolicy)


class GroupPatch(GroupBody):
    """What may change of a group; what is not given stays."""

    name = Words(shortest=1, longest=LONGEST_NAME)


class StandingSchema(Schema):
    """How the one who calls stands to a group."""

    state = fields.String(required=True)


class LevelSchema(Schema):
    """What of a group its member is told."""

    level = one_of(Level, required=True)


class MembershipSchema(PersonSchema):
    """A person, and how they stand to a group."""

    role = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    since = Instant(required=True, allow_none=True)


MembershipPageSchema = page_of(MembershipSchema)


class MembershipQuery(PageQuery):
    """Which members are asked for; only those who look after the group see other states."""

    state = one_of(MembershipState, load_default=MembershipState.ACTIVE.value)


class MembershipPatch(Schema):
    """What a moderator changes of a person's tie to a group."""

    role = one_of(Role)
    state = one_of(Standing)


class InvitationBody(Schema):
    """Whom to invite: whoever has this address, now or after they register with it."""

    email = Words(required=True, validate=[Length(max=LONGEST_EMAIL), Email()])


class InvitationSchema(Schema):
    """An invitation that nobody has accepted yet, as it was written: to an address or a person."""

    id = fields.Integer(required=True)
    email = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Says nothing of whether an account has it."},
    )
    person = fields.Nested(PersonSchema, attribute="member", required=True, allow_none=True)
    invited_by = fields.Nested(PersonSchema, required=True)
    created_at = Instant(required=True)


InvitationPageSchema = page_of(InvitationSchema)
