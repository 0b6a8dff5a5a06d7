"""Reading a person's registrations to the dates of a series."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.feed.queries.visibility import PUBLISHED, placed
from grandequipe.webinars.models import ACTIVE, Registration, RegistrationState


def list_dates_of(
    registration: Registration,
    series_id: int,
    states: Sequence[RegistrationState] = ACTIVE,
    moved_at: datetime | None = None,
) -> Sequence[tuple[Webinar, Registration]]:
    """List the dates of a series that are to come, with a person's registrations to them, in time.

    `registration` is one of the person's; `moved_at` when the dates were moved at once.
    """
    theirs = (
        Registration.member_id == registration.member_id
        if registration.member_id is not None
        else Registration.email_key == registration.email_key
    )
    query = (
        select(Webinar, Registration)
        .join(WebinarDetails, WebinarDetails.post_id == Webinar.id)
        .join(Registration, Registration.post_id == Webinar.id)
        .where(
            WebinarDetails.series_id == series_id,
            WebinarDetails.ends_at > clock.now(),
            WebinarDetails.cancelled_at.is_(None),
            theirs,
            Registration.state.in_(states),
            placed(PUBLISHED),
        )
        .order_by(WebinarDetails.starts_at)
    )
    if moved_at is not None:
        query = query.where(WebinarDetails.moved_at == moved_at)
    rows = db.session.execute(query)
    return [(webinar, own) for webinar, own in rows.unique()]


def list_requests_with(registration: Registration) -> Sequence[Registration]:
    """List what a visitor asked for at once at the dates of a series, in the order of the posts.

    `registration` is one of them; it is alone where its webinar is of no series, or confirmed.
    """
    own = select(WebinarDetails.series_id).where(WebinarDetails.post_id == registration.post_id)
    query = (
        select(Registration)
        .join(WebinarDetails, WebinarDetails.post_id == Registration.post_id)
        .where(
            WebinarDetails.series_id == own.scalar_subquery(),
            Registration.email_key == registration.email_key,
            Registration.created_at == registration.created_at,
            Registration.state == RegistrationState.UNCONFIRMED,
        )
        .order_by(Registration.post_id)
    )
    return db.session.scalars(query).all() or [registration]
