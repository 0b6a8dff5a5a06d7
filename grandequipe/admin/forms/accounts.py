"""Forms of the pages of administrators."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from grandequipe.core import clock
from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.feed.forms.fields import LocalTimeField
from grandequipe.members.services.suspensions import LONGEST_REASON
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.web.measures import LONGEST_CHOICE

UNTIL, FOR_EVER = "until", "without_end"
LENGTHS = [
    SelectChoice("1", _("One day")),
    SelectChoice("7", _("One week")),
    SelectChoice("30", _("30 days")),
    SelectChoice(UNTIL, _("Until the date below")),
    SelectChoice(FOR_EVER, _("Without an end, until someone lifts it")),
]


def reason_field(*, is_required: bool = True) -> TextAreaField:
    """Make the field of a reason that the member concerned reads."""
    required = [DataRequired(_("Say why: the member reads it."))] if is_required else []
    return TextAreaField(
        _("Reason"),
        validators=[*required, Longest(LONGEST_REASON), ManyLines()],
        filters=[trimmed],
    )


class SuspensionForm(Form):
    """The reason of a suspension, and how long it lasts."""

    reason = reason_field()
    length = RadioField(_("How long?"), choices=LENGTHS, default="7")
    until = LocalTimeField(_("Until"))

    def __init__(self, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone

    def validate_until(self, field: LocalTimeField) -> None:
        """Require a date where the length is up to one."""
        if self.length.data == UNTIL and field.data is None and not field.errors:
            raise ValidationError(str(_("Enter a date and time, such as 2026-11-26 14:00.")))

    def end(self) -> datetime | None:
        """Return when the suspension ends; ValueError for an hour that clocks never show."""
        if self.length.data == FOR_EVER:
            return None
        if self.length.data == UNTIL:
            return self.until.read_in(self.zone)
        return clock.now() + timedelta(days=int(self.length.data))


class RefusalForm(Form):
    """A reason that must be given."""

    reason = reason_field()


class ReasonForm(Form):
    """A reason that may be empty."""

    reason = reason_field(is_required=False)


class EmailForm(Form):
    """An e-mail address."""

    email = StringField(
        _("Email address"),
        validators=[
            DataRequired(_("Enter an email address.")),
            Longest(LONGEST_EMAIL_ADDRESS),
            OneLine(),
        ],
        filters=[trimmed],
    )


class HandlerForm(Form):
    """The name of a handler."""

    handler = HiddenField(validators=[Longest(LONGEST_CHOICE)])


class AnswerForm(Form):
    """Whether a mail arrived: "1", or "0" to send it again."""

    arrived = HiddenField(validators=[Longest(LONGEST_CHOICE)])


class AddressForm(Form):
    """A suppressed address."""

    address = HiddenField(validators=[Longest(LONGEST_EMAIL_ADDRESS)])
