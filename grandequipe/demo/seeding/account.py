"""The state of a seeding: the rows written so far, and the events to record at the end."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert

from grandequipe.core.events import Event, Stream, StreamRef
from grandequipe.demo.size import Size
from grandequipe.extensions import Model, db

Row = Mapping[str, Any]
FOUNDED = timedelta(days=100)
PAST = timedelta(days=90)


@dataclass
class Account:
    """One community in the making: the same each time, for the same size."""

    size: Size
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(147))  # noqa: S311
    members: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    belonging: dict[int, list[int]] = field(default_factory=dict)
    member_streams: dict[int, StreamRef] = field(default_factory=dict)
    group_streams: dict[int, StreamRef] = field(default_factory=dict)
    events: list[tuple[datetime, StreamRef, Event]] = field(default_factory=list)

    @property
    def founded(self) -> datetime:
        """Return the day of the first registration."""
        return self.now - FOUNDED

    def some_time(self, since: timedelta = PAST) -> datetime:
        """Choose an instant in the past."""
        return self.now - since * self.chance.random()

    def record(self, at: datetime, stream: StreamRef, event: Event) -> None:
        """Keep an event for the event log, which is written last, in the order of time."""
        self.events.append((at, stream, event))


def table_of(model: type[Model]) -> Table:
    """Return the table behind a model, for statements about many rows."""
    return cast(Table, model.__table__)


def write(table: Table, rows: Iterable[Row]) -> None:
    """Insert many rows at once."""
    if values := list(rows):
        db.session.execute(insert(table), values)


def write_numbered(table: Table, rows: Iterable[Row]) -> list[int]:
    """Insert many rows at once; return their ids in the order of the rows."""
    values = list(rows)
    statement = insert(table).returning(table.c["id"], sort_by_parameter_order=True)
    return list(db.session.scalars(statement, values)) if values else []


def open_streams(number: int) -> list[int]:
    """Open so many streams; return their ids."""
    return write_numbered(table_of(Stream), ({"last_position": 0} for _ in range(number)))
