"""The forms of registrations: what people send, and what organisers set."""

from grandequipe.webinars.forms.registrations import (
    AnswersForm,
    PersonForm,
    RegistrationForm,
    SeriesVisitorForm,
    VisitorForm,
    form_for,
)
from grandequipe.webinars.forms.settings import QuestionForm, SettingsForm

__all__ = [
    "AnswersForm",
    "PersonForm",
    "QuestionForm",
    "RegistrationForm",
    "SeriesVisitorForm",
    "SettingsForm",
    "VisitorForm",
    "form_for",
]
