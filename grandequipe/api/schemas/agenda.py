"""Schemas of the agenda."""

from marshmallow import fields

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, one_of
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.feed.models import Kind
from grandequipe.webinars.models import RegistrationState


class AgendaQuery(PageQuery):
    """Which dates to return: those that begin at `from` or later, and before `to`."""

    since = Instant(
        data_key="from", load_default=None, metadata={"description": "Without it, now."}
    )
    until = Instant(
        data_key="to", load_default=None, metadata={"description": "Without it, ten years later."}
    )
    group = Text(longest=200, load_default=None, metadata={"description": "The slug of a group."})
    theme = Text(longest=200, load_default=None, metadata={"description": "The slug of a theme."})
    territory = Text(
        longest=80,
        load_default=None,
        metadata={"description": "A code such as `D93`: dates in it, and in what it is made of."},
    )


class AgendaEntrySchema(Schema):
    """A webinar, the deadline of a call, or news with a date."""

    id = fields.Integer(required=True, metadata={"description": "The post's."})
    kind = one_of(Kind, required=True)
    title = fields.String(required=True)
    language = fields.String(required=True, allow_none=True)
    starts_at = Instant(required=True)
    ends_at = Instant(
        required=True, metadata={"description": "`starts_at` again, where it is a moment."}
    )
    time_zone = fields.String(required=True, allow_none=True)
    group = fields.String(attribute="group_slug", required=True)
    venue = fields.String(required=True, allow_none=True)
    cancelled = fields.Boolean(attribute="is_cancelled", required=True)
    revision = fields.Integer(
        required=True, metadata={"description": "Grows with each change (SEQUENCE)."}
    )
    registration = one_of(
        RegistrationState,
        required=True,
        allow_none=True,
        metadata={"description": "Where the caller's own registration stands."},
    )
    calendar_url = fields.String(required=True, metadata={"description": "An iCalendar file."})


AgendaPageSchema = page_of(AgendaEntrySchema)
