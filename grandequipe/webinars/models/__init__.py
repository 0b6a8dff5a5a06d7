"""Registrations to webinars, and what organisers set for them."""

from grandequipe.webinars.models.registrations import (
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
    "MOST_PLACES_EACH",
    "MOST_QUESTIONS",
    "AttendedBy",
    "CancelledBecause",
    "QuestionKind",
    "Registration",
    "RegistrationMode",
    "RegistrationQuestion",
    "RegistrationSettings",
    "RegistrationState",
]
