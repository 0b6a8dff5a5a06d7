"""What the bell's pages send."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectChoice, SelectMultipleField
from wtforms.validators import InputRequired, Regexp

from grandequipe.groups.models import Level
from grandequipe.notifications.models import MAIL_LABELS, NotificationKind
from grandequipe.web.forms import Form, Longest
from grandequipe.web.measures import LONGEST_CHOICE

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


class MailedForm(Form):
    """Which notifications reach the mailbox."""

    kinds = SelectMultipleField(
        _("Email me about what I haven’t read here within ten minutes"),
        choices=[SelectChoice(kind.value, label) for kind, label in MAIL_LABELS.items()],
    )

    def chosen(self) -> list[NotificationKind]:
        """Give the kinds that were chosen."""
        return [NotificationKind(value) for value in self.kinds.data]
