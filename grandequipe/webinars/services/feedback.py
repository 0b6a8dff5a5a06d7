"""Saying whether a webinar was useful.

Guarantee: the figures that organisers read change by at least five people's answers at once, so
that nobody reads one person's from the difference.
"""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.webinars.models import (
    FEWEST_ANSWERS,
    LONGEST_WORDS,
    Registration,
    RegistrationSettings,
    WebinarFeedback,
)
from grandequipe.webinars.policies import may_give_feedback
from grandequipe.webinars.services.seats import lock_webinar


def give_feedback(
    registration: Registration, webinar: Webinar, *, was_useful: bool | None, words: str
) -> None:
    """Keep what a registered person says after a webinar, in the place of what they said before.

    It is counted with those of four others, new or changed. Raises Invalid of `useful` and `words`,
    Refused where there is nothing to say yet.
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
        "is_counted": False,
    }
    # One at a time: each counts those before.
    lock_webinar(webinar.id)
    statement = insert(WebinarFeedback).values(registration_id=registration.id, **said)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[WebinarFeedback.registration_id], set_=said)
    )
    _count(webinar)


def _count(webinar: Webinar) -> None:
    """Count the opinions of a webinar anew once five of them are not counted as they are."""
    here = select(Registration.id).where(Registration.post_id == webinar.id)
    own = WebinarFeedback.registration_id.in_(here)
    useful, answers, uncounted = db.session.execute(
        select(
            func.count().filter(WebinarFeedback.was_useful),
            func.count(),
            func.count().filter(~WebinarFeedback.is_counted),
        ).where(own)
    ).one()
    if uncounted < FEWEST_ANSWERS:
        return
    figures = {"feedback_useful": useful, "feedback_answers": answers}
    kept = insert(RegistrationSettings).values(post_id=webinar.id, **figures)
    db.session.execute(
        kept.on_conflict_do_update(index_elements=[RegistrationSettings.post_id], set_=figures)
    )
    db.session.execute(
        update(WebinarFeedback).where(own, ~WebinarFeedback.is_counted).values(is_counted=True),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()
