"""Forms of the digest's pages."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from grandequipe.digests.models import Frequency
from grandequipe.web.formats import closing_time
from grandequipe.web.forms import Form

FREQUENCIES = [
    SelectChoice(Frequency.WEEKLY.value, _("Weekly")),
    SelectChoice(Frequency.DAILY.value, _("Daily, when there’s something new")),
    SelectChoice(Frequency.MONTHLY.value, _("Monthly")),
    SelectChoice(Frequency.NEVER.value, _("Never")),
]
WEEKDAYS = [
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
]  # fmt: skip


class DigestForm(Form):
    """How often the digest comes, and when."""

    frequency = RadioField(
        _("How often would you like the digest?"), choices=FREQUENCIES, validators=[InputRequired()]
    )
    weekday = SelectField(
        _("Day"),
        description=_("For a monthly digest: the first such day of the month."),
        choices=[SelectChoice(day, name) for day, name in enumerate(WEEKDAYS)],
        coerce=int,
        validators=[InputRequired()],
    )
    hour = SelectField(
        _("Time"),
        choices=lambda: [SelectChoice(hour, hour_label(hour)) for hour in range(24)],
        coerce=int,
        validators=[InputRequired()],
    )

    def choice(self) -> dict[str, Any]:
        """Return the choice as arguments of `change_subscription`."""
        return {
            "frequency": Frequency(self.frequency.data),
            "weekday": self.weekday.data,
            "hour": self.hour.data,
        }


def hour_label(hour: int) -> str:
    """Format a whole hour in the language of the request: "8 h"."""
    return closing_time(datetime(2000, 1, 1, hour, tzinfo=UTC), "UTC")


def frequency_label(frequency: Frequency) -> str:
    """Return the label of a frequency: "Weekly"."""
    return str(next(choice.label for choice in FREQUENCIES if choice.value == frequency.value))
