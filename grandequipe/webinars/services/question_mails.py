"""The mail that asks those already registered what an organiser wants to know later."""

from flask_babel import gettext as _

from grandequipe.extensions import db
from grandequipe.webinars.models import LONGEST_QUESTION, RegistrationQuestion
from grandequipe.webinars.services.mail_words import is_to_come
from grandequipe.webinars.services.mails import (
    MailOccasion,
    MailReading,
    MailWords,
    plain_words,
    subject_title,
    writes,
)


@writes(MailOccasion.QUESTION)
def write_question(reading: MailReading) -> MailWords | None:
    """Ask one question, which the registration's page lets the person answer."""
    question = db.session.get(RegistrationQuestion, int(reading.about))
    if question is None or question.removed_at is not None:
        return None
    is_answered = str(question.id) in reading.registration.answers
    if is_answered or not reading.registration.is_active or not is_to_come(reading):
        return None
    return MailWords(
        _("A question before “%(title)s”", title=subject_title(reading)),
        _("The organiser has a question for you"),
        said=[plain_words(question.label, LONGEST_QUESTION)],
        action=(_("Answer"), f"{reading.url}/reponses"),
        shows_access=False,
    )
