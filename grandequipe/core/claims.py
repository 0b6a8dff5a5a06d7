"""A row that one request claims by its name, while others with the same name wait for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.extensions import Model, db

Row = TypeVar("Row", bound=Model)


def claim(
    model: type[Row], name: Mapping[str, Any], fresh: Mapping[str, Any], oldest: datetime
) -> tuple[Row, bool]:
    """Insert a row under its unique name, or give the one that has it; say whether it is new.

    `name` holds the columns of a unique index; `fresh` all others, `created_at` among them.
    Waits for a transaction that has claimed the name and not ended. Where that one fails, and
    where the row is older than `oldest`, the name is claimed anew with the values of `fresh`.
    """
    made_at = model.__table__.c.created_at
    new = db.session.scalar(
        insert(model)
        .values(**name, **fresh)
        .on_conflict_do_update(index_elements=list(name), set_=dict(fresh), where=made_at < oldest)
        .returning(model),
        execution_options={"populate_existing": True},
    )
    if new is not None:
        return new, True
    found = select(model).filter_by(**name).execution_options(populate_existing=True)
    # A row that was purged between the two is claimed by the next try.
    known = db.session.scalar(found)
    return (known, False) if known is not None else claim(model, name, fresh, oldest)
