"""What a seeding has written so far, and the facts that it will tell at the end."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert

from grandequipe.core.events import Event
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
    event_records: list[tuple[datetime, str, Event]] = field(default_factory=list)

    @property
    def founded(self) -> datetime:
        """Give the day on which the first came."""
        return self.now - FOUNDED

    def some_time(self, since: timedelta = PAST) -> datetime:
        """Choose an instant in the past."""
        return self.now - since * self.chance.random()

    def tell(self, at: datetime, stream: str, event: Event) -> None:
        """Keep a fact for the journal, which is written last, in the order of time."""
        self.event_records.append((at, stream, event))


def table_of(model: type[Model]) -> Table:
    """Give the table behind a model, for statements about many rows."""
    return cast(Table, model.__table__)


def write(table: Table, rows: Iterable[Row]) -> None:
    """Insert many rows at once."""
    if values := list(rows):
        db.session.execute(insert(table), values)


def write_numbered(table: Table, rows: Iterable[Row]) -> list[int]:
    """Insert many rows at once; return their ids in the order given."""
    values = list(rows)
    statement = insert(table).returning(table.c["id"], sort_by_parameter_order=True)
    return list(db.session.scalars(statement, values)) if values else []


def names(prefix: str, ids: Sequence[int]) -> list[str]:
    """Name the streams of some members or groups."""
    return [f"{prefix}:{id}" for id in ids]
