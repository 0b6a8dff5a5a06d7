"""What a person sends to register, and what an organiser sets, before it is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grandequipe.webinars.models.registrations import RegistrationMode
from grandequipe.webinars.models.settings import QuestionKind

LONGEST_ANSWER = 1000
LONGEST_QUESTION = 300
LONGEST_CHOICE_OF_ANSWER = 120
MOST_CHOICES = 12
LONGEST_VISITOR_NAME = 100


@dataclass(frozen=True)
class RegistrationInput:
    """What a member sends; `answers` maps ids of questions, as text, to text, True or False."""

    mode: RegistrationMode = RegistrationMode.SEAT
    places: int = 1
    answers: Mapping[str, str | bool] = field(default_factory=dict)
    wants_replay: bool = False


@dataclass(frozen=True, kw_only=True)
class VisitorInput(RegistrationInput):
    """What a visitor sends; language and time zone are those of the page."""

    name: str
    email: str
    locale: str = "fr"
    time_zone: str = "Europe/Paris"


@dataclass(frozen=True)
class SettingsInput:
    """What an organiser sets."""

    is_open: bool = True
    most_places: int = 1


@dataclass(frozen=True)
class QuestionInput:
    """A question; `choices` are those of a choice, else none."""

    label: str
    kind: QuestionKind = QuestionKind.TEXT
    choices: Sequence[str] = ()
    is_required: bool = False
