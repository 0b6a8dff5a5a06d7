"""Template functions about forms with errors."""

from flask import Flask, g
from wtforms import Form, HiddenField, PasswordField, StringField


def init_app(app: Flask) -> None:
    """Register the functions; the title, rendered last, reads what the error summary noted."""
    app.jinja_env.globals.update(
        note_form_errors=note_form_errors, has_form_errors=has_form_errors, keeps_input=keeps_input
    )


def note_form_errors() -> str:
    """Note that the page shows a form with errors; return "" for the template."""
    g.has_form_errors = True
    return ""


def has_form_errors() -> bool:
    """Whether the page shows a form with errors."""
    return bool(g.get("has_form_errors"))


def keeps_input(form: Form) -> bool:
    """Whether a form with errors kept text worth mentioning: more than a log-in's address."""
    filled = [field for field in form if isinstance(field, StringField) and _is_filled(field)]
    has_secret = any(isinstance(field, PasswordField) for field in form)
    return len(_shown(filled)) > has_secret


def _is_filled(field: StringField) -> bool:
    return any(isinstance(value, str) and value.strip() for value in field.raw_data or ())


def _shown(fields: list[StringField]) -> list[StringField]:
    return [field for field in fields if not isinstance(field, PasswordField | HiddenField)]
