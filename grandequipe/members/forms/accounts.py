"""What the pages about accounts send: those of Flask-Security, in plain words."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
    VerifyForm,
)
from flask_security.utils import get_message, hash_password
from wtforms import Field, PasswordField, StringField
from wtforms.validators import DataRequired

from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.extensions import security
from grandequipe.members.services import LONGEST_NAME
from grandequipe.web.forms import HasLetters, Longest, OneLine, PersonName, trimmed
from grandequipe.web.measures import LONGEST_PASSWORD, LONGEST_UNDECLARED, Measured


class AccountForm(Measured):
    """A form of Flask-Security that reads nothing of what is too long, and says so to everybody."""

    longest: ClassVar[Mapping[str, int]] = {
        "email": LONGEST_EMAIL_ADDRESS,
        "next": LONGEST_UNDECLARED,
        **dict.fromkeys(
            ("password", "password_confirm", "new_password", "new_password_confirm"),
            LONGEST_PASSWORD,
        ),
    }

    def validate(self, **kwargs: Any) -> bool:
        """Tell whether what was typed is right; nothing is looked up or hashed for a long text."""
        theirs = self.too_long.keys() & self.longest.keys()
        for name in theirs:
            self[name].errors = [self.too_long[name]]  # type: ignore[index]
        return not theirs and bool(super().validate(**kwargs))  # type: ignore[misc]


class RegistrationForm(AccountForm, RegisterFormV2):
    """Registration asks for a name, an address and a password, and nothing else."""

    display_name = StringField(
        _("Your name, as others will see it"),
        validators=[
            DataRequired(_("Enter your name.")),
            Longest(LONGEST_NAME),
            OneLine(),
            HasLetters(_("Enter your name.")),
            PersonName(),
        ],
        filters=[trimmed],
        render_kw={"autocomplete": "name"},
    )

    def validate(self, **kwargs: Any) -> bool:
        """Take an address whose account nobody confirmed as one that nobody has.

        It may be a stranger's doing: who registers now is as likely to read its letters.
        """
        super().validate(**kwargs)
        known = self.existing_email_user
        if known is not None and known.active and known.confirmed_at is None:
            self.existing_email_user, self.email.errors = None, []
        return not self.errors

    def __iter__(self) -> Iterator[Field]:
        """Walk the fields as the page has them, name first: so are their errors listed."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "display_name"))


class UngenericErrors(AccountForm):
    """A form that says what is wrong with the typing alone, which tells of no account.

    Flask-Security takes every error off the fields, to give one answer whoever has the address.
    What stands on the whole form it leaves: `with_field_errors` puts that back in its place.
    """

    mistyped: Mapping[str, str] = {}

    def validate(self, **kwargs: Any) -> bool:
        """Tell whether what was typed is right, and remember what was never typed."""
        valid = super().validate(**kwargs)
        self.mistyped = self.too_long or self.list_mistyped()
        self.form_errors += list(self.mistyped.values())
        return bool(valid)

    def list_mistyped(self) -> dict[str, str]:
        """Say what is wrong with each field, whoever has an account."""
        raise NotImplementedError

    def with_field_errors(self) -> Self:
        """Give the form for its page: each of these errors beside its field, and alone."""
        if self.mistyped:
            self.form_errors: list[str] = []
        for name, error in self.mistyped.items():
            self[name].errors = [error]  # type: ignore[index]
        return self


class LogInForm(UngenericErrors, LoginForm):
    """Logging in: whoever gave the right password is told what else is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page has this link after the password, where it is not in the way of the keyboard.
        self.password.description = ""

    def validate(self, **kwargs: Any) -> bool:
        """Keep what only the owner of the account may read out of reach of the generic answer."""
        valid = super().validate(**kwargs)
        if self.user_authenticated and self.requires_confirmation:
            self.email.errors = []
            self.form_errors.append(get_message("CONFIRMATION_REQUIRED")[0])
        return bool(valid)

    def __iter__(self) -> Iterator[Field]:
        """Walk the fields as the page has them, address first: so are their errors listed."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "email"))

    def list_mistyped(self) -> dict[str, str]:
        """Ask for what was left out."""
        asked = {"email": "EMAIL_NOT_PROVIDED", "password": "PASSWORD_NOT_PROVIDED"}
        return {name: get_message(asked[name])[0] for name in asked if not self[name].data}


class AddressForm(UngenericErrors):
    """A form that asks for the address of an account, and takes what is an address."""

    def list_mistyped(self) -> dict[str, str]:
        """Ask for an address, or for a right one."""
        wrong = _address_error(self["email"].data or "")  # type: ignore[index]
        return {"email": wrong} if wrong else {}


def _address_error(typed: str) -> str | None:
    if not typed.strip():
        return str(get_message("EMAIL_NOT_PROVIDED")[0])
    try:
        security.mail_util.validate(typed)
    except ValueError:
        return str(get_message("INVALID_EMAIL_ADDRESS")[0])
    return None


class LostPasswordForm(AddressForm, ForgotPasswordForm):
    """Asking for a new password takes as long for a known address as for an unknown one."""

    def validate(self, **kwargs: Any) -> bool:
        """Hash where Flask-Security does not: for the unknown address it does so itself."""
        valid = super().validate(**kwargs)
        if valid:
            hash_password("the same work for everyone")
        return bool(valid)


class ConfirmationForm(AddressForm, SendConfirmationForm):
    """Asking for another confirmation takes the same time whoever asks."""

    def validate(self, **kwargs: Any) -> bool:
        """Hash in every case but that of a text too long to be an address."""
        if not self.too_long:
            hash_password("the same work for everyone")
        return bool(super().validate(**kwargs))


class NewPasswordForm(AccountForm, ResetPasswordForm):
    """Choosing a new password by the link of a letter; once, for the page can show it."""

    password_confirm = None


class VerificationForm(AccountForm, VerifyForm):
    """Giving the password again before something grave."""


class PasswordForm(AccountForm, ChangePasswordForm):
    """Changing the password: what was left empty is asked for once, each by its own name."""

    password = PasswordField(
        _("Your current password"), render_kw={"autocomplete": "current-password"}
    )

    def validate(self, **kwargs: Any) -> bool:
        """Ask for what is empty before anything is judged."""
        empty = {} if self.too_long else self._empty()
        for name, sentence in empty.items():
            self[name].errors = [sentence]
        return not empty and bool(super().validate(**kwargs))

    def _empty(self) -> dict[str, str]:
        asked = {"new_password": _("Choose a new password.")}
        if current_user.password:
            asked = {"password": _("Enter your current password."), **asked}
        if self.new_password.data:
            asked = {**asked, "new_password_confirm": _("Type the new password again.")}
        return {name: str(asked[name]) for name in asked if not (self[name].data or "").strip()}

    def __iter__(self) -> Iterator[Field]:
        """Walk the fields as the page has them, the present one first: so are errors listed."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "password"))
