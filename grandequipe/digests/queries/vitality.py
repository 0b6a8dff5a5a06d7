"""What digests do for a group, in figures by week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, case, cast, exists, func, or_, select

from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.digests.models import Digest, DigestSubscription, Frequency
from grandequipe.extensions import db
from grandequipe.feed.models import Placement
from grandequipe.feed.queries.vitality import FEWEST_PEOPLE, Week, number_of_week, of_people
from grandequipe.groups.models import Group, Level, Membership, MembershipState


@dataclass(frozen=True)
class DigestWeek:
    """The digests of members that showed a post of the group, and who stopped; None for few.

    Members stop by choosing no digest at all, or nothing of this group.
    """

    since: datetime
    sent: int | None
    stopped: int | None


def count_digests(group: Group, weeks: Sequence[Week]) -> Sequence[DigestWeek]:
    """Count digests of the group's present members in these weeks, oldest first."""
    since = weeks[0].since
    sent, stopped = _sent(group, since), _stopped(group, since)
    return [
        DigestWeek(week.since, sent.get(number, 0), of_people(stopped.get(number, 0)))
        for number, week in enumerate(weeks)
    ]


def _sent(group: Group, since: datetime) -> Mapping[int, int | None]:
    """Count by week; None where they went to one to four people."""
    week = number_of_week(Digest.due_at, since)
    people = func.count(Digest.member_id.distinct())
    shown = func.jsonb_array_elements_text(Digest.contents["sent"]).column_valued("shown")
    shows_group = exists().where(
        Placement.post_id == cast(shown, BigInteger), Placement.group_id == group.id
    )
    query = (
        select(week, func.count(), people)
        .select_from(Membership)
        .join(Digest, Digest.member_id == Membership.member_id)
        .join(OutgoingMail, OutgoingMail.id == Digest.mail_id)
        .where(
            *_of_members(group),
            Digest.due_at >= since,
            OutgoingMail.state == MailState.SENT,
            shows_group,
        )
        .group_by(week)
    )
    return {
        number: count if readers >= FEWEST_PEOPLE else None
        for number, count, readers in db.session.execute(query)
    }


def _stopped(group: Group, since: datetime) -> Mapping[int, int]:
    """Count those who stopped in each week and have not begun again."""
    subscription = DigestSubscription
    at = func.least(
        case((subscription.frequency == Frequency.NEVER, subscription.stopped_at)),
        case((Membership.level == Level.NONE, Membership.level_changed_at)),
    )
    week = number_of_week(at, since)
    query = (
        select(week, func.count())
        .select_from(Membership)
        .outerjoin(subscription, subscription.member_id == Membership.member_id)
        .where(
            *_of_members(group),
            or_(subscription.frequency == Frequency.NEVER, Membership.level == Level.NONE),
            at >= since,
        )
        .group_by(week)
    )
    return dict(db.session.execute(query).all())


def _of_members(group: Group) -> tuple[Any, ...]:
    return Membership.group_id == group.id, Membership.state == MembershipState.ACTIVE
