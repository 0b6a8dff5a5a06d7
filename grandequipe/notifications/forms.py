"""What the bell's pages send."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired, Regexp

from grandequipe.groups.models import Level
from grandequipe.web.forms import Form, Longest
from grandequipe.web.measures import CHOSEN

LEVELS = [
    SelectChoice(
        Level.ALL.value,
        _("Everything: each new post in the bell, what concerns me, and the letter"),
    ),
    SelectChoice(
        Level.MENTIONS.value,
        _("What concerns me: comments on my posts and answers to me in the bell, and the letter"),
    ),
    SelectChoice(Level.DIGEST.value, _("The letter only: nothing of this group in the bell")),
    SelectChoice(Level.NONE.value, _("Nothing: neither the bell nor the letter")),
]


class LevelForm(Form):
    """What of a group a member wants to be told."""

    level = RadioField(
        _("What do you want to hear of this group?"),
        choices=LEVELS,
        validators=[InputRequired(_("Choose one of the four."))],
    )

    def chosen(self) -> Level:
        """Give the level that was chosen."""
        return Level(self.level.data)


class ReadForm(Form):
    """Up to which line the bell was read."""

    up_to = HiddenField(validators=[InputRequired(), Longest(CHOSEN), Regexp(r"^[0-9]{1,18}$")])

    @property
    def newest(self) -> int:
        """Give the id of the newest line that was shown."""
        return int(self.up_to.data)
