"""Handlers: who registers for which events, and running each once for each event.

Guarantee: a handler is pending for an event exactly until its effect is there, because its name
is removed from `event.pending_handlers` in the transaction of the effect. Tasks may be lost, run
twice, or run at the same time.

A handler that fails is tried again after a pause that doubles each time, and is set aside for an
operator after a day; the event's other handlers are not concerned.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Row,
    any_,
    bindparam,
    delete,
    func,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TEXT

from grandequipe.core import clock
from grandequipe.core.events.events import Event
from grandequipe.core.events.models import EventRecord, HandlerFailure
from grandequipe.core.retries import BackOff
from grandequipe.extensions import db

# A handler whose task was lost (a killed worker, an emptied Redis) is handed over again.
LOST_AFTER = timedelta(minutes=2)
BACK_OFF = BackOff(
    first_pause=timedelta(seconds=5), longest_pause=timedelta(hours=1), tried_for=timedelta(days=1)
)
MOST_TOGETHER = 100
LONGEST_ERROR = 500

Handler = Callable[[EventRecord], None]
BatchHandler = Callable[[Sequence[EventRecord]], None]
HandOver = Callable[[list[int], str], object]
R = TypeVar("R", bound=Handler)
T = TypeVar("T", bound=BatchHandler)


@dataclass(frozen=True)
class Registered:
    """A handler, how many events it takes at most in one transaction, and of which kinds."""

    handle: BatchHandler
    most: int
    kinds: Sequence[str]


_by_name: dict[str, Registered] = {}
_names_by_kind: dict[str, list[str]] = defaultdict(list)


def handles(*event_classes: type[Event], stored_as: str | None = None) -> Callable[[R], R]:
    """Register a handler; it runs in a transaction of its own and may be started twice.

    Its stored name is "package.function". A function that is renamed keeps the name under which it
    was stored before (`stored_as`) for one release, in which processes of the release before,
    which know no other, may run the handlers of new events; events that are stored by either name
    are handled.
    """

    def register(handler: R) -> R:
        def handle_each(event_records: Sequence[EventRecord]) -> None:
            for event_record in event_records:
                handler(event_record)

        _register(name_of(handler, stored_as), handle_each, 1, event_classes)
        if stored_as is not None:
            _by_name[name_of(handler)] = _by_name[name_of(handler, stored_as)]
        return handler

    return register


def handles_batch(*event_classes: type[Event], stored_as: str | None = None) -> Callable[[T], T]:
    """Register a handler that takes many events at once, in one transaction.

    For what happens hundreds of times a minute: a few statements for all, whatever their number.
    """

    def register(handler: T) -> T:
        _register(name_of(handler, stored_as), handler, MOST_TOGETHER, event_classes)
        if stored_as is not None:
            _by_name[name_of(handler)] = _by_name[name_of(handler, stored_as)]
        return handler

    return register


def name_of(handler: Callable[..., None], function: str | None = None) -> str:
    """Give the name under which a handler is stored: its package and its function."""
    package = handler.__module__.removeprefix("grandequipe.").split(".", maxsplit=1)[0]
    return f"{package}.{function or handler.__name__}"


def names_for(kind: str) -> list[str]:
    """Give the names of the handlers registered for events of a kind."""
    return list(_names_by_kind[kind])


def find_handler(name: str) -> Registered | None:
    """Find a handler, or None where a later version dropped it."""
    return _by_name.get(name)


def list_handlers() -> list[str]:
    """List the names of all handlers."""
    return sorted(_by_name)


def _register(
    name: str, handle_batch: BatchHandler, most: int, event_classes: Sequence[type[Event]]
) -> None:
    if name in _by_name:
        raise ValueError(f"Two handlers are named {name}.")
    kinds = [event_class.kind for event_class in event_classes]
    _by_name[name] = Registered(handle_batch, most, kinds)
    for kind in kinds:
        _names_by_kind[kind].append(name)


_IDS = EventRecord.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
_NAME = bindparam("name", type_=TEXT)
DUE = (
    select(EventRecord.id, EventRecord.pending_handlers)
    .where(
        text("pending_handlers <> '{}'"),
        or_(EventRecord.next_try_at.is_(None), EventRecord.next_try_at <= bindparam("now")),
    )
    .order_by(EventRecord.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PAUSING = select(HandlerFailure.event_id, HandlerFailure.handler, HandlerFailure.next_try_at).where(
    HandlerFailure.event_id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
    HandlerFailure.next_try_at > bindparam("now"),
)
DISPATCHED = update(EventRecord).where(_IDS).values(next_try_at=bindparam("next_look"))
PENDING = (
    select(EventRecord)
    .where(_IDS, any_(EventRecord.pending_handlers) == _NAME)
    .order_by(EventRecord.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_RECOVERED = (
    delete(HandlerFailure)
    .where(
        HandlerFailure.event_id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        HandlerFailure.handler == _NAME,
    )
    .returning(HandlerFailure.event_id)
    .cte("recovered")
)
HANDLED = (
    update(EventRecord)
    .where(_IDS)
    .values(pending_handlers=func.array_remove(EventRecord.pending_handlers, _NAME))
    .add_cte(_RECOVERED)
)
ASKED_AGAIN = (
    update(EventRecord)
    .where(_IDS, not_(any_(EventRecord.pending_handlers) == _NAME))
    .values(
        pending_handlers=func.array_append(EventRecord.pending_handlers, _NAME), next_try_at=None
    )
    .add_cte(_RECOVERED)
)


def dispatch_pending(hand_over: HandOver, limit: int = 200) -> int:
    """Hand due events over to their handlers; return how many events were due.

    Enqueue first, then mark: a crash between the two hands an event over twice, which its
    handlers bear, and never loses one. SKIP LOCKED lets several dispatchers share the work.
    """
    now = clock.now()
    due = db.session.execute(DUE, {"now": now, "most": limit}).all()
    if not due:
        return 0
    connection = db.session.connection()
    ids = [event_id for event_id, _names in due]
    pauses: dict[int, dict[str, datetime]] = defaultdict(dict)
    for event_id, name, until in connection.execute(PAUSING, {"ids": ids, "now": now}):
        pauses[event_id][name] = until
    ready = [(event_id, [n for n in names if n not in pauses[event_id]]) for event_id, names in due]
    for name, event_ids in _by_handler(ready):
        hand_over(event_ids, name)
    looks: dict[datetime, list[int]] = defaultdict(list)
    for event_id, names in ready:
        lost = [now + LOST_AFTER] if names else []
        looks[min([*lost, *pauses[event_id].values()])].append(event_id)
    for next_look, event_ids in looks.items():
        connection.execute(DISPATCHED, {"ids": event_ids, "next_look": next_look})
    return len(due)


def handle(event_ids: Sequence[int], name: str) -> int:
    """Run one handler for some events, once; return for how many it had not run yet.

    All of them or none: the name is removed in the transaction of the handler's effect. Another
    process that runs it at the same time waits here, and then finds that the name is gone.
    """
    params = {"ids": list(event_ids), "name": name}
    event_records = db.session.scalars(PENDING, params).all()
    handler = find_handler(name)
    if event_records and handler is not None:
        handler.handle(event_records)
    done = {"ids": [event_record.id for event_record in event_records], "name": name}
    db.session.connection().execute(HANDLED, done)
    return len(event_records)


def note_failure(event_id: int, name: str, error: Exception) -> None:
    """Have a handler that failed on an event tried again later, or set it aside after a day."""
    event_record = db.session.scalars(PENDING, {"ids": [event_id], "name": name}).first()
    if event_record is None:
        return  # another process has run it meanwhile
    now = clock.now()
    failure = db.session.get(HandlerFailure, (event_id, name))
    if failure is None:
        failure = HandlerFailure(event_id=event_id, handler=name, tries=0, first_failed_at=now)
        db.session.add(failure)
    failure.tries += 1
    failure.error = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    failure.next_try_at = now + BACK_OFF.pause_after(failure.tries)
    if BACK_OFF.is_over(now - failure.first_failed_at):
        failure.set_aside_at = now
        event_record.pending_handlers = [
            each for each in event_record.pending_handlers if each != name
        ]
    elif event_record.next_try_at is not None:
        event_record.next_try_at = min(event_record.next_try_at, failure.next_try_at)
    db.session.flush()


def retry_failed(name: str | None = None) -> int:
    """Have handlers that were set aside run again; return for how many events."""
    query = select(HandlerFailure.event_id, HandlerFailure.handler).where(
        HandlerFailure.set_aside_at.is_not(None)
    )
    if name is not None:
        query = query.where(HandlerFailure.handler == name)
    set_aside: dict[str, list[int]] = defaultdict(list)
    for event_id, handler in db.session.execute(query):
        set_aside[handler].append(event_id)
    for handler, event_ids in set_aside.items():
        _ask_again(event_ids, handler)
    return sum(map(len, set_aside.values()))


def replay(name: str, since: datetime | None, after: int, limit: int = 1000) -> Sequence[int]:
    """Make a handler pending for a batch of stored events of its kinds; return their ids.

    The batch begins after the event with the id `after`; it is empty at the end. What the handler
    has not handled yet stays pending once.
    """
    handler = _by_name[name]
    query = select(EventRecord.id).where(
        EventRecord.id > after, EventRecord.kind.in_(handler.kinds)
    )
    if since is not None:
        query = query.where(EventRecord.at >= since)
    event_ids = db.session.scalars(query.order_by(EventRecord.id).limit(limit)).all()
    _ask_again(event_ids, name)
    return event_ids


def _ask_again(event_ids: Iterable[int], name: str) -> None:
    db.session.connection().execute(ASKED_AGAIN, {"ids": list(event_ids), "name": name})


def _by_handler(
    ready: Iterable[tuple[int, list[str]] | Row[int, list[str]]],
) -> Iterator[tuple[str, list[int]]]:
    """Put together what one handler takes together, in the order of the events."""
    pending: dict[str, list[int]] = defaultdict(list)
    for event_id, names in ready:
        for name in names:
            pending[name].append(event_id)
    for name, event_ids in pending.items():
        handler = find_handler(name)
        most = handler.most if handler else 1
        for start in range(0, len(event_ids), most):
            yield name, event_ids[start : start + most]
