"""What the bell's pages send."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectChoice, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Regexp

from grandequipe.feed.forms.fields import LocalTimeField
from grandequipe.groups.models import Level
from grandequipe.notifications.models import LONGEST_REMINDER, MAIL_LABELS, NotificationKind
from grandequipe.web.formats import clock_time, long_day
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed
from grandequipe.web.measures import LONGEST_CHOICE

OTHER = "other"
LEVELS = [
    SelectChoice(
        Level.ALL.value,
        _("Everything: every new post, replies to me, and the digest"),
    ),
    SelectChoice(
        Level.MENTIONS.value,
        _("What involves me: comments on my posts and replies to me, and the digest"),
    ),
    SelectChoice(Level.DIGEST.value, _("The digest only: no notifications from this group")),
    SelectChoice(Level.NONE.value, _("Nothing: no notifications, no digest")),
]


class LevelForm(Form):
    """What of a group reaches a member."""

    level = RadioField(
        _("What should we tell you about?"),
        choices=LEVELS,
        validators=[InputRequired(_("Choose one of the four."))],
    )

    def chosen(self) -> Level:
        """Give the level that was chosen."""
        return Level(self.level.data)


class ReadForm(Form):
    """The number up to which the bell was read."""

    up_to = HiddenField(
        validators=[InputRequired(), Longest(LONGEST_CHOICE), Regexp(r"^[0-9]{1,18}$")]
    )

    @property
    def newest(self) -> int:
        """Give the number of the newest entry that was shown."""
        return int(self.up_to.data)


class ReminderForm(Form):
    """When to remind a member of a post, and their note."""

    day = RadioField(
        _("When?"), validators=[InputRequired(_("Choose a day and an hour."))], choices=[]
    )
    due_at = LocalTimeField(_("Day and hour"))
    note = TextAreaField(
        _("My note"),
        description=_("Only you can read it."),
        validators=[Longest(LONGEST_REMINDER), ManyLines()],
        filters=[trimmed],
    )

    def __init__(self, zone: ZoneInfo, now: datetime, **values: Any) -> None:
        super().__init__(**values)
        self._zone = zone
        self.proposed = proposed_times(now, zone)
        self.day.choices = [
            *(SelectChoice(name, label_of(name, at)) for name, at in self.proposed.items()),
            SelectChoice(OTHER, str(_("Another day"))),
        ]

    def chosen(self) -> datetime | None:
        """Give the chosen instant; None where there is none, with an error on the field."""
        if self.day.data != OTHER:
            return self.proposed[self.day.data]
        try:
            return self.due_at.read_in(self._zone)
        except ValueError as wrong:
            self.due_at.errors = [str(wrong)]
            return None


def proposed_times(now: datetime, zone: ZoneInfo) -> Mapping[str, datetime]:
    """Propose tomorrow, next Monday and the same day next week, at nine in the morning there."""
    today = now.astimezone(zone).date()
    to_monday = 7 - today.weekday()
    days = {"tomorrow": 1, "monday": to_monday, "week": 7}
    morning = time(9, tzinfo=zone)
    return {
        name: datetime.combine(today + timedelta(days=count), morning)
        for name, count in days.items()
        if name != "monday" or count not in (days["tomorrow"], days["week"])
    }


def label_of(name: str, at: datetime) -> str:
    """Say a proposed instant in words: "Tomorrow, Wednesday 2 December at 9:00"."""
    names = {"tomorrow": _("Tomorrow"), "monday": _("On Monday"), "week": _("In a week")}
    zone = str(at.tzinfo)
    moment = gettext(
        "%(date)s at %(time)s", date=long_day(at, zone, at.date()), time=clock_time(at, zone)
    )
    return gettext("%(name)s: %(moment)s", name=names[name], moment=moment)


class MailedForm(Form):
    """Which notifications reach the mailbox."""

    kinds = SelectMultipleField(
        _("Email me about what I haven’t read here within ten minutes"),
        choices=[SelectChoice(kind.value, label) for kind, label in MAIL_LABELS.items()],
    )

    def chosen(self) -> list[NotificationKind]:
        """Give the kinds that were chosen."""
        return [NotificationKind(value) for value in self.kinds.data]
