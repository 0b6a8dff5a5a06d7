"""User text in templates: direction and language of its own.

A name or a title in any script is part of translated sentences: it must not change the direction of
other text (Unicode TR 9; HTML, "the bdi element"), and screen readers must know its language.
"""

import re

from flask import Flask, request
from markupsafe import Markup, escape

from grandequipe.core.lines import isolated

# Lists and quotations need a direction as a whole, for their markers. The stylesheet gives each
# other block the direction of its first character.
# The beginning of a mention (see `feed.models.mentions`), from the root of the site.
MENTIONED = '<a href="/membres/'
ONE_SIDED = re.compile(r"<(ul|ol|blockquote)>")


def in_language(language: str | None) -> Markup:
    """Return the attributes `lang` and `dir` of an element that holds only user text."""
    if not language:
        return Markup(' dir="auto"')
    return Markup(' lang="{}" dir="auto"').format(language)


def typed(text: object, language: str | None = None) -> Markup:
    """Isolate a name or a title inside a translated sentence, as `<bdi>`.

    `language` "" means unknown (HTML, "the lang attribute"): the text is not read aloud in the
    sentence's language. None sets no language, for names, which belong to all languages.
    """
    if language is None:
        return Markup("<bdi>{}</bdi>").format(text)
    return Markup('<bdi lang="{}">{}</bdi>').format(language, text)


def filled(sentence: str, **params: object) -> Markup:
    """Fill the placeholders of a translated sentence; values are escaped unless they are Markup."""
    return Markup(sentence) % params  # noqa: S704 - from our catalogue; Markup escapes the values


def prose(clean_html: str) -> Markup:
    """Add `dir` to the lists and quotations of a sanitised text, and lead mentions to the site."""
    # Sanitised when it was written (see `core.html`): only links have attributes.
    text = ONE_SIDED.sub(r'<\1 dir="auto">', clean_html)
    if MENTIONED in text:
        root = escape(request.script_root)
        text = text.replace(MENTIONED, f'<a class="mention" href="{root}/membres/')
    return Markup(text)  # noqa: S704


def init_app(app: Flask) -> None:
    """Register them for templates."""
    app.jinja_env.globals["in_language"] = in_language
    app.jinja_env.filters.update(typed=typed, isolated=isolated, prose=prose)
