"""What an organiser sends about when a webinar takes place: its cancellation, a reminder."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields import SelectChoice

from grandequipe.feed.forms.fields import CountField, RequiredMark
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed
from grandequipe.web.measures import LONGEST_CHOICE
from grandequipe.webinars.models import LONGEST_REMINDER_WORDS, ReminderUnit
from grandequipe.webinars.services import ReminderInput
from grandequipe.webinars.services.cancellation import LONGEST_CANCELLATION

UNITS: Mapping[ReminderUnit, object] = {
    ReminderUnit.MINUTES: _("minutes before"),
    ReminderUnit.HOURS: _("hours before"),
    ReminderUnit.DAYS: _("days before"),
}


class CancellationForm(Form):
    """Why a webinar is cancelled, for those registered."""

    words = TextAreaField(
        _("Your message"),
        validators=[Longest(LONGEST_CANCELLATION), ManyLines()],
        filters=[trimmed],
    )
    # Of a date of a series.
    with_later = BooleanField(_("Cancel the later dates, too"))


class OwnReminderForm(Form):
    """How long before the start those who go are reminded, and in which words."""

    amount = CountField(_("How long before"), validators=[RequiredMark()])
    unit = SelectField(
        _("Counted in"),
        choices=[SelectChoice(unit.value, label) for unit, label in UNITS.items()],
        default=ReminderUnit.DAYS.value,
        validators=[Longest(LONGEST_CHOICE)],
    )
    words = TextAreaField(
        _("Your words"),
        description=_("What to bring or to read first, say. They may be left out."),
        validators=[Longest(LONGEST_REMINDER_WORDS), ManyLines()],
        filters=[trimmed],
    )

    def input(self) -> ReminderInput:
        """Give what the service takes, which judges the amount."""
        return ReminderInput(self.amount.data, ReminderUnit(self.unit.data), self.words.data or "")
