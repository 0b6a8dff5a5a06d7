"""The form of a word to several members."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from grandequipe.web.forms import Form, Longest, ManyLines, trimmed

LONGEST_WORD = 2000


class WordForm(Form):
    """What a moderator writes to several members at once."""

    word = TextAreaField(
        _("Your message"),
        validators=[DataRequired(_("Write a few words.")), Longest(LONGEST_WORD), ManyLines()],
        filters=[trimmed],
    )
