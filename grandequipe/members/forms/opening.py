"""What somebody gives who has shown that a mailbox is theirs: a name and a password."""

from typing import Any

from flask_security.forms import NewPasswordFormMixin

from grandequipe.extensions import security
from grandequipe.members.forms.accounts import AccountForm, RegistrationForm
from grandequipe.web.forms import Form


class OpeningForm(NewPasswordFormMixin, Form):
    """Open the account of an address; what was valid is judged as at registration."""

    longest = AccountForm.longest
    display_name = RegistrationForm.display_name

    def __init__(self, email: str, **given: Any) -> None:
        super().__init__(**given)
        self.email = email

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Say whether name and password are right; `password.data` is then as it is hashed."""
        is_valid = super().validate(*args, **kwargs)
        if not self.password.errors:
            judged = security.password_util.validate(self.password.data, True, email=self.email)
            wrong, self.password.data = judged
            self.password.errors = [str(sentence) for sentence in wrong or ()]
        return is_valid and not self.password.errors
