"""Reading a member's registrations to the dates of a series."""

from collections.abc import Sequence

from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.feed.queries.visibility import PUBLISHED, placed
from grandequipe.members.models import Member
from grandequipe.webinars.models import ACTIVE, Registration


def list_dates_of(member: Member | None, series_id: int) -> Sequence[tuple[Webinar, Registration]]:
    """List the dates of a series that are to come, for which a member is registered, in time."""
    if member is None:
        return ()
    rows = db.session.execute(
        select(Webinar, Registration)
        .join(WebinarDetails, WebinarDetails.post_id == Webinar.id)
        .join(Registration, Registration.post_id == Webinar.id)
        .where(
            WebinarDetails.series_id == series_id,
            WebinarDetails.ends_at > clock.now(),
            WebinarDetails.cancelled_at.is_(None),
            Registration.member_id == member.id,
            Registration.state.in_(ACTIVE),
            placed(PUBLISHED),
        )
        .order_by(WebinarDetails.starts_at)
    )
    return [(webinar, registration) for webinar, registration in rows.unique()]
