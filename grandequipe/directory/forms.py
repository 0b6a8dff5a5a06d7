"""Forms of messages."""

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired

from grandequipe.directory.services.messages import LONGEST_SUBJECT, LONGEST_TEXT, MessageInput
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed, unbroken


class MessageForm(Form):
    """A message to another member."""

    subject = StringField(
        _("Subject"),
        validators=[
            DataRequired(_("Say in a few words what it’s about.")),
            Longest(LONGEST_SUBJECT),
            OneLine(),
        ],
        filters=[trimmed, unbroken],
    )
    text = TextAreaField(
        _("Your message"),
        validators=[DataRequired(_("Write your message.")), Longest(LONGEST_TEXT), ManyLines()],
        filters=[trimmed],
    )

    def input(self) -> MessageInput:
        """Give the message."""
        return MessageInput(self.subject.data or "", self.text.data or "")
