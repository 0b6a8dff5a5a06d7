"""The monthly partitions of the table `event`: made ahead of time, dropped when they are old.

An event for whose month there is no partition is stored in `event_default`: no change of the site
fails because the clock's task did not run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from grandequipe.core import clock
from grandequipe.extensions import db

# The longest window of a digest is a month, and a digest that failed is taken over by the next
# one; unread posts are counted, and open pages catch up, within the same time.
KEPT_FOR = timedelta(days=92)
MONTHS_AHEAD = 2
# Making or dropping a partition locks the whole log for a moment, in the order of those who write
# (a stream, then its events) and read (the table, then its partitions). It gives up rather than
# have everybody wait behind it, but after the second in which PostgreSQL ends its vacuum for us.
_LOCK = (
    "SET LOCAL lock_timeout = '2s'",
    "LOCK TABLE stream, event IN ACCESS EXCLUSIVE MODE",
)
DELETED_TOGETHER = 10_000

IS_PARTITION = re.compile(r"event_(?:default|\d{4}_\d{2})")
_MONTHLY = re.compile(r"event_(\d{4})_(\d{2})")
_PARTITIONS = text(
    "SELECT inhrelid::regclass::text FROM pg_inherits"
    " WHERE inhparent = 'event'::regclass ORDER BY 1"
)
_OLD_ROWS = text("""
    DELETE FROM event_default WHERE id IN (
        SELECT id FROM event_default AS old
        WHERE at < :horizon AND pending_handlers = '{}'
        AND NOT EXISTS (SELECT FROM handler_failure WHERE event_id = old.id)
        LIMIT :most
    )
""")
_ORPHANED_FAILURES = text(
    "DELETE FROM handler_failure"
    " WHERE NOT EXISTS (SELECT FROM event WHERE event.id = handler_failure.event_id)"
)


@dataclass(frozen=True)
class Month:
    """A calendar month in UTC."""

    year: int
    number: int

    @property
    def partition(self) -> str:
        """Name the partition of the month."""
        return f"event_{self.year:04}_{self.number:02}"

    @property
    def begins_at(self) -> datetime:
        """Give its first instant."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def next(self) -> "Month":
        """Give the month after it."""
        is_december = self.number == 12
        return Month(self.year + 1, 1) if is_december else Month(self.year, self.number + 1)


def month_of(instant: datetime) -> Month:
    """Give the month in which an instant lies."""
    at = instant.astimezone(UTC)
    return Month(at.year, at.month)


def list_months_to_make() -> list[Month]:
    """List the present month and those ahead that have no partition."""
    existing = set(list_partitions())
    months = [month_of(clock.now())]
    for _ahead in range(MONTHS_AHEAD):
        months.append(months[-1].next)
    return [month for month in months if month.partition not in existing]


def list_months_to_drop() -> list[Month]:
    """List the months with a partition of which every event is old."""
    horizon = clock.now() - KEPT_FOR
    return [month for month in _list_months() if month.next.begins_at <= horizon]


def list_partitions() -> list[str]:
    """List the names of all partitions."""
    return list(db.session.scalars(_PARTITIONS))


def make_partition(month: Month) -> None:
    """Make the partition of a month, with the events of the month that are stored already."""
    _run(
        *_LOCK,
        f"CREATE TABLE {month.partition} (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"WITH moved AS (DELETE FROM event_default WHERE {_within(month)} RETURNING *)"  # noqa: S608
        f" INSERT INTO {month.partition} SELECT * FROM moved",
        f"ALTER TABLE event ATTACH PARTITION {month.partition}"
        f" FOR VALUES FROM ('{month.begins_at}') TO ('{month.next.begins_at}')",
    )


def drop_partition(month: Month) -> bool:
    """Drop the partition of a month, unless a handler is pending or failed for an event of it."""
    _run(*_LOCK)
    is_needed = db.session.scalar(
        text(
            f"SELECT EXISTS (SELECT FROM {month.partition} WHERE pending_handlers <> '{{}}')"  # noqa: S608
            " OR EXISTS (SELECT FROM handler_failure AS failure"
            f" JOIN {month.partition} AS old ON old.id = failure.event_id)"
        )
    )
    if is_needed:
        return False
    _run(f"ALTER TABLE event DETACH PARTITION {month.partition}", f"DROP TABLE {month.partition}")
    return True


def delete_old_events() -> int:
    """Delete some old events of months that have no partition; return how many."""
    params = {"horizon": clock.now() - KEPT_FOR, "most": DELETED_TOGETHER}
    return int(db.session.execute(_OLD_ROWS, params).rowcount)  # type: ignore[attr-defined]


def forget_orphaned_failures() -> None:
    """Delete the failures of events that are gone with their stream."""
    db.session.execute(_ORPHANED_FAILURES)


def _list_months() -> Iterator[Month]:
    for name in list_partitions():
        if found := _MONTHLY.fullmatch(name):
            yield Month(int(found[1]), int(found[2]))


def _within(month: Month) -> str:
    return f"at >= '{month.begins_at}' AND at < '{month.next.begins_at}'"


def _run(*statements: str) -> None:
    for statement in statements:
        db.session.execute(text(statement))
