"""The form of a bulk removal."""

from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from grandequipe.core import clock
from grandequipe.groups.services.sanctions import LONGEST_REASON
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed

# Everything that was ever published.
EVER = datetime(1970, 1, 1, tzinfo=UTC)
PERIODS = {
    "hour": (timedelta(hours=1), _("The last hour")),
    "day": (timedelta(days=1), _("The last 24 hours")),
    "week": (timedelta(days=7), _("The last 7 days")),
    "month": (timedelta(days=30), _("The last 30 days")),
    "ever": (None, _("Everything")),
}


class RemovalForm(Form):
    """Since when what a person published is removed, and why; the service judges the reason."""

    period = RadioField(
        _("What they published during"),
        choices=[SelectChoice(name, words) for name, (_length, words) in PERIODS.items()],
        default="day",
        validators=[InputRequired(_("Choose a period."))],
    )
    reason = TextAreaField(
        _("Reason"), validators=[Longest(LONGEST_REASON), ManyLines()], filters=[trimmed]
    )

    @property
    def since(self) -> datetime:
        """Give the instant since when it is removed."""
        length, _words = PERIODS[str(self.period.data)]
        return clock.now() - length if length else EVER
