"""The form of name and password for the owner of a confirmed mailbox."""

from typing import Any

from flask_security.forms import NewPasswordFormMixin

from grandequipe.extensions import security
from grandequipe.members.forms.accounts import AccountForm, RegistrationForm
from grandequipe.web.forms import Form


class OpeningForm(NewPasswordFormMixin, Form):
    """Name and password of a new account, validated as at registration."""

    longest = AccountForm.longest
    display_name = RegistrationForm.display_name

    def __init__(self, email: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.email = email

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Return whether the form is valid; `password.data` is then as it is hashed."""
        is_valid = super().validate(*args, **kwargs)
        if not self.password.errors:
            result = security.password_util.validate(self.password.data, True, email=self.email)
            errors, self.password.data = result
            self.password.errors = [str(error) for error in errors or ()]
        return is_valid and not self.password.errors
