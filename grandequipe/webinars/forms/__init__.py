"""The forms of registrations: what people send, and what organisers set."""

from grandequipe.webinars.forms.registrations import (
    AnswersForm,
    RegistrationForm,
    VisitorForm,
    form_for,
)
from grandequipe.webinars.forms.settings import QuestionForm, SettingsForm

__all__ = [
    "AnswersForm",
    "QuestionForm",
    "RegistrationForm",
    "SettingsForm",
    "VisitorForm",
    "form_for",
]
