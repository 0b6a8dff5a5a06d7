"""Reading streams: where each ends, and what came after a position."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import and_, or_, select

from grandequipe.core.events.models import EventRecord, Stream
from grandequipe.extensions import db


def get_heads(streams: Iterable[str]) -> dict[str, int]:
    """Give the last position of each stream that exists."""
    rows = db.session.execute(
        select(Stream.name, Stream.last_position).where(Stream.name.in_(list(streams)))
    )
    return dict(rows.all())


def get_head(stream: str) -> int:
    """Give the last position of one stream, 0 where it is empty."""
    return get_heads([stream]).get(stream, 0)


def list_events_after(positions: Mapping[str, int], limit: int) -> Sequence[EventRecord]:
    """List the facts that come after the given position of each stream, oldest first."""
    if not positions:
        return []
    newer = or_(
        *(
            and_(EventRecord.stream_name == stream, EventRecord.position > position)
            for stream, position in positions.items()
        )
    )
    return db.session.scalars(
        select(EventRecord).where(newer).order_by(EventRecord.id).limit(limit)
    ).all()
