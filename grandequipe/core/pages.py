"""Lists read page by page, newest first, that neither skip nor repeat when something is added."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_

from grandequipe.core.errors import Invalid
from grandequipe.extensions import db

T = TypeVar("T")

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, and the cursor that asks for those after them (None at the end)."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True)
class Order:
    """A total, descending order: an instant, then an id that settles equal instants."""

    at: Any
    id: Any

    def place_of(self, item: Any) -> tuple[datetime, int]:
        """Read where an item stands in this order."""
        return getattr(item, self.at.key), getattr(item, self.id.key)

    def after(self, cursor: str) -> ColumnElement[bool]:
        """Say which rows come after the cursor; raise Invalid for one that we did not make."""
        return tuple_(self.at, self.id) < tuple_(*read_cursor(cursor))


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
    load: Callable[[Select[T]], Sequence[T]] | None = None,
) -> Page[T]:
    """Read one page of `query` (1 to 100 rows) after `cursor`; one more row says if more follow."""
    limit = max(1, min(limit, LARGEST_LIMIT))
    if cursor:
        query = query.where(order.after(cursor))
    query = query.order_by(order.at.desc(), order.id.desc()).limit(limit + 1)
    rows = load(query) if load else db.session.scalars(query).unique().all()
    items = rows[:limit]
    more = len(rows) > limit
    return Page(items, make_cursor(*order.place_of(items[-1])) if more else None)
