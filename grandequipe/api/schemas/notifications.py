"""Schemas of notifications."""

from marshmallow import fields
from marshmallow.validate import Equal, OneOf

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.changes import SubjectSchema
from grandequipe.api.schemas.fields import LARGEST_ID, Instant, one_of, whole
from grandequipe.api.schemas.lists import page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.notifications.models import MAILED_KINDS, NotificationKind


class NotificationSchema(Schema):
    """A notification: what happened on one topic, its last actors, and their number."""

    id = fields.Integer(
        required=True,
        metadata={
            "description": "The number of the newest entry of the topic: it rises when more comes."
        },
    )
    kind = one_of(NotificationKind, required=True)
    created_at = Instant(required=True)
    unread = fields.Boolean(attribute="is_unread", required=True)
    actors = fields.List(fields.Nested(PersonSchema), required=True)
    actor_count = fields.Integer(required=True)
    count = fields.Integer(
        required=True, metadata={"description": "How much of it is unread, or was read."}
    )
    sentence = fields.String(
        required=True, metadata={"description": "What the line says, in the caller's language."}
    )
    url = fields.String(required=True)
    group = fields.String(attribute="group_slug", required=True, allow_none=True)
    post_id = fields.Integer(required=True, allow_none=True)
    post_title = fields.String(required=True)
    comment_id = fields.Integer(required=True, allow_none=True)
    note = fields.String(
        required=True, metadata={"description": "What the caller wrote, of a reminder."}
    )
    subject = fields.Nested(SubjectSchema, required=True)


NotificationPageSchema = page_of(NotificationSchema)


class ReadBody(Schema):
    """The id of the last notification that was read."""

    up_to = whole(0, LARGEST_ID, required=True)


class UnreadSchema(Schema):
    """The number of unread notifications."""

    unread = fields.Integer(required=True)


class ChannelsSchema(Schema):
    """Where one kind of notification reaches the member; the bell always has it."""

    bell = fields.Boolean(required=True)
    mail = fields.Boolean(required=True)


class ChannelsPatch(Schema):
    """Whether one kind of notification is mailed; the bell always has it."""

    bell = fields.Boolean(
        validate=Equal(True, error="The bell always has it."), metadata={"enum": [True]}
    )
    mail = fields.Boolean(required=True)


class SettingsSchema(Schema):
    """Where each kind of notification that may be mailed reaches the member."""

    channels = fields.Dict(
        keys=one_of(NotificationKind), values=fields.Nested(ChannelsSchema), required=True
    )


class SettingsBody(Schema):
    """The channels of kinds of notifications; kinds that are left out stay as they are."""

    channels = fields.Dict(
        keys=fields.String(validate=OneOf([kind.value for kind in MAILED_KINDS])),
        values=fields.Nested(ChannelsPatch),
        required=True,
    )
