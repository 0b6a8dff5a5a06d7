"""What the pages about accounts, profiles and preferences send."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_security import (
    ForgotPasswordForm,
    LoginForm,
    RegisterFormV2,
    SendConfirmationForm,
)
from flask_security.utils import get_message, hash_password
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from grandequipe.extensions import security
from grandequipe.members.models import Member
from grandequipe.members.services import LONGEST_NAME, ProfileDraft
from grandequipe.web.forms import Addressless, Form, Lettered, ManyLines, OneLine, trimmed
from grandequipe.web.time_zones import zone_choices

LANGUAGES = [
    SelectChoice("fr", "Français", {"lang": "fr"}),
    SelectChoice("en", "English", {"lang": "en"}),
]


class RegistrationForm(RegisterFormV2):
    """Registration asks for a name, an address and a password, and nothing else."""

    display_name = StringField(
        _("Your name, as others will see it"),
        validators=[
            DataRequired(_("Give your name.")),
            Length(max=LONGEST_NAME, message=_("Use at most %(max)d characters.")),
            OneLine(),
            Lettered(_("Give your name.")),
            Addressless(),
        ],
        filters=[trimmed],
        render_kw={"autocomplete": "name"},
    )

    def __iter__(self) -> Iterator[Field]:
        """Walk the fields as the page has them, name first: so are their errors listed."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "display_name"))


class PlainSpoken:
    """A form that says what is wrong with the typing alone, which tells of no account.

    Flask-Security takes every error off the fields, to give one answer whoever has the address.
    What stands on the whole form it leaves; the page puts that back in its place by `as_shown`.
    """

    mistyped: Mapping[str, str] = {}

    def validate(self, **kwargs: Any) -> bool:
        """Tell whether what was typed is right, and remember what was never typed."""
        valid = super().validate(**kwargs)  # type: ignore[misc]
        self.mistyped = self.list_mistyped()
        self.form_errors += list(self.mistyped.values())
        return bool(valid)

    def list_mistyped(self) -> dict[str, str]:
        """Say what is wrong with each field, whoever has an account."""
        raise NotImplementedError

    def as_shown(self) -> Self:
        """Give the form for its page: each of these errors beside its field, and alone."""
        if self.mistyped:
            self.form_errors: list[str] = []
        for name, error in self.mistyped.items():
            self[name].errors = [error]  # type: ignore[index]
        return self


class LogInForm(PlainSpoken, LoginForm):
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


class AddressForm(PlainSpoken):
    """A form that asks for the address of an account, and takes what is an address."""

    def list_mistyped(self) -> dict[str, str]:
        """Ask for an address, or for a right one."""
        wrong = _wrong_address(self["email"].data or "")  # type: ignore[index]
        return {"email": wrong} if wrong else {}


def _wrong_address(typed: str) -> str | None:
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
        """Hash in every case."""
        hash_password("the same work for everyone")
        return bool(super().validate(**kwargs))


class ProfileForm(Form):
    """What a member tells others of themselves."""

    display_name = StringField(
        _("Your name, as others will see it"),
        validators=[DataRequired(_("Give your name.")), OneLine()],
        filters=[trimmed],
    )
    job_title = StringField(_("What you do"), validators=[OneLine()], filters=[trimmed])
    organisation = StringField(_("Your structure"), validators=[OneLine()], filters=[trimmed])
    bio = TextAreaField(_("About you"), validators=[ManyLines()], filters=[trimmed])

    @classmethod
    def of(cls, member: Member, **kwargs: Any) -> Self:
        """Fill the form with what the member said last."""
        structure = member.organisation.name if member.organisation else ""
        shown = {
            "display_name": member.display_name, "job_title": member.job_title,
            "organisation": structure, "bio": member.bio,
        }  # fmt: skip
        return cls(data=shown, **kwargs)

    def draft(self) -> ProfileDraft:
        """Give what was typed."""
        return ProfileDraft(
            display_name=self.display_name.data or "",
            job_title=self.job_title.data or "",
            organisation=self.organisation.data or "",
            bio=self.bio.data or "",
        )


class PictureForm(Form):
    """A picture to be seen by."""

    picture = FileField(_("Your picture"), validators=[FileRequired(_("Choose a picture first."))])


class PreferencesForm(Form):
    """The language and the clock that a member reads in."""

    locale = RadioField(
        _("Language"), choices=LANGUAGES, validators=[DataRequired(_("Choose a language."))]
    )
    time_zone = SelectField(_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = zone_choices(self.time_zone.data)
