"""How Alembic reaches the database of the current application, or the one it is connected to.

A program that migrates another database gives its connection (`config.attributes["connection"]`),
which is in no transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import sleep

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from grandequipe.core.events.partitions import IS_PARTITION

database = current_app.extensions["migrate"].db
LOCK = 4_115_097
BETWEEN_LOOKS = 0.2


def run() -> None:
    """Bring the schema up to date, each migration by itself; two who migrate at once take turns."""
    shared_connection = context.config.attributes.get("connection")
    with (
        nullcontext(shared_connection)
        if shared_connection is not None
        else database.engine.connect() as connection,
        _turn(connection),
    ):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=_is_ours,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _turn(connection: Connection) -> Iterator[None]:
    """Wait until nobody else migrates; the others wait until the end of the block.

    A session's lock, for migrations commit on their way. A waiting process asks again and again: one who
    waited within a statement would be waited for by CREATE INDEX CONCURRENTLY, and neither go on.
    """
    while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LOCK})").scalar():
        connection.commit()
        sleep(BETWEEN_LOOKS)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
        connection.commit()


def _is_ours(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    is_other = kind == "table" and name is not None
    return not (is_other and (name == "alembic_version" or IS_PARTITION.fullmatch(name)))


run()
