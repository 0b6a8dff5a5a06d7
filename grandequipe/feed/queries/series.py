"""Reading a series of webinars: the dates of it that the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails, WebinarSeries
from grandequipe.feed.queries.visibility import visible_to
from grandequipe.members.models import Member


@dataclass(frozen=True)
class SeriesDates:
    """A series, and its dates in time; there is one at least."""

    series: WebinarSeries
    dates: Sequence[Webinar]

    @property
    def coming(self) -> Sequence[Webinar]:
        """List the dates that are not over, cancelled ones too."""
        return [date for date in self.dates if not date.is_over]

    @property
    def past(self) -> Sequence[Webinar]:
        """List the dates that are over, the last one first."""
        return [date for date in reversed(self.dates) if date.is_over]

    @property
    def next(self) -> Webinar:
        """Give the next date that takes place; where none does, the last one."""
        taking_place = (date for date in self.coming if date.cancelled_at is None)
        return next(taking_place, self.dates[-1])


def get_series(series_id: int, seen_by: Member | None) -> SeriesDates:
    """Get a series with the dates that the viewer may see; raise NotFound where there are none."""
    query = (
        select(Webinar)
        .join(WebinarDetails, WebinarDetails.post_id == Webinar.id)
        .where(WebinarDetails.series_id == series_id, visible_to(seen_by))
        .order_by(WebinarDetails.starts_at, Webinar.id)
    )
    dates = db.session.scalars(query).unique().all()
    series = db.session.get(WebinarSeries, series_id) if dates else None
    if series is None:
        raise NotFound
    return SeriesDates(series, dates)
