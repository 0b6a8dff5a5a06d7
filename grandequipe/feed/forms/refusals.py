"""What a moderator writes to the author of what they refuse."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, TextAreaField

from grandequipe.feed.forms.fields import RequiredMark
from grandequipe.feed.models.inputs import LONGEST_REASON
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed


class RefusalForm(Form):
    """A word to the author; the service judges it, for pages and programs alike."""

    reason = TextAreaField(
        _("Your word to the author"),
        validators=[RequiredMark(), Longest(LONGEST_REASON), ManyLines()],
        filters=[trimmed],
    )


class HeldForm(Form):
    """A word to the authors of what is removed as spam; without one they read the usual reason."""

    reason = TextAreaField(
        _("Your word to the authors (optional)"),
        validators=[Longest(LONGEST_REASON), ManyLines()],
        filters=[trimmed],
    )
    with_others = BooleanField(_("Remove, too, what other members published of the same"))
