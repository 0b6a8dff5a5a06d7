"""Forms of accounts, based on Flask-Security's."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar, Self, cast

from flask_babel import gettext, lazy_gettext as _
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
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from grandequipe.core import clock
from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.core.signing import LONGEST as LONGEST_SIGNED, sign, signed_value
from grandequipe.core.site_settings import lets_register, read_site_settings, site_contact
from grandequipe.extensions import security
from grandequipe.members.models import Member, Suspension
from grandequipe.members.queries import find_suspension
from grandequipe.members.services import LONGEST_NAME, end_if_due
from grandequipe.members.services.suspensions import say_period
from grandequipe.web.forms import HasAlphanumerics, Longest, OneLine, PersonName, trimmed
from grandequipe.web.measures import LONGEST_PASSWORD, LONGEST_UNDECLARED, Measured

# What the time is signed for at which a registration page was opened, and how long it is known.
PAGE = "registration page"
PAGE_LIFE = timedelta(days=30)


class AccountForm(Measured):
    """A form of Flask-Security with length limits; their errors do not depend on the account."""

    longest: ClassVar[Mapping[str, int]] = {
        "email": LONGEST_EMAIL_ADDRESS,
        "next": LONGEST_UNDECLARED,
        **dict.fromkeys(
            ("password", "password_confirm", "new_password", "new_password_confirm"),
            LONGEST_PASSWORD,
        ),
    }

    def validate(self, **kwargs: Any) -> bool:
        """Return whether the form is valid; a value that is too long is not looked up or hashed."""
        long_fields = self.too_long.keys() & self.longest.keys()
        for name in long_fields:
            self[name].errors = [self.too_long[name]]  # type: ignore[index]
        return not long_fields and bool(super().validate(**kwargs))  # type: ignore[misc]


class RegistrationForm(AccountForm, RegisterFormV2):
    """Registration: name, e-mail address and password."""

    longest = {**AccountForm.longest, "began": LONGEST_SIGNED}
    display_name = StringField(
        _("Your name, as others will see it"),
        validators=[
            DataRequired(_("Enter your name.")),
            Longest(LONGEST_NAME),
            OneLine(),
            HasAlphanumerics(_("Enter your name.")),
            PersonName(),
        ],
        filters=[trimmed],
        render_kw={"autocomplete": "name"},
    )

    # Hidden from everybody, with and without styles: only programs fill it in.
    subject = StringField(_("Leave this field empty"), validators=[Longest(LONGEST_UNDECLARED)])
    # When the page was opened, signed.
    began = HiddenField()

    @property
    def page_token(self) -> str:
        """Give what says when the page was opened, the same when it is shown again."""
        if self._opened_at() is not None:
            return str(self.began.data)
        now = clock.now()
        return sign(PAGE, now.timestamp(), now + PAGE_LIFE)

    def is_from_program(self, fewest_seconds: float) -> bool:
        """Return whether a program filled it in: a hidden field, or all faster than people."""
        opened_at = self._opened_at()
        too_soon = opened_at is not None and clock.now().timestamp() - opened_at < fewest_seconds
        return bool(self.subject.data) or too_soon

    def _opened_at(self) -> float | None:
        opened_at = signed_value(PAGE, str(self.began.data or ""))
        return opened_at if isinstance(opened_at, float) else None

    def validate(self, **kwargs: Any) -> bool:
        """Return whether the form is valid; an address of an unconfirmed account is accepted.

        That account may be a stranger's; the owner of the mailbox may be registering now.
        """
        super().validate(**kwargs)
        if self._opened_at() is None:
            self.existing_email_user = None
            sentence = gettext(
                "This page had been open for a long time. Please send the form again."
            )
            self.form_errors.append(sentence)
        known = self.existing_email_user
        if known is not None and known.active and known.confirmed_at is None:
            self.existing_email_user, self.email.errors = None, []
        settings = read_site_settings()
        if not self.email.errors and not lets_register(self.email.data or "", settings):
            # Said of unknown and of known addresses alike: it shows no account.
            self.existing_email_user = None
            domains = ", ".join(f"@{domain}" for domain in settings.allowed_domains)
            sentence = gettext("Only addresses at %(domains)s can sign up here.", domains=domains)
            self.email.errors = [sentence]
        return not self.errors

    def __iter__(self) -> Iterator[Field]:
        """Iterate in the order of the page, name first, for the list of errors."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "display_name"))


class UngenericErrors(AccountForm):
    """A form that shows errors of its values alone, which reveal no account.

    Flask-Security removes all errors of fields, to respond alike for known and unknown addresses,
    but not those of the form: `with_field_errors` moves them back to their fields.
    """

    mistyped: Mapping[str, str] = {}

    def validate(self, **kwargs: Any) -> bool:
        """Return whether the form is valid, and add the errors of `list_mistyped` to the form."""
        valid = super().validate(**kwargs)
        self.mistyped = self.too_long or self.list_mistyped()
        self.form_errors += list(self.mistyped.values())
        return bool(valid)

    def list_mistyped(self) -> dict[str, str]:
        """Return the error of each field by name; it must not depend on any account."""
        raise NotImplementedError

    def with_field_errors(self) -> Self:
        """Return the form with these errors on their fields."""
        if self.mistyped:
            self.form_errors: list[str] = []
        for name, error in self.mistyped.items():
            self[name].errors = [error]  # type: ignore[index]
        return self


class LogInForm(UngenericErrors, LoginForm):
    """Log-in; after the right password, the form says that a confirmation is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page has this link after the field, where it does not disturb the tab order.
        self.password.description = ""

    def validate(self, **kwargs: Any) -> bool:
        """Return whether the form is valid; an error on a field would be removed for the owner."""
        valid = super().validate(**kwargs)
        member = cast("Member | None", self.user) if self.user_authenticated else None
        if member is not None and not member.active and end_if_due(member):
            valid = super().validate(**kwargs)
        if member is not None and (suspension := find_suspension(member)):
            self.email.errors = []
            self.form_errors += _say_suspension(suspension)
        elif self.user_authenticated and self.requires_confirmation:
            self.email.errors = []
            self.form_errors.append(get_message("CONFIRMATION_REQUIRED")[0])
        return bool(valid)

    def __iter__(self) -> Iterator[Field]:
        """Iterate in the order of the page, address first, for the list of errors."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "email"))

    def list_mistyped(self) -> dict[str, str]:
        """Return the errors of empty fields."""
        codes = {"email": "EMAIL_NOT_PROVIDED", "password": "PASSWORD_NOT_PROVIDED"}
        return {name: get_message(codes[name])[0] for name in codes if not self[name].data}


def _say_suspension(suspension: Suspension) -> list[str]:
    """Say since when, until when and why an account is suspended, and how to contest it."""
    member, address = suspension.member, site_contact()
    return [
        say_period(suspension, member.time_zone),
        gettext("The reason given: %(reason)s", reason=suspension.reason),
        gettext("If you disagree, or have a question, write to %(contact)s.", contact=address),
    ]


class AddressForm(UngenericErrors):
    """A form with the e-mail address of an account."""

    def list_mistyped(self) -> dict[str, str]:
        """Return the error of a missing or invalid address."""
        error = _address_error(self["email"].data or "")  # type: ignore[index]
        return {"email": error} if error else {}


def _address_error(address: str) -> str | None:
    if not address.strip():
        return str(get_message("EMAIL_NOT_PROVIDED")[0])
    try:
        security.mail_util.validate(address)
    except ValueError:
        return str(get_message("INVALID_EMAIL_ADDRESS")[0])
    return None


class LostPasswordForm(AddressForm, ForgotPasswordForm):
    """Request of a new password; it takes as long for a known address as for an unknown one."""

    def validate(self, **kwargs: Any) -> bool:
        """Hash for a known address; for an unknown one Flask-Security does."""
        valid = super().validate(**kwargs)
        if valid:
            hash_password("the same work for everyone")
        return bool(valid)


class ConfirmationForm(AddressForm, SendConfirmationForm):
    """Request of another confirmation mail; it takes as long for all addresses."""

    def validate(self, **kwargs: Any) -> bool:
        """Hash in all cases except an address that is too long."""
        if not self.too_long:
            hash_password("the same work for everyone")
        return bool(super().validate(**kwargs))


class NewPasswordForm(AccountForm, ResetPasswordForm):
    """New password by a mail's link; not typed twice, for the page can show it."""

    password_confirm = None


class VerificationForm(AccountForm, VerifyForm):
    """The password again, before an action that needs a recent log-in."""


class PasswordForm(AccountForm, ChangePasswordForm):
    """Change of the password, with one error for each empty field."""

    password = PasswordField(
        _("Your current password"), render_kw={"autocomplete": "current-password"}
    )

    def validate(self, **kwargs: Any) -> bool:
        """Return whether the form is valid; with empty fields, nothing else is checked."""
        empty = {} if self.too_long else self._empty()
        for name, sentence in empty.items():
            self[name].errors = [sentence]
        return not empty and bool(super().validate(**kwargs))

    def _empty(self) -> dict[str, str]:
        errors = {"new_password": _("Choose a new password.")}
        if current_user.password:
            errors = {"password": _("Enter your current password."), **errors}
        if self.new_password.data:
            errors = {**errors, "new_password_confirm": _("Type the new password again.")}
        return {name: str(errors[name]) for name in errors if not (self[name].data or "").strip()}

    def __iter__(self) -> Iterator[Field]:
        """Iterate in the order of the page, the present password first, for the list of errors."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "password"))
