"""The base class of forms, their validators and filters."""

from typing import Any

from flask import g
from flask_wtf import FlaskForm
from wtforms import Field, Form as AnyForm
from wtforms.validators import ValidationError

from grandequipe.core import text_validation
from grandequipe.core.errors import Invalid
from grandequipe.core.names import person_name_error
from grandequipe.web.measures import Longest as Longest, Measured


def is_rate_limited() -> bool:
    """Return whether what is sent is over its rate limit: a view writes nothing then."""
    return "refusal" in g


class Form(Measured, FlaskForm):
    """A form that shows the errors of a service beside their fields.

    One over its rate limit (see `web.rate_limits`) is invalid; its fields are not validated.
    """

    @property
    def is_rate_limited(self) -> bool:
        """Whether the form is over its rate limit."""
        return is_rate_limited()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Return whether the form is valid and within its rate limit."""
        if self.is_rate_limited:
            self.form_errors.append(g.refusal)
            return False
        return bool(super().validate(*args, **kwargs))

    def show(self, refused: Invalid) -> None:
        """Add the errors of a service to their fields, and the others to the form."""
        for name, message in refused.errors.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)


class OneLine:
    """Refuse characters that a single line of text must not hold."""

    find_error = staticmethod(text_validation.line_error)

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Raise ValidationError with the sentence of `find_error`."""
        if sentence := self.find_error(field.data or ""):
            raise ValidationError(sentence)


class HasAlphanumerics:
    """Refuse a name without characters."""

    def __init__(self, message: object) -> None:
        self._message = message

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Raise ValidationError with the message of the constructor."""
        if not text_validation.has_alphanumerics(field.data or ""):
            raise ValidationError(str(self._message))


class PersonName(OneLine):
    """Refuse an invalid name of a person, such as an address or the name of the site."""

    find_error = staticmethod(person_name_error)


class ManyLines(OneLine):
    """Refuse characters that a text of several lines must not hold."""

    find_error = staticmethod(text_validation.text_error)


def trimmed(typed: Any) -> Any:
    """Filter: strip the value, and replace the CR LF that browsers send by LF."""
    return typed.replace("\r\n", "\n").strip() if isinstance(typed, str) else typed


def unbroken(typed: Any) -> Any:
    """Filter: put no-break spaces before French punctuation."""
    return text_validation.unbroken(typed) if isinstance(typed, str) else typed
