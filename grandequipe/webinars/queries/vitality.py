"""How many register for a group's webinars, and come, in the weeks that its moderators see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from grandequipe.extensions import db
from grandequipe.feed.models import Placement
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.feed.queries.vitality import Week, number_of_week, of_people
from grandequipe.groups.models import Group
from grandequipe.webinars.models import Registration, RegistrationState


class RegistrationWeek(NamedTuple):
    """Seven days from `since` on: people who registered, and who came; None for one to four."""

    since: datetime
    registered: int | None
    attended: int | None


def count_registration_weeks(group: Group, weeks: Sequence[Week]) -> Sequence[RegistrationWeek]:
    """Count by week the registrations to webinars that a group reads, and those who came."""
    registered = _count(group, weeks[0].since, Registration.created_at)
    attended = _count(group, weeks[0].since, Registration.attended_at)
    return [
        RegistrationWeek(
            week.since, of_people(registered.get(number, 0)), of_people(attended.get(number, 0))
        )
        for number, week in enumerate(weeks)
    ]


def _count(group: Group, since: datetime, at: Any) -> dict[int, int]:
    week = number_of_week(at, since)
    query = (
        select(week, func.count())
        .select_from(Registration)
        .join(Placement, Placement.post_id == Registration.post_id)
        .where(
            Placement.group_id == group.id,
            PUBLISHED,
            at >= since,
            Registration.state != RegistrationState.UNCONFIRMED,
        )
    )
    return dict(db.session.execute(query.group_by(week)).all())
