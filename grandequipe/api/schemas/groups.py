"""Schemas of groups, memberships and invitations."""

from enum import StrEnum
from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Email, Length, Range

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import LARGEST_ID, Instant, Text, language_tag, one_of
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.groups.models import (
    LONGEST_ANSWER,
    MOST_QUESTIONS,
    Colour,
    JoinPolicy,
    Level,
    MembershipState,
    PostingPolicy,
    Role,
    Visibility,
)
from grandequipe.groups.services import LONGEST_DESCRIPTION, LONGEST_NAME
from grandequipe.groups.services.invitations.links import MOST_USES
from grandequipe.groups.services.invitations.many import LONGEST_WORD, MOST_ADDRESSES
from grandequipe.groups.services.sanctions import LONGEST_REASON
from grandequipe.groups.views.covers import cover_url

LONGEST_EMAIL = 254


class TargetState(StrEnum):
    """The state to which a moderator sets a membership; `none` ends it."""

    ACTIVE = "active"
    INVITED = "invited"
    WARNED = "warned"
    MUTED = "muted"
    BANNED = "banned"
    NONE = "none"


class CoverAddress(fields.String):
    """The address of a group's picture, for those who read the group."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        path = cover_url(obj.group, bool(obj.membership and obj.membership.is_active))
        return str(current_app.config["SETTINGS"].site_url.rstrip("/") + path) if path else None


class GroupSchema(Schema):
    """A group, with the caller's membership."""

    id = fields.Integer(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    language = language_tag(required=True)
    visibility = one_of(Visibility, required=True)
    join_policy = one_of(JoinPolicy, required=True)
    posting_policy = one_of(PostingPolicy, required=True)
    reads_newcomers = fields.Boolean(required=True)
    colour = one_of(Colour, required=True, attribute="shown_colour")
    cover = CoverAddress(
        required=True,
        attribute="cover_key",
        allow_none=True,
        metadata={
            "description": "URL of its picture, in widths by `w` (480, 960, 1600); null without "
            "one and for those who do not read the group."
        },
    )
    member_count = fields.Integer(required=True)
    created_at = Instant(required=True)
    role = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null for non-members."},
    )
    state = fields.String(required=True, allow_none=True)
    unread = fields.Integer(
        required=True, metadata={"description": "Posts not seen yet that can be read; at most 100."}
    )


GroupPageSchema = page_of(GroupSchema)


class GroupQuery(PageQuery):
    """Which groups to list."""

    q = Text(longest=200, load_default="")


class GroupBody(Schema):
    """A group to create."""

    name = Text(required=True, shortest=1, longest=LONGEST_NAME)
    description = Text(longest=LONGEST_DESCRIPTION)
    language = language_tag()
    visibility = one_of(Visibility)
    join_policy = one_of(JoinPolicy)
    posting_policy = one_of(PostingPolicy)
    reads_newcomers = fields.Boolean(
        metadata={"description": "A moderator reads the first post of a newcomer first."}
    )
    colour = one_of(
        Colour,
        allow_none=True,
        metadata={"description": "Null: the one that its address stands for."},
    )


class GroupPatch(GroupBody):
    """Changes of a group's settings; fields that are left out stay."""

    name = Text(shortest=1, longest=LONGEST_NAME)


class JoinBody(Schema):
    """What a person accepts and answers who joins a group, or asks to."""

    charter = fields.Integer(
        validate=Range(min=0, max=LARGEST_ID),
        metadata={"description": "The version of the group's charter that is accepted."},
    )
    answers = fields.List(
        Text(longest=LONGEST_ANSWER),
        validate=Length(max=MOST_QUESTIONS),
        metadata={"description": "To the group's questions, in their order."},
    )


class MembershipStateSchema(Schema):
    """The state of the caller's membership."""

    state = fields.String(required=True)


class LevelSchema(Schema):
    """What the caller is notified of in a group."""

    level = one_of(Level, required=True)


class MembershipSchema(PersonSchema):
    """A person, with their membership of a group."""

    role = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    since = Instant(required=True, allow_none=True)
    muted = fields.Boolean(
        required=True,
        metadata={
            "description": "Reads and writes nothing, for now or for good; only moderators and "
            "that person see it."
        },
    )


MembershipPageSchema = page_of(MembershipSchema)


class MembershipQuery(PageQuery):
    """Which members to list; only moderators see other states than `active`."""

    state = one_of(MembershipState, load_default=MembershipState.ACTIVE.value)


class MembershipPatch(Schema):
    """Changes of a membership by a moderator."""

    role = one_of(Role)
    state = one_of(TargetState)
    reason = Text(
        validate=[Length(max=LONGEST_REASON)],
        metadata={"description": "Read by the person; a warning, a mute and a ban need one."},
    )
    until = Instant(allow_none=True, metadata={"description": "The end of a mute or a ban."})


class InvitationBody(Schema):
    """The address to invite, of an account or of a person who may register later; or many."""

    email = Text(validate=[Length(max=LONGEST_EMAIL), Email()])
    emails = fields.List(Text(longest=LONGEST_EMAIL), validate=Length(min=1, max=MOST_ADDRESSES))
    word = Text(
        longest=LONGEST_WORD, metadata={"description": "For all of `emails`, in their mails."}
    )

    @validates_schema
    def require_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Refuse a body with both or none of the two."""
        if ("email" in data) == ("emails" in data):
            raise ValidationError("Send either email or emails.", "email")


class RefusedAddressSchema(Schema):
    """An address that cannot be invited, and why."""

    email = fields.String(required=True)
    why = fields.String(required=True)


class OutcomeSchema(Schema):
    """How many addresses are invited; of one alone, its invitation, too."""

    sent = fields.Integer(required=True)
    already = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedAddressSchema), required=True)
    id = fields.Integer()
    email = fields.String(
        allow_none=True, metadata={"description": "Does not show whether an account has it."}
    )
    person = fields.Nested(PersonSchema, attribute="member", allow_none=True)
    invited_by = fields.Nested(PersonSchema)
    created_at = Instant()


class LinkBody(Schema):
    """How many people join by a link, and until when."""

    max_uses = fields.Integer(required=True, validate=Range(min=1, max=MOST_USES))
    expires_at = Instant(required=True)


class LinkSchema(Schema):
    """A link by which people join; once it is used up or over its address answers 410."""

    id = fields.Integer(required=True)
    url = fields.String(required=True)
    uses = fields.Integer(required=True)
    max_uses = fields.Integer(required=True)
    expires_at = Instant(required=True)


class InvitationSchema(Schema):
    """An invitation that nobody has accepted yet, as it was made: to an address or a person."""

    id = fields.Integer(required=True)
    email = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Does not show whether an account has it."},
    )
    person = fields.Nested(PersonSchema, attribute="member", required=True, allow_none=True)
    invited_by = fields.Nested(PersonSchema, required=True)
    created_at = Instant(required=True)


InvitationPageSchema = page_of(InvitationSchema)
