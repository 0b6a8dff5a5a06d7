"""The form of a registration, with the organiser's questions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from flask_babel import gettext, lazy_gettext as _
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.fields.core import UnboundField

from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS
from grandequipe.core.errors import Invalid
from grandequipe.feed.forms.fields import RequiredMark
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.web.measures import LONGEST_CHOICE
from grandequipe.webinars.models import (
    LONGEST_ANSWER,
    LONGEST_VISITOR_NAME,
    QuestionKind,
    Registration,
    RegistrationInput,
    RegistrationMode,
    RegistrationQuestion,
    VisitorInput,
)
from grandequipe.webinars.services.answers import field_of

MODES = [
    SelectChoice(RegistrationMode.SEAT.value, _("I’m coming")),
    SelectChoice(RegistrationMode.REPLAY.value, _("I can’t come: send me the recording")),
]
YES, NO = "yes", "no"
F = TypeVar("F", bound="AnswersForm")


def _text_answer(label: str = "", *, is_required: bool = False) -> Any:
    marks = [RequiredMark()] if is_required else []
    return TextAreaField(
        label, validators=[*marks, Longest(LONGEST_ANSWER), ManyLines()], filters=[trimmed]
    )


class AnswersForm(Form):
    """The answers to the questions, by their numbers: `form_for` makes the fields that are used."""

    answer_1 = _text_answer()
    answer_2 = _text_answer()
    answer_3 = _text_answer()
    answer_4 = _text_answer()
    answer_5 = _text_answer()
    answer_6 = _text_answer()
    answer_7 = _text_answer()
    answer_8 = _text_answer()

    questions: ClassVar[Sequence[RegistrationQuestion]] = ()

    @property
    def answer_fields(self) -> list[Any]:
        """List the fields of the questions, in their order."""
        return [self[_name(number)] for number, _question in enumerate(self.questions, 1)]

    def fill(self, registration: Registration) -> None:
        """Show what was answered before."""
        for field, question in zip(self.answer_fields, self.questions, strict=True):
            answer = registration.answers.get(str(question.id))
            field.data = {True: YES, False: NO}.get(answer, answer)  # type: ignore[arg-type]

    def answers(self) -> dict[str, str | bool]:
        """Give the answers by id of question, as text, for the service."""
        return {
            str(question.id): _answer_of(question, field.data)
            for question, field in zip(self.questions, self.answer_fields, strict=True)
        }

    def show(self, refused: Invalid) -> None:
        """Add the errors of the service to their fields."""
        names = {
            field_of(question): _name(number) for number, question in enumerate(self.questions, 1)
        }
        super().show(Invalid({names.get(key, key): said for key, said in refused.errors.items()}))


class RegistrationForm(AnswersForm):
    """What a member sends; `quick` comes from the button that asks nothing."""

    quick = HiddenField(validators=[Longest(LONGEST_CHOICE)])
    mode = RadioField(
        _("Do you come?"), choices=MODES, default=RegistrationMode.SEAT.value, validate_choice=False
    )
    places = SelectField(
        _("How many are you?"),
        validate_choice=False,
        choices=[],
        description=_("You and those who come with you."),
    )
    wants_replay = BooleanField(_("Write to me about the recording even if I was there"))

    def fill(self, registration: Registration) -> None:
        """Show what was sent before."""
        super().fill(registration)
        self.mode.data, self.wants_replay.data = registration.mode.value, registration.wants_replay
        if "places" in self:
            self.places.data = str(registration.places)

    def input(self) -> RegistrationInput:
        """Give what the service takes."""
        return RegistrationInput(
            self._mode(), self._places(), self.answers(), bool(self.wants_replay.data)
        )

    def _mode(self) -> RegistrationMode:
        is_replay = self.mode.data == RegistrationMode.REPLAY.value
        return RegistrationMode.REPLAY if is_replay else RegistrationMode.SEAT

    def _places(self) -> int:
        data = (self.places.data if "places" in self else None) or "1"
        return int(data) if data.isdecimal() and len(data) < 4 else 0


class PersonForm(Form):
    """The name and the address of a visitor; `website` is left empty by people."""

    name = StringField(
        _("Your name"),
        validators=[RequiredMark(), Longest(LONGEST_VISITOR_NAME), OneLine()],
        filters=[trimmed],
    )
    email = EmailField(
        _("Your email address"),
        validators=[RequiredMark(), Longest(LONGEST_EMAIL_ADDRESS)],
        filters=[trimmed],
    )
    website = StringField(_("Leave this field empty"), validators=[Longest(LONGEST_CHOICE)])

    @property
    def is_by_program(self) -> bool:
        """Return whether a field that people do not see was filled in."""
        return bool((self.website.data or "").strip())

    def visitor_input(self, locale: str, time_zone: str) -> VisitorInput:
        """Give what the service takes."""
        return VisitorInput(
            name=self.name.data or "",
            email=self.email.data or "",
            locale=locale,
            time_zone=time_zone,
        )


class SeriesVisitorForm(PersonForm):
    """What a visitor sends to register for all dates of a series."""

    wants_replay = BooleanField(_("Write to me about the recording even if I was there"))

    def visitor_input(self, locale: str, time_zone: str) -> VisitorInput:
        """Give what the service takes."""
        person = super().visitor_input(locale, time_zone)
        return replace(person, wants_replay=bool(self.wants_replay.data))


class VisitorForm(RegistrationForm, PersonForm):
    """What a visitor sends to register for one webinar."""

    def visitor_input(self, locale: str, time_zone: str) -> VisitorInput:
        """Give what the service takes."""
        person = super().visitor_input(locale, time_zone)
        return replace(person, **vars(self.input()))


def form_for(form: type[F], questions: Sequence[RegistrationQuestion], most_places: int = 1) -> F:
    """Make the form with its questions, and up to so many places."""
    fields: dict[str, Any] = {"questions": questions}
    for number in range(1, 9):
        question = questions[number - 1] if number <= len(questions) else None
        fields[_name(number)] = _field_for(question) if question else None
    if most_places == 1:
        fields["places"] = None
    made: F = type(form.__name__, (form,), fields)()
    if most_places > 1 and isinstance(made, RegistrationForm):
        made.places.choices = [
            SelectChoice(str(each), str(each)) for each in range(1, most_places + 1)
        ]
    return made


def _name(number: int) -> str:
    return f"answer_{number}"


def _field_for(question: RegistrationQuestion) -> UnboundField:
    if question.kind is QuestionKind.TEXT:
        return _text_answer(question.label, is_required=question.is_required)
    choices = [SelectChoice(each, each) for each in question.choices or ()]
    if question.kind is QuestionKind.YES_NO:
        choices = [SelectChoice(YES, gettext("Yes")), SelectChoice(NO, gettext("No"))]
    if not question.is_required:
        choices.append(SelectChoice("", gettext("No answer")))
    return RadioField(
        question.label,
        choices=choices,
        default=None if question.is_required else "",
        validate_choice=False,
        validators=[RequiredMark()] if question.is_required else [],
    )


def _answer_of(question: RegistrationQuestion, data: str | None) -> str | bool:
    if question.kind is QuestionKind.YES_NO and data in (YES, NO):
        return data == YES
    return data or ""
