"""Writing facts, and seeing that each is reacted to."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from sqlalchemy import BigInteger, bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from grandequipe.core import clock
from grandequipe.core.journal.events import Event
from grandequipe.core.journal.models import Fact, Stream
from grandequipe.core.journal.reactions import named, names_for
from grandequipe.core.journal.told import Told, tell_after_commit
from grandequipe.extensions import db

# A reaction whose task was lost (a killed worker, an emptied Redis) is handed over again.
GIVEN_UP_AFTER = timedelta(minutes=2)

HandOver = Callable[[int, str], object]


# Built once: every change of the site is told by this statement.
_NUMBERED = (
    update(Stream)
    .where(Stream.name == bindparam("to"))
    .values(last_position=Stream.last_position + 1)
    .returning(Stream.last_position)
    .cte("numbered")
)
_VALUES = {
    Fact.stream_name: bindparam("to", type_=TEXT),
    Fact.position: _NUMBERED.c.last_position,
    Fact.kind: bindparam("told", type_=TEXT),
    Fact.subject_id: bindparam("about", type_=BigInteger),
    Fact.actor_id: bindparam("by", type_=BigInteger),
    Fact.data: bindparam("more", type_=Fact.data.type),
    Fact.at: bindparam("when", type_=Fact.at.type),
    Fact.awaiting: bindparam("waits_for", type_=ARRAY(TEXT)),
}
RECORD = (
    insert(Fact)
    .from_select([column.key for column in _VALUES], select(*_VALUES.values()))
    .returning(Fact.position)
)


def open_stream(name: str) -> None:
    """Start the stream of a new group or member, in the transaction that makes it."""
    db.session.execute(insert(Stream).values(name=name, last_position=0))


def record(stream: str, event: Event) -> int:
    """Number `event` in `stream` and keep it with the change; return its position.

    The stream stays locked until the transaction ends: call it last. Raise LookupError
    where the stream was never opened.
    """
    at, awaiting = clock.now(), names_for(event.kind)
    db.session.flush()
    position = db.session.connection().scalar(
        RECORD,
        {
            "to": stream,
            "told": event.kind,
            "about": event.subject_id,
            "by": event.actor_id,
            "more": event.data,
            "when": at,
            "waits_for": awaiting,
        },
    )
    if position is None:
        raise LookupError(f"No stream is named {stream!r}.")
    tell_after_commit(Told(stream, position, event, at, bool(awaiting)))
    return int(position)


def record_all(told: Iterable[tuple[str, Event]]) -> None:
    """Record in several streams, locked in the order of their names: no two writers deadlock."""
    for stream, event in sorted(told, key=lambda pair: pair[0]):
        record(stream, event)


def dispatch_waiting(hand_over: HandOver, limit: int = 200) -> int:
    """Hand waiting facts to their reactions; return how many facts were handed over.

    Enqueue first, then mark: a crash between the two hands a fact over twice, which its
    reactions bear, and never loses one. SKIP LOCKED lets several dispatchers share the work.
    """
    overdue = clock.now() - GIVEN_UP_AFTER
    waiting = db.session.scalars(
        select(Fact)
        .where(
            text("awaiting <> '{}'"),
            (Fact.dispatched_at.is_(None)) | (Fact.dispatched_at < overdue),
        )
        .order_by(Fact.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for fact in waiting:
        for name in fact.awaiting:
            hand_over(fact.id, name)
        fact.dispatched_at = clock.now()
    return len(waiting)


def react(fact_id: int, name: str) -> bool:
    """Run one reaction to one fact, once; return False where it had run already.

    The name leaves `awaiting` in the transaction of the reaction's effect, so the effect is
    there exactly when the fact no longer awaits it.
    """
    fact = db.session.get(Fact, fact_id, with_for_update=True)
    if fact is None or name not in fact.awaiting:
        return False
    reaction = named(name)
    if reaction is not None:
        reaction(fact)
    fact.awaiting = [other for other in fact.awaiting if other != name]
    return True
