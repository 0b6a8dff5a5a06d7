"""Saying whether a webinar was useful."""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.webinars.models import LONGEST_WORDS, Registration, WebinarFeedback
from grandequipe.webinars.policies import may_give_feedback


def give_feedback(
    registration: Registration, webinar: Webinar, *, was_useful: bool | None, words: str
) -> None:
    """Keep what a registered person says after a webinar, in the place of what they said before.

    Raises Invalid of `useful` and `words`, Refused where there is nothing to say yet.
    """
    require(
        may_give_feedback(registration, webinar), _l("You can say so once the webinar is over.")
    )
    wrong = {
        "useful": None if was_useful is not None else _("Choose one of the two."),
        "words": length_error(words, LONGEST_WORDS) or line_error(words),
    }
    errors = {name: str(sentence) for name, sentence in wrong.items() if sentence}
    if errors:
        raise Invalid(errors)
    said = {
        "was_useful": was_useful,
        "words": words.strip() or None,
        "given_at": clock.now(),
    }
    statement = insert(WebinarFeedback).values(registration_id=registration.id, **said)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[WebinarFeedback.registration_id], set_=said)
    )
