"""The forms of comments."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from grandequipe.attachments.forms import FilesField
from grandequipe.core.errors import Invalid
from grandequipe.core.html import LONGEST_COMMENT
from grandequipe.core.languages import plausible_language
from grandequipe.feed.forms.fields import RequiredMark
from grandequipe.web.forms import Form, Longest, ManyLines, trimmed
from grandequipe.web.languages import short_language_field
from grandequipe.web.measures import LONGEST_CHOICE
from grandequipe.web.rich_text import RichTextField


class CommentForm(Form):
    """A comment, or an answer to one."""

    body_html = RichTextField(
        _("Your comment"),
        validators=[RequiredMark(), Longest(LONGEST_COMMENT), ManyLines()],
        filters=[trimmed],
    )
    language = short_language_field(_("Language of the comment"))
    files = FilesField(_("Files and pictures"))
    reply_to = HiddenField(validators=[Longest(LONGEST_CHOICE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.answered:
            # As its field is called where one answers: what is wrong is listed by that name.
            self.body_html.label.text = _("Your reply")

    def show(self, refused: Invalid) -> None:
        """Say above the text that what is answered is gone: nobody types its number."""
        super().show(refused)
        self.form_errors += self.reply_to.errors
        self.reply_to.errors = []

    @property
    def written_in(self) -> str | None:
        """Give the language of the text; an answer, which asks for none, has that of its page."""
        return plausible_language(self.language.data, self.body_html.data or "")

    @property
    def answered(self) -> int | None:
        """Give the id of the comment that is answered; 0, which none has, for what is no id."""
        typed = self.reply_to.data
        if not typed:
            return None
        return int(typed) if typed.isdecimal() and len(typed) < 19 else 0
