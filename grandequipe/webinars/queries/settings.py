"""What organisers set for registrations, and the questions they ask."""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, and_, bindparam, select

from grandequipe.extensions import db
from grandequipe.webinars.models import RegistrationQuestion, RegistrationSettings


def find_settings(post_id: int, *, anew: bool = False) -> RegistrationSettings:
    """Give what is set for a webinar; the defaults, outside the session, where nothing is.

    `anew`: it may have been read before the webinar was locked.
    """
    settings = db.session.get(RegistrationSettings, post_id, populate_existing=anew)
    return settings or _defaults(post_id)


def find_rules(post_id: int) -> tuple[RegistrationSettings, Sequence[RegistrationQuestion]]:
    """Give what is set for a webinar and what is asked, read anew in one statement."""
    rows = db.session.execute(_RULES, {"post": post_id}).all()
    settings = rows[0][0] or _defaults(post_id)
    return settings, [question for _settings, question in rows if question is not None]


def list_questions(post_id: int) -> Sequence[RegistrationQuestion]:
    """List the questions that are asked, in their order."""
    return [each for each in list_all_questions(post_id) if each.removed_at is None]


def list_all_questions(post_id: int) -> Sequence[RegistrationQuestion]:
    """List the questions in their order, with those taken back, whose answers are still read."""
    query = select(RegistrationQuestion).where(RegistrationQuestion.post_id == post_id)
    order = RegistrationQuestion.position, RegistrationQuestion.id
    # Some may have been read before the webinar was locked.
    anew = {"populate_existing": True}
    return db.session.scalars(query.order_by(*order), execution_options=anew).all()


def find_questioned(post_ids: Collection[int]) -> set[int]:
    """Find which of some webinars ask questions, and so need a form to register."""
    if not post_ids:
        return set()
    query = select(RegistrationQuestion.post_id).where(
        RegistrationQuestion.post_id.in_(list(post_ids)),
        RegistrationQuestion.removed_at.is_(None),
    )
    return set(db.session.scalars(query))


_WEBINAR = select(bindparam("post", type_=BigInteger).label("id")).subquery("webinar")
_RULES = (
    select(RegistrationSettings, RegistrationQuestion)
    .select_from(_WEBINAR)
    .outerjoin(RegistrationSettings, RegistrationSettings.post_id == _WEBINAR.c.id)
    .outerjoin(
        RegistrationQuestion,
        and_(
            RegistrationQuestion.post_id == _WEBINAR.c.id,
            RegistrationQuestion.removed_at.is_(None),
        ),
    )
    .order_by(RegistrationQuestion.position, RegistrationQuestion.id)
    .execution_options(populate_existing=True)
)


def _defaults(post_id: int) -> RegistrationSettings:
    return RegistrationSettings(
        post_id=post_id, is_open=True, most_places=1, feedback_useful=0, feedback_answers=0
    )
