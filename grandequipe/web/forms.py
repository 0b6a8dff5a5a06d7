"""What every form of ours does: measure and keep what was typed, take out what no one typed."""

from typing import Any

from flask import g
from flask_wtf import FlaskForm
from wtforms import Field, Form as AnyForm
from wtforms.validators import ValidationError

from grandequipe.core import text_validation
from grandequipe.core.errors import Invalid
from grandequipe.core.names import person_name_error
from grandequipe.web.measures import Longest as Longest, Measured


class Form(Measured, FlaskForm):
    """A form that shows what a service refused beside the fields that it names.

    One that came too often (see `web.limits`) is wrong whatever it holds, and is not looked at.
    """

    @property
    def came_too_often(self) -> bool:
        """Tell whether this is refused unseen."""
        return "refusal" in g

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Tell whether what was typed is right, and may be sent now."""
        if self.came_too_often:
            self.form_errors.append(g.refusal)
            return False
        return bool(super().validate(*args, **kwargs))

    def show(self, refused: Invalid) -> None:
        """Put each message on its field, and on top those that name no field of the form."""
        for name, message in refused.errors.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)


class OneLine:
    """Refuse what no line of text is made of."""

    is_wrong = staticmethod(text_validation.line_error)

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Raise ValidationError with a sentence for the one who pasted it."""
        if sentence := self.is_wrong(field.data or ""):
            raise ValidationError(sentence)


class Lettered:
    """Refuse a name of signs alone."""

    def __init__(self, message: object) -> None:
        self._message = message

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Raise ValidationError with the sentence that was given."""
        if not text_validation.has_letters(field.data or ""):
            raise ValidationError(str(self._message))


class PersonName(OneLine):
    """Refuse what is no name for a person, such as an address or the name of the site."""

    is_wrong = staticmethod(person_name_error)


class ManyLines(OneLine):
    """The same for a text of several lines."""

    is_wrong = staticmethod(text_validation.text_error)


def trimmed(typed: Any) -> Any:
    """Take away the spaces around what was typed, and the carriage returns of browsers."""
    return typed.replace("\r\n", "\n").strip() if isinstance(typed, str) else typed


def unbroken(typed: Any) -> Any:
    """Keep French signs on the line of the word before them."""
    return text_validation.unbroken(typed) if isinstance(typed, str) else typed
