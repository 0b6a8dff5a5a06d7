"""What every form of ours does: keep what was typed, refuse what no keyboard types."""

import unicodedata
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form as AnyForm
from wtforms.validators import ValidationError

from grandequipe.core.errors import Invalid

LINE_ENDS = "\n\t"


class Form(FlaskForm):
    """A form that shows what a service refused beside the fields that it names.

    One that came too often (see `web.limits`) is wrong whatever it holds.
    """

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Tell whether what was typed is right, and may be sent now."""
        is_right = bool(super().validate(*args, **kwargs))
        refusal = g.get("refusal")
        if refusal:
            self.form_errors.append(refusal)
        return is_right and not refusal

    def show(self, refused: Invalid) -> None:
        """Put each message on its field, and on top those that name no field of the form."""
        for name, message in refused.errors.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)


class OneLine:
    """Refuse control characters, which no keyboard types and PostgreSQL does not keep."""

    allowed = ""

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Raise ValidationError with a sentence for the one who pasted them."""
        typed = field.data or ""
        if any(_is_control(sign) and sign not in self.allowed for sign in typed):
            raise ValidationError(
                str(_("This text has characters that cannot be shown: type it again."))
            )


class ManyLines(OneLine):
    """The same for a text of several lines."""

    allowed = LINE_ENDS


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs")


def trimmed(typed: Any) -> Any:
    """Take away the spaces around what was typed, and the carriage returns of browsers."""
    return typed.replace("\r\n", "\n").strip() if isinstance(typed, str) else typed
