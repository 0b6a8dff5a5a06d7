"""Schemas of what organisers do about when a webinar takes place."""

from marshmallow import fields

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, one_of, whole
from grandequipe.webinars.models import LONGEST_REMINDER_WORDS, ReminderUnit
from grandequipe.webinars.services.cancellation import LONGEST_CANCELLATION

MOST_MINUTES = 24 * 60


class CancellationSchema(Schema):
    """Since when a webinar is cancelled, and the words to those registered."""

    cancelled_at = Instant(required=True)
    reason = fields.String(attribute="cancellation", required=True, allow_none=True)


class CancellationBody(Schema):
    """The words to those registered, which also stand on the page."""

    reason = Text(longest=LONGEST_CANCELLATION, load_default="")


class WebinarReminderSchema(Schema):
    """A reminder of an organiser's: so long before the start, and when that is."""

    id = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    unit = one_of(ReminderUnit, required=True)
    words = fields.String(required=True)
    due_at = Instant(required=True)


class WebinarRemindersSchema(Schema):
    """An organiser's reminders; those a day and an hour before are sent without them."""

    items = fields.List(fields.Nested(WebinarReminderSchema), required=True)


class WebinarReminderBody(Schema):
    """How long before the start those who go are reminded, and in which words."""

    amount = whole(1, MOST_MINUTES, required=True)
    unit = one_of(ReminderUnit, required=True)
    words = Text(longest=LONGEST_REMINDER_WORDS, load_default="")
