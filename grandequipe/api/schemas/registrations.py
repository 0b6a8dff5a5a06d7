"""Schemas of registrations to webinars."""

from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, one_of, whole
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.members import PersonSchema
from grandequipe.webinars.models import (
    LONGEST_ANSWER,
    MOST_PLACES_EACH,
    MOST_QUESTIONS,
    AttendedBy,
    QuestionKind,
    RegistrationMode,
    RegistrationState,
)

PLACE = "In the waiting list, 1 for the next; null for who does not wait."
OFFER = "Until when a place is kept that is offered; null where none is."
ANSWERS = "By the id of the question: text, or true and false for `yes_no`."


class Answer(fields.Field[str | bool]):
    """An answer to a question: text, true or false."""

    def __init__(self, **options: Any) -> None:
        described = [{"type": "string", "maxLength": LONGEST_ANSWER}, {"type": "boolean"}]
        super().__init__(metadata={"oneOf": described}, **options)
        self._text = Text(longest=LONGEST_ANSWER)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str | bool:
        if isinstance(value, bool):
            return value
        if not isinstance(value, str):
            raise ValidationError("Give text, true or false.")
        return str(self._text.deserialize(value, attr, data, **kwargs))


class RegistrationBody(Schema):
    """What somebody registers for."""

    mode = one_of(
        RegistrationMode,
        load_default=RegistrationMode.SEAT.value,
        metadata={"description": "A seat, or only the recording: `replay`."},
    )
    places = whole(
        1,
        MOST_PLACES_EACH,
        load_default=1,
        metadata={"description": "For the caller and those who come along, where it is allowed."},
    )
    answers = fields.Dict(
        keys=Text(longest=20),
        values=Answer(),
        load_default=dict,
        validate=Length(max=4 * MOST_QUESTIONS),
        metadata={"description": ANSWERS},
    )
    wants_replay = fields.Boolean(
        load_default=False,
        metadata={"description": "To be written to about the recording even after being there."},
    )


class RegistrationSchema(Schema):
    """The caller's registration to a webinar."""

    post_id = fields.Integer(required=True)
    state = one_of(RegistrationState, required=True)
    mode = one_of(RegistrationMode, required=True)
    places = fields.Integer(required=True)
    place = fields.Integer(required=True, allow_none=True, metadata={"description": PLACE})
    offer_ends_at = Instant(required=True, allow_none=True, metadata={"description": OFFER})
    answers = fields.Dict(
        keys=fields.String(),
        values=Answer(),
        required=True,
        metadata={"description": ANSWERS},
    )
    wants_replay = fields.Boolean(required=True)
    created_at = Instant(required=True)
    attended_at = Instant(required=True, allow_none=True)


class ListedRegistrationSchema(RegistrationSchema):
    """A registration as those who look after the registrations see it."""

    id = fields.Integer(required=True)
    member = fields.Nested(
        PersonSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Null for a visitor."},
    )
    name = fields.String(attribute="person_name", required=True)
    email = fields.String(
        required=True, allow_none=True, metadata={"description": "Of a visitor only."}
    )
    attended_by = one_of(AttendedBy, required=True, allow_none=True)


RegistrationPageSchema = page_of(ListedRegistrationSchema)


class RegistrationQuery(PageQuery):
    """Which registrations are asked for."""

    state = one_of(RegistrationState, load_default=None)


class QuestionSchema(Schema):
    """A question of the organiser to those who register."""

    id = fields.Integer(required=True)
    kind = one_of(QuestionKind, required=True)
    label = fields.String(required=True)
    choices = fields.List(fields.String(), required=True, allow_none=True)
    required = fields.Boolean(attribute="is_required", required=True)


class QuestionsSchema(Schema):
    """What a webinar asks of those who register, in its order."""

    items = fields.List(fields.Nested(QuestionSchema), required=True)
    most_places = fields.Integer(
        required=True, metadata={"description": "That one registration may have."}
    )
    open = fields.Boolean(required=True, metadata={"description": "Whether the caller registers."})
