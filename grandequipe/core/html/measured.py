"""Reading a rich text that somebody sends: measured, then cleaned."""

from flask_babel import gettext as _

from grandequipe.core.errors import Invalid
from grandequipe.core.html import RichText, TooManyTags, TooMuchRepeated
from grandequipe.core.text_validation import length_error, shows_something, text_error


def read_rich_text(field: str, typed: str, longest: int, longest_clean: int) -> RichText:
    """Read a text of at most `longest` characters; raise Invalid with an error for the field.

    `longest_clean` is the measure of its clean HTML.
    """
    if wrong := length_error(typed, longest) or text_error(typed):
        raise Invalid({field: str(wrong)})
    try:
        text = RichText.read(typed)
    except TooManyTags:
        sentence = _("This text has too many tags, or too many left open.")
        raise Invalid({field: str(sentence)}) from None
    except TooMuchRepeated:
        raise Invalid({field: _grown()}) from None
    # Tags that were left open are closed in each paragraph, and addresses are written twice.
    if len(text.html) > longest_clean:
        raise Invalid({field: _grown()})
    if not shows_something(text.words):
        raise Invalid({field: str(_("Please write a few words."))})
    return text


def _grown() -> str:
    return str(
        _("This text is too long once its tags are closed and its links added. Please shorten it.")
    )
