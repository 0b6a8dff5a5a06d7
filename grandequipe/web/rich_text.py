"""A text with its formatting: HTML from the editor, plain words from a browser without it."""

import re
from typing import Any

from wtforms import TextAreaField

from grandequipe.core import html
from grandequipe.core.cleaning import cleaned_html, cleaned_text

EDITED, TYPED = "html", "text"
# What the editor begins a text with, for a page that was opened before it said so.
BY_EDITOR = re.compile(r"<(?:p|div|h[1-6]|ul|ol|blockquote|pre|table)[\s>]")


class RichTextField(TextAreaField):
    """A text whose form says, in a field beside it, whether it is HTML or words as typed.

    Beside `body_html` stands `body_format`: "html" where the editor runs, which sets it, else
    "text". Words become paragraphs with each of their lines, whatever signs they hold. What the
    page gave and what comes back as it was is the text as it was, to the last sign.
    """

    _format: str | None = None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read what was sent, and in which format."""
        self._format = formdata.get(self.format_name) if formdata else None
        super().process(formdata, *args, **kwargs)

    def cleaner(self, typed: str) -> str:
        """Take out what nobody sees; HTML may hold it as references, words are what they show."""
        return cleaned_text(typed) if self._format == TYPED else cleaned_html(typed)

    @property
    def format_name(self) -> str:
        """Give the name of the field that says the format."""
        return self.name.removesuffix("_html") + "_format"

    @property
    def is_html(self) -> bool:
        """Return whether this is HTML: from the editor, or from where texts are kept."""
        if not self.raw_data:
            return True
        if self._format in (EDITED, TYPED):
            return self._format == EDITED
        typed = self.data or ""
        return bool(BY_EDITOR.match(typed)) and typed.endswith(">")

    @property
    def html(self) -> str:
        """Give the text as HTML of any kind; the kept one where nobody changed it."""
        typed, kept = self.data or "", self.object_data or ""
        if typed == self._filtered(kept if self.is_html else html.editable_words(kept)):
            return kept
        return typed if self.is_html else html.paragraphs(typed)

    @property
    def source(self) -> str | None:
        """Give the HTML that the editor starts with; None for words, which the text area holds."""
        return (self.data or None) if self.is_html else None

    @property
    def is_plain(self) -> bool:
        """Return whether the words that a text area shows are all there is to the text."""
        return self.html == html.paragraphs(self._value())

    def _filtered(self, text: str) -> str:
        """Return an unchanged text as the filters leave it."""
        for each in self.filters:
            text = each(text)
        return text

    def _value(self) -> str:
        typed = self.data or ""
        return html.editable_words(typed) if self.is_html else typed
