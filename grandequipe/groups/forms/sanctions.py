"""The forms of sanctions."""

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from grandequipe.core import clock
from grandequipe.groups.services.sanctions import LONGEST_REASON
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed


class Duration(StrEnum):
    """For how long a mute or a ban lasts, as a moderator chooses it."""

    HOUR = "hour"
    DAY = "day"
    THREE_DAYS = "three_days"
    WEEK = "week"
    MONTH = "month"
    THREE_MONTHS = "three_months"
    LASTING = "lasting"


DURATIONS = {
    Duration.HOUR: (timedelta(hours=1), _("1 hour")),
    Duration.DAY: (timedelta(days=1), _("1 day")),
    Duration.THREE_DAYS: (timedelta(days=3), _("3 days")),
    Duration.WEEK: (timedelta(days=7), _("1 week")),
    Duration.MONTH: (timedelta(days=30), _("30 days")),
    Duration.THREE_MONTHS: (timedelta(days=90), _("90 days")),
    Duration.LASTING: (None, _("No end: until a moderator lifts it")),
}


class SanctionForm(Form):
    """What a moderator imposes on a person; the service judges the reason."""

    kind = RadioField(
        _("Sanction"),
        choices=[
            SelectChoice("warning", _("A warning: it has no other effect")),
            SelectChoice("mute", _("Mute: they read, and write nothing")),
            SelectChoice("ban", _("Ban: they leave the group and can’t join it")),
        ],
        validators=[InputRequired(_("Choose one of the three."))],
    )
    duration = SelectField(
        _("For how long"),
        choices=[SelectChoice(name.value, words) for name, (_length, words) in DURATIONS.items()],
        default=Duration.WEEK.value,
    )
    reason = TextAreaField(
        _("Reason"), validators=[Longest(LONGEST_REASON), ManyLines()], filters=[trimmed]
    )

    remove_too = BooleanField(_("Then choose what they have published here that is removed, too"))

    @property
    def ends_at(self) -> datetime | None:
        """Give when a mute or a ban that begins now ends, None for never."""
        length, _words = DURATIONS[Duration(self.duration.data)]
        return clock.now() + length if length else None


class RemoveMemberForm(Form):
    """Why a member is removed from the group; the service judges the reason."""

    reason = TextAreaField(
        _("Reason"), validators=[Longest(LONGEST_REASON), ManyLines()], filters=[trimmed]
    )


class LiftForm(Form):
    """Why a sanction is lifted; it may be left out."""

    reason = TextAreaField(
        _("Reason (optional)"), validators=[Longest(LONGEST_REASON), ManyLines()], filters=[trimmed]
    )
