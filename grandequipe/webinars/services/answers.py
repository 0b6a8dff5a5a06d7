"""The answers to an organiser's questions, and whatever else a person sends to register."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _, ngettext

from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.feed.models import Webinar
from grandequipe.webinars.models import (
    LONGEST_ANSWER,
    QuestionKind,
    RegistrationInput,
    RegistrationMode,
    RegistrationQuestion,
    RegistrationSettings,
)
from grandequipe.webinars.queries import find_rules, list_questions

Answer = str | bool


def field_of(question: RegistrationQuestion) -> str:
    """Give the name of a question's field in forms and errors."""
    return f"answer_{question.id}"


def check_input(
    webinar: Webinar,
    registration_input: RegistrationInput,
    rules: tuple[RegistrationSettings, Sequence[RegistrationQuestion]] | None = None,
) -> Mapping[str, Answer]:
    """Check places and answers; give the answers, by id of question, that are to be kept.

    `rules` is what `find_rules` gave, where the caller has it. Raises Invalid with a sentence for
    each field: `places`, and `answer_ID` for a question.
    """
    errors = {}
    settings, questions = rules or find_rules(webinar.id)
    if sentence := _places_error(webinar, registration_input, settings):
        errors["places"] = sentence
    answers: Mapping[str, Answer] = {}
    try:
        answers = _check(questions, registration_input.answers)
    except Invalid as invalid:
        errors |= invalid.errors
    if errors:
        raise Invalid(errors)
    return answers


def check_answers(webinar: Webinar, answers: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """Check answers, by id of question; give those to keep, or raise Invalid (`answer_ID`)."""
    return _check(list_questions(webinar.id), answers)


def _check(
    questions: Sequence[RegistrationQuestion], answers: Mapping[str, Answer]
) -> Mapping[str, Answer]:
    errors, kept = {}, {}
    for question in questions:
        answer = answers.get(str(question.id))
        if sentence := _answer_error(question, answer):
            errors[field_of(question)] = sentence
        elif answer is not None and answer != "":
            kept[str(question.id)] = answer
    if errors:
        raise Invalid(errors)
    return kept


def _places_error(
    webinar: Webinar, registration_input: RegistrationInput, settings: RegistrationSettings
) -> str | None:
    if registration_input.mode is RegistrationMode.REPLAY:
        return None
    most = settings.most_places
    if webinar.capacity is not None:
        most = min(most, webinar.capacity)
    if 1 <= registration_input.places <= most:
        return None
    return ngettext("Choose one place.", "Choose between 1 and %(num)s places.", most)


def _answer_error(question: RegistrationQuestion, answer: Answer | None) -> str | None:
    if answer is None or answer == "":
        return _("Answer this question.") if question.is_required else None
    if question.kind is QuestionKind.YES_NO:
        return None if isinstance(answer, bool) else _("Answer by yes or no.")
    if not isinstance(answer, str):
        return _("Answer this question.")
    if question.kind is QuestionKind.CHOICE:
        is_offered = answer in (question.choices or ())
        return None if is_offered else _("Choose one of the answers.")
    return length_error(answer, LONGEST_ANSWER) or text_error(answer)
