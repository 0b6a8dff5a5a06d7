"""How much waits for the moderators of groups, sent to their open pages."""

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select

from grandequipe.core.events import Broadcast, StreamRef, broadcast
from grandequipe.extensions import db
from grandequipe.groups.models import Membership
from grandequipe.members.models import Member, stream_of
from grandequipe.moderation.events import CaseCount
from grandequipe.moderation.queries.cases import moderators_of, waiting_by_group


def broadcast_counts(group_ids: Iterable[int | None]) -> None:
    """Send the present counts of some groups after the commit; None, the site, is passed over."""
    ids = sorted({group_id for group_id in group_ids if group_id is not None})
    if ids:
        broadcast(lambda: _present_counts(ids))


def _present_counts(ids: Iterable[int]) -> Iterator[tuple[StreamRef, Broadcast]]:
    """Read the counts on a connection of its own, each for the streams of the moderators."""
    with db.engine.connect() as connection:
        for group_id in ids:
            counted = waiting_by_group([group_id]).subquery()
            number = select(func.coalesce(func.sum(counted.c.number), 0)).scalar_subquery()
            rows = connection.execute(
                select(Member.id, Member.stream_id, number, func.statement_timestamp())
                .join(Membership, Membership.member_id == Member.id)
                .where(Membership.group_id == group_id, Member.id.in_(moderators_of(group_id)))
            ).all()
            for member_id, stream_id, waiting, at in rows:
                count = CaseCount(subject_id=group_id, waiting=int(waiting), at=at)
                yield stream_of(member_id, stream_id), count
