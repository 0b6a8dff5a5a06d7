"""The visits of the people of the demo: which posts and notifications they have seen."""

from functools import partial

from sqlalchemy import func, select

from grandequipe.demo import content
from grandequipe.demo.timeline import Timeline
from grandequipe.extensions import db
from grandequipe.groups.queries import list_memberships
from grandequipe.groups.services import mark_seen
from grandequipe.notifications.models import Notification
from grandequipe.notifications.services import mark_read

VISITS = 3
# Days since the last visit of the members whose unread counters the demo shows.
LAST_VISITS = {"amina": 0.5, "lucas": 1.0, "jade": 1.4}


def plan_visits(timeline: Timeline) -> None:
    """Plan visits of everyone, the last one at most four days ago."""
    for person in content.members():
        last = LAST_VISITS.get(person.key, 0.2 + 3.8 * timeline.chance.random())
        for visit in range(VISITS):
            days = last + visit * (5 + 10 * timeline.chance.random())
            timeline.add(timeline.ago(days), partial(_visit, timeline, person.key))


def _visit(timeline: Timeline, key: str) -> None:
    member = timeline.members.get(key)
    if member is None:
        return
    for membership in list_memberships(member):
        mark_seen(member, membership.group)
    last = db.session.scalar(
        select(func.max(Notification.latest_id)).where(Notification.member_id == member.id)
    )
    if last is not None:
        mark_read(member, last)
