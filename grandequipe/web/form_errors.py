"""What a page knows of its forms: whether one was refused, and kept what was typed."""

from flask import Flask, g
from wtforms import Form, HiddenField, PasswordField, StringField


def init_app(app: Flask) -> None:
    """Let the summary of errors tell the title of the page, which asks when all else is written."""
    app.jinja_env.globals.update(
        tell_refused=tell_refused, is_refused=is_refused, kept_words=kept_words
    )


def tell_refused() -> str:
    """Note that the page shows a form that was refused."""
    g.is_refused = True
    return ""


def is_refused() -> bool:
    """Tell whether the page shows a form that was refused."""
    return bool(g.get("is_refused"))


def kept_words(form: Form) -> bool:
    """Tell whether a refused form kept words worth a sentence: no mere address to log in."""
    typed = [field for field in form if isinstance(field, StringField) and _was_typed(field)]
    has_secret = any(isinstance(field, PasswordField) for field in form)
    return len(_shown(typed)) > has_secret


def _was_typed(field: StringField) -> bool:
    return any(isinstance(words, str) and words.strip() for words in field.raw_data or ())


def _shown(fields: list[StringField]) -> list[StringField]:
    return [field for field in fields if not isinstance(field, PasswordField | HiddenField)]
