"""Forms of accounts, profiles and preferences."""

from grandequipe.members.forms.accounts import (
    ConfirmationForm,
    LogInForm,
    LostPasswordForm,
    NewPasswordForm,
    PasswordForm,
    RegistrationForm,
    VerificationForm,
)
from grandequipe.members.forms.opening import OpeningForm
from grandequipe.members.forms.profiles import (
    AUDIENCES_IN_WORDS,
    PictureForm,
    PreferencesForm,
    ProfileForm,
)

__all__ = [
    "AUDIENCES_IN_WORDS",
    "ConfirmationForm",
    "LogInForm",
    "LostPasswordForm",
    "NewPasswordForm",
    "OpeningForm",
    "PasswordForm",
    "PictureForm",
    "PreferencesForm",
    "ProfileForm",
    "RegistrationForm",
    "VerificationForm",
]
