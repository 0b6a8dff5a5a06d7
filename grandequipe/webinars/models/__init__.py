"""Registrations to webinars, and what organisers set for them."""

from grandequipe.webinars.models.inputs import (
    LONGEST_ANSWER,
    LONGEST_CHOICE_OF_ANSWER,
    LONGEST_QUESTION,
    LONGEST_VISITOR_NAME,
    MOST_CHOICES,
    QuestionInput,
    RegistrationInput,
    SettingsInput,
    VisitorInput,
)
from grandequipe.webinars.models.registrations import (
    ACTIVE,
    IN_LINE,
    LINE_NUMBERS,
    TAKING_PLACES,
    AttendedBy,
    CancelledBecause,
    Registration,
    RegistrationMode,
    RegistrationState,
)
from grandequipe.webinars.models.settings import (
    MOST_PLACES_EACH,
    MOST_QUESTIONS,
    QuestionKind,
    RegistrationQuestion,
    RegistrationSettings,
)

__all__ = [
    "ACTIVE",
    "IN_LINE",
    "LINE_NUMBERS",
    "LONGEST_ANSWER",
    "LONGEST_CHOICE_OF_ANSWER",
    "LONGEST_QUESTION",
    "LONGEST_VISITOR_NAME",
    "MOST_CHOICES",
    "MOST_PLACES_EACH",
    "MOST_QUESTIONS",
    "TAKING_PLACES",
    "AttendedBy",
    "CancelledBecause",
    "QuestionInput",
    "QuestionKind",
    "Registration",
    "RegistrationInput",
    "RegistrationMode",
    "RegistrationQuestion",
    "RegistrationSettings",
    "RegistrationState",
    "SettingsInput",
    "VisitorInput",
]
