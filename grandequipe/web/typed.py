"""What people typed, as a page lays it out: each in its own direction and read in its own language.

A name or a title stands in our sentences whatever script it is in: it must turn nothing round but
itself (Unicode TR 9; HTML, "the bdi element"), and a screen reader must know its language.
"""

import re

from flask import Flask
from markupsafe import Markup

from grandequipe.core.lines import isolated

# A list and a quotation stand on the side where their words begin. The other blocks are lines of
# their own, which the stylesheet lays out each by its first letter.
ONE_SIDED = re.compile(r"<(ul|ol|blockquote)>")


def in_language(language: str | None) -> Markup:
    """Give the attributes of an element that holds nothing but what somebody typed."""
    if not language:
        return Markup(' dir="auto"')
    return Markup(' lang="{}" dir="auto"').format(language)


def typed(words: object, language: str | None = None) -> Markup:
    """Write a name or a title inside a sentence of ours.

    `language` "" says that nobody knows it (HTML, "the lang attribute"): what is read aloud of the
    sentence is not how the name is read. None says nothing, for what belongs to all languages.
    """
    if language is None:
        return Markup("<bdi>{}</bdi>").format(words)
    return Markup('<bdi lang="{}">{}</bdi>').format(language, words)


def filled(sentence: str, **given: object) -> Markup:
    """Fill a translated sentence in which places are left, with what is `typed` or plain."""
    return Markup(sentence) % given  # noqa: S704 - the catalogue is ours; what is given is escaped


def prose(clean_html: str) -> Markup:
    """Lay out a sanitised text, whose tags hold no attribute but a link's."""
    # Sanitised when it was written: see `core.html`.
    return Markup(ONE_SIDED.sub(r'<\1 dir="auto">', clean_html))  # noqa: S704


def init_app(app: Flask) -> None:
    """Offer them to templates."""
    app.jinja_env.globals["in_language"] = in_language
    app.jinja_env.filters.update(typed=typed, isolated=isolated, prose=prose)
