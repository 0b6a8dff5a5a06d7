"""Lists read page by page that neither skip nor repeat when something is added.

A `Page` is read on from the newest; a `Part` in the order of time, with what stands on both sides.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, DateTime, Integer, Select, bindparam, tuple_

from grandequipe.core.errors import Invalid
from grandequipe.extensions import db

T = TypeVar("T")
Params = Mapping[str, Any]
Load = Callable[[Select[T], Params], Sequence[T]]

AFTER_AT = bindparam("after_at", type_=DateTime(timezone=True))
AFTER_ID = bindparam("after_id", type_=BigInteger)
ROWS = bindparam("rows", type_=Integer)

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100


@dataclass(frozen=True)
class Window(Generic[T]):
    """Some items, and the cursor that asks for those after them (None at the end)."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True)
class TwoWayWindow(Generic[T]):
    """Some items, oldest first, and the cursors for what stands before and after them, if any."""

    items: Sequence[T]
    earlier: str | None
    later: str | None


@dataclass(frozen=True)
class Order:
    """A total, descending order: an instant, then an id that settles equal instants."""

    at: Any
    id: Any

    def position_of(self, item: Any) -> tuple[datetime, int]:
        """Read where an item stands in this order."""
        return getattr(item, self.at.key), getattr(item, self.id.key)

    @property
    def after(self) -> ColumnElement[bool]:
        """Say which rows come after the place that is asked for."""
        return tuple_(self.at, self.id) < tuple_(AFTER_AT, AFTER_ID)

    @property
    def before(self) -> ColumnElement[bool]:
        """Say which rows come before the place that is asked for: what is newer."""
        return tuple_(self.at, self.id) > tuple_(AFTER_AT, AFTER_ID)


def make_cursor(at: datetime, id: int) -> str:
    """Write a place in a list as an opaque word for an address."""
    raw = json.dumps([at.isoformat(), id]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, int]:
    """Read what `make_cursor` wrote; raise Invalid for anything else."""
    try:
        at, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = datetime.fromisoformat(at), int(id)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise Invalid({"cursor": "This cursor is not one of ours."}) from None
    if place[0].tzinfo is None or not 0 <= place[1] < 2**63:
        raise Invalid({"cursor": "This cursor is not one of ours."})
    return place


def paginate(
    query: Select[T],
    order: Order,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    load: Load[T] | None = None,
) -> Window[T]:
    """Read one page of `query` (1 to 100 rows) after `cursor`."""
    return read_window(
        window_of(query, order, goes_on=bool(cursor)), order, cursor, limit, load=load
    )


def window_of(query: Select[T], order: Order, *, goes_on: bool) -> Select[T]:
    """Cut the first page out of a query, or one that goes on after another.

    What is asked for most is cut once, when the process starts, and read by `read_window`.
    """
    if goes_on:
        query = query.where(order.after)
    return query.order_by(order.at.desc(), order.id.desc()).limit(ROWS)


def read_window(
    query: Select[T],
    order: Order,
    cursor: str | None,
    limit: int,
    params: Params | None = None,
    load: Load[T] | None = None,
) -> Window[T]:
    """Read a page (1 to 100 rows); one more row says if more follow.

    Raise Invalid for a cursor that we did not make.
    """
    limit = max(1, min(limit, LARGEST_LIMIT))
    params = {**(params or {}), ROWS.key: limit + 1}
    if cursor:
        params[AFTER_AT.key], params[AFTER_ID.key] = read_cursor(cursor)
    rows = (load or _load)(query, params)
    items = rows[:limit]
    more = len(rows) > limit
    return Window(items, make_cursor(*order.position_of(items[-1])) if more else None)


def read_in_time(query: Select[T], order: Order, limit: int, after: str | None) -> TwoWayWindow[T]:
    """Read the oldest part of `query` in one statement, or the one that stands after a place.

    Raise Invalid for a cursor that we did not make.
    """
    if after:
        return read_two_way_window(query, order, limit, after=after)
    rows = db.session.scalars(query.order_by(order.at, order.id).limit(limit + 1)).all()
    goes_on = len(rows) > limit
    return TwoWayWindow(
        rows[:limit], None, make_cursor(*order.position_of(rows[limit - 1])) if goes_on else None
    )


def read_two_way_window(
    query: Select[T],
    order: Order,
    limit: int,
    before: str | None = None,
    after: str | None = None,
) -> TwoWayWindow[T]:
    """Read the newest part of `query`, or the one that stands before or after a place in time.

    Raise Invalid for a cursor that we did not make.
    """
    if after:
        rows = _beside(query, order, after, limit + 1, is_newer=True)
    else:
        rows = _beside(query, order, before, limit + 1, is_newer=False)
    if not rows:
        return (
            read_two_way_window(query, order, limit)
            if before or after
            else TwoWayWindow((), None, None)
        )
    items = rows[:limit] if after else rows[:limit][::-1]
    first, last = (make_cursor(*order.position_of(each)) for each in (items[0], items[-1]))
    goes_on = len(rows) > limit
    if after:
        is_first = not _beside(query, order, first, 1, is_newer=False)
        return TwoWayWindow(items, None if is_first else first, last if goes_on else None)
    is_last = not before or not _beside(query, order, last, 1, is_newer=True)
    return TwoWayWindow(items, first if goes_on else None, None if is_last else last)


def _beside(
    query: Select[T], order: Order, cursor: str | None, number: int, *, is_newer: bool
) -> Sequence[T]:
    """Read the rows next to a place, the nearest first; the newest where none is given."""
    params: dict[str, Any] = {ROWS.key: number}
    if cursor:
        query = query.where(order.before if is_newer else order.after)
        params[AFTER_AT.key], params[AFTER_ID.key] = read_cursor(cursor)
    keys = (order.at, order.id) if is_newer else (order.at.desc(), order.id.desc())
    return _load(query.order_by(*keys).limit(ROWS), params)


def _load(query: Select[T], params: Params) -> Sequence[T]:
    return db.session.scalars(query, params).unique().all()
