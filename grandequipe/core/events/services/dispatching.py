"""Seeing that each fact is reacted to.

Guarantee: a fact awaits a reaction exactly until its effect is there, for the name leaves
`fact.awaiting` in the transaction of the effect. Tasks may be lost, or run twice, or beside
each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy import ARRAY, BigInteger, Row, any_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import TEXT

from grandequipe.core import clock
from grandequipe.core.events.handlers import named
from grandequipe.core.events.models import EventRecord
from grandequipe.extensions import db

# A reaction whose task was lost (a killed worker, an emptied Redis) is handed over again.
GIVEN_UP_AFTER = timedelta(minutes=2)

HandOver = Callable[[list[int], str], object]

_THESE = EventRecord.id == any_(bindparam("these", type_=ARRAY(BigInteger)))
_NAME = bindparam("name", type_=TEXT)
WAITING = (
    select(EventRecord.id, EventRecord.pending_handlers)
    .where(
        text("awaiting <> '{}'"),
        or_(EventRecord.dispatched_at.is_(None), EventRecord.dispatched_at < bindparam("overdue")),
    )
    .order_by(EventRecord.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
DISPATCHED = update(EventRecord).where(_THESE).values(dispatched_at=bindparam("now"))
AWAITING = (
    select(EventRecord)
    .where(_THESE, any_(EventRecord.pending_handlers) == _NAME)
    .order_by(EventRecord.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
HANDLED = (
    update(EventRecord)
    .where(_THESE)
    .values(pending_handlers=func.array_remove(EventRecord.pending_handlers, _NAME))
)


def dispatch_pending(hand_over: HandOver, limit: int = 200) -> int:
    """Hand waiting facts to their reactions; return how many facts were handed over.

    Enqueue first, then mark: a crash between the two hands a fact over twice, which its
    reactions bear, and never loses one. SKIP LOCKED lets several dispatchers share the work.
    """
    now = clock.now()
    params = {"overdue": now - GIVEN_UP_AFTER, "most": limit}
    waiting = db.session.execute(WAITING, params).all()
    for name, event_ids in _by_handler(waiting):
        hand_over(event_ids, name)
    if waiting:
        handed_over = {"these": [event_id for event_id, _names in waiting], "now": now}
        db.session.connection().execute(DISPATCHED, handed_over)
    return len(waiting)


def handle(event_ids: Sequence[int], name: str) -> int:
    """Run one reaction to some facts, once; return to how many it had not run yet.

    All of them or none: the name leaves `awaiting` in the transaction of the reaction's effect.
    Who asks at the same time waits here, and then finds that the name is gone.
    """
    params = {"these": list(event_ids), "name": name}
    event_records = db.session.scalars(AWAITING, params).all()
    handler = named(name)
    if event_records and handler is not None:
        handler.handle(event_records)
    done = {"these": [event_record.id for event_record in event_records], "name": name}
    db.session.connection().execute(HANDLED, done)
    return len(event_records)


def _by_handler(waiting: Sequence[Row[int, list[str]]]) -> Iterator[tuple[str, list[int]]]:
    """Put together what one reaction takes together, in the order of the facts."""
    awaited: dict[str, list[int]] = defaultdict(list)
    for event_id, names in waiting:
        for name in names:
            awaited[name].append(event_id)
    for name, event_ids in awaited.items():
        handler = named(name)
        most = handler.most if handler else 1
        for start in range(0, len(event_ids), most):
            yield name, event_ids[start : start + most]
