"""What organisers set: whether people register, their manager, and the questions to them."""

from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.lines import one_line
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.feed import policies as feed_policies
from grandequipe.feed.models import Webinar
from grandequipe.members.models import Member
from grandequipe.webinars import policies
from grandequipe.webinars.models import (
    ACTIVE,
    LONGEST_CHOICE_OF_ANSWER,
    LONGEST_QUESTION,
    MOST_CHOICES,
    MOST_PLACES_EACH,
    MOST_QUESTIONS,
    QuestionInput,
    QuestionKind,
    Registration,
    RegistrationQuestion,
    RegistrationSettings,
    SettingsInput,
)
from grandequipe.webinars.queries import find_settings, list_all_questions, list_questions
from grandequipe.webinars.services import seats
from grandequipe.webinars.services.mails import MailOccasion, post_to_all

ONLY_ORGANISERS = _l("Only those who look after the registrations can do this.")
FEWEST_CHOICES = 2


def change_settings(actor: Member, webinar: Webinar, settings_input: SettingsInput) -> None:
    """Open or close the registrations, and say how many places one of them may have.

    Registrations for more places stay as they are. Raises Refused, or Invalid (`most_places`).
    """
    settings = _lock_settings(actor, webinar)
    if not 1 <= settings_input.most_places <= MOST_PLACES_EACH:
        said = _("Choose between 1 and %(most)s places.", most=MOST_PLACES_EACH)
        raise Invalid({"most_places": said})
    settings.is_open, settings.most_places = settings_input.is_open, settings_input.most_places
    db.session.flush()


def choose_manager(actor: Member, webinar: Webinar, manager: Member | None) -> None:
    """Have a member who reads the webinar look after its registrations, or nobody but the author.

    Raises Refused where the actor may not choose, or where the member does not read it.
    """
    settings = _lock_settings(actor, webinar)
    require(
        manager is None or (manager.active and feed_policies.may_read_thread(manager, webinar)),
        _l("Choose somebody who can read this webinar."),
    )
    settings.manager_id = manager.id if manager else None
    db.session.flush()


def add_question(
    actor: Member, webinar: Webinar, question_input: QuestionInput
) -> RegistrationQuestion:
    """Ask a question of who registers from now on, and by mail of those who are registered.

    Raises Refused, Conflict where there are eight, or Invalid (`label`, `choices`).
    """
    _lock_settings(actor, webinar)
    questions = list_all_questions(webinar.id)
    if len([each for each in questions if each.removed_at is None]) >= MOST_QUESTIONS:
        raise Conflict(_("You can ask %(most)s questions at most.", most=MOST_QUESTIONS))
    label = one_line(question_input.label)
    choices = [one_line(each) for each in question_input.choices]
    if errors := _question_errors(label, question_input.kind, choices):
        raise Invalid(errors)
    registered = select(Registration.id).where(
        Registration.post_id == webinar.id, Registration.state.in_(ACTIVE)
    )
    is_later = db.session.scalar(select(registered.exists())) or False
    # Taken back and asked again, each would be one more mail to everybody.
    day_ago = clock.now() - timedelta(days=1)
    mailed = [each for each in questions if each.asked_later_at and each.asked_later_at > day_ago]
    if is_later and len(mailed) >= MOST_QUESTIONS:
        raise Conflict(
            _(
                "At most %(most)s questions a day go to those already registered."
                " Please try again tomorrow.",
                most=MOST_QUESTIONS,
            )
        )
    question = RegistrationQuestion(
        post_id=webinar.id,
        position=max((each.position for each in questions), default=0) + 1,
        kind=question_input.kind,
        label=label,
        choices=choices if question_input.kind is QuestionKind.CHOICE else None,
        is_required=question_input.is_required,
        asked_later_at=clock.now() if is_later else None,
    )
    db.session.add(question)
    db.session.flush()
    if is_later:
        post_to_all(MailOccasion.QUESTION, registered, question.id)
    return question


def remove_question(actor: Member, webinar: Webinar, question_id: int) -> None:
    """Ask a question no more; what was answered is still read. Nothing happens the second time."""
    _lock_settings(actor, webinar)
    for question in list_questions(webinar.id):
        if question.id == question_id:
            question.removed_at = clock.now()
    db.session.flush()


def restore_question(actor: Member, webinar: Webinar, question_id: int) -> None:
    """Ask a question again that was taken back; Conflict where there are eight others."""
    _lock_settings(actor, webinar)
    if len(list_questions(webinar.id)) >= MOST_QUESTIONS:
        raise Conflict(_("You can ask %(most)s questions at most.", most=MOST_QUESTIONS))
    for question in list_all_questions(webinar.id):
        if question.id == question_id:
            question.removed_at = None
    db.session.flush()


def _lock_settings(actor: Member, webinar: Webinar) -> RegistrationSettings:
    seats.lock_webinar(webinar.id)
    require(policies.manages_registrations(actor, webinar), ONLY_ORGANISERS)
    settings = find_settings(webinar.id, anew=True)
    if settings not in db.session:
        db.session.add(settings)
    return settings


def _question_errors(label: str, kind: QuestionKind, choices: list[str]) -> dict[str, str]:
    errors = {}
    if not label:
        errors["label"] = _("Write the question.")
    elif said := length_error(label, LONGEST_QUESTION) or line_error(label):
        errors["label"] = said
    if kind is not QuestionKind.CHOICE:
        return errors
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES or len(set(choices)) < len(choices):
        errors["choices"] = _(
            "Write between two and %(most)s different answers, one on each line.", most=MOST_CHOICES
        )
    for choice in choices:
        if said := length_error(choice, LONGEST_CHOICE_OF_ANSWER) or line_error(choice):
            errors["choices"] = said
    return errors
