"""What members write, made safe, and read again as plain words.

Guarantee: the result of `sanitise` holds no script, no style, no form, no frame, no picture
and no address other than http, https, mailto and that of a member's page, whatever the input. Every
rich text is a `RichText` before it is written; templates show it with `|safe` only because of this.

HTML of any kind is read into a small tree (`reading`, `tree`) of which each element is known
(`elements`); from the tree it is written again as HTML (`writing`) or as words (`words`). All
converters share it: where a block begins or ends, no two words are joined.
"""

from grandequipe.core.html.elements import TAGS
from grandequipe.core.html.reading import (
    DEEPEST,
    MOST_TAGS,
    TooInvolved,
    TooManyTags,
    TooMuchRepeated,
)
from grandequipe.core.html.texts import (
    LONGEST_BODY,
    LONGEST_CLEAN,
    LONGEST_CLEAN_COMMENT,
    LONGEST_COMMENT,
    RichText,
    editable_words,
    excerpt,
    paragraphs,
    plain_text,
    sanitise,
    summary,
)

__all__ = [
    "DEEPEST",
    "LONGEST_BODY",
    "LONGEST_CLEAN",
    "LONGEST_CLEAN_COMMENT",
    "LONGEST_COMMENT",
    "MOST_TAGS",
    "TAGS",
    "RichText",
    "TooInvolved",
    "TooManyTags",
    "TooMuchRepeated",
    "editable_words",
    "excerpt",
    "paragraphs",
    "plain_text",
    "sanitise",
    "summary",
]
