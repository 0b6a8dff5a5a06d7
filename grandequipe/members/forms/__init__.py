"""What the pages about accounts, profiles and preferences send."""

from grandequipe.members.forms.accounts import (
    ConfirmationForm,
    LogInForm,
    LostPasswordForm,
    PasswordForm,
    RegistrationForm,
)
from grandequipe.members.forms.profiles import PictureForm, PreferencesForm, ProfileForm

__all__ = [
    "ConfirmationForm",
    "LogInForm",
    "LostPasswordForm",
    "PasswordForm",
    "PictureForm",
    "PreferencesForm",
    "ProfileForm",
    "RegistrationForm",
]
