"""How Alembic reaches the database of the current application, or the one it is connected to.

A program that migrates another database gives its connection (`config.attributes["connection"]`).
"""

from contextlib import nullcontext

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
LOCK = 4_115_097


def run() -> None:
    """Bring the schema up to date in one transaction; two who migrate at once take turns."""
    given = context.config.attributes.get("connection")
    with nullcontext(given) if given is not None else database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_object=_is_ours,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            context.run_migrations()


def _is_ours(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


run()
