"""Changing the schema of a site that is in use.

ALTER TABLE waits until nobody uses the table, and who comes meanwhile waits behind it. So each
statement here is a transaction of its own, which locks one table, gives up after LONGEST_WAIT so
that the others pass, and is tried again. What is done stays done where a later statement fails:
each function passes over what it finds done, and the migration is run again.
"""

from collections.abc import Sequence
from time import sleep
from typing import Any

from alembic import op
from psycopg.errors import CheckViolation, DeadlockDetected, LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

# More than the second after which PostgreSQL sends its own vacuum away for us.
LONGEST_WAIT = "2s"
WITHOUT_END = "0"
TRIES = 20
PAUSE_SECONDS = 0.5
MANY = 1000

# Rows that are named to the operator, who finds the others by the condition.
MOST_NAMED = 5

KEY = text(
    "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)"
    " WHERE indisprimary AND indrelid = CAST(:table AS regclass) ORDER BY attnum"
)
HAS_CONSTRAINT = text(
    "SELECT EXISTS (SELECT FROM pg_constraint"
    " WHERE conrelid = CAST(:table AS regclass) AND conname = :name)"
)
HAS_INDEX = text(
    "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(:name) AND indisvalid)"
)


class RowsOutsideRule(Exception):
    """Say to an operator which rows the new version does not accept, and how to go on."""

    def __init__(
        self, table: str, rule: str, columns: str, keys: Sequence[tuple[object, ...]]
    ) -> None:
        named = "; ".join(", ".join(map(str, key)) for key in keys[:MOST_NAMED])
        more = " and others" if len(keys) > MOST_NAMED else ""
        condition = rule.strip().removeprefix("(").removesuffix(")")
        super().__init__(
            f'The new version accepts only rows of the table "{table}" of which this is true:'
            f" {condition}. It is not of those with {columns} = {named}{more}."
            " Correct these rows in the database, or delete them, and run `grandequipe migrate`"
            " again: it goes on from here."
        )


def execute(statement: str, *, wait: str = LONGEST_WAIT, **values: Any) -> Any:
    """Run a statement in a transaction of its own; give the first value that it answers.

    Raises OperationalError where the table is in use for all of the tries.
    """
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        connection.execute(text(f"SET lock_timeout = '{wait}'"))
        try:
            for _try in range(TRIES - 1):
                try:
                    return _answer(connection, statement, values)
                except OperationalError as error:
                    if not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                        raise
                sleep(PAUSE_SECONDS)
            return _answer(connection, statement, values)
        finally:
            if not connection.invalidated:
                connection.execute(text("RESET lock_timeout"))


def add_column(table: str, column: str, definition: str) -> None:
    """Add a column; it must be nullable, or have a constant for a default, so that no row is written."""
    execute(f'ALTER TABLE "{table}" ADD COLUMN IF NOT EXISTS "{column}" {definition}')


def drop_column(table: str, column: str) -> None:
    """Drop a column with the indexes and constraints that name it."""
    execute(f'ALTER TABLE "{table}" DROP COLUMN IF EXISTS "{column}"')


def add_constraint(table: str, name: str, rule: str) -> None:
    """Have a CHECK or FOREIGN KEY hold from now on, then look at the rows while others write.

    Raises RowsOutsideRule where rows break a CHECK; it is taken back, and the site goes on.
    """
    if not op.get_bind().scalar(HAS_CONSTRAINT, {"table": f'"{table}"', "name": name}):
        execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {rule} NOT VALID')
    try:
        execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')
    except IntegrityError as error:
        if not isinstance(error.orig, CheckViolation):
            raise
        drop_constraint(table, name)
        require_rows(table, rule.removeprefix("CHECK "))
        raise


def require_rows(table: str, rule: str) -> None:
    """Raise RowsOutsideRule where a condition is false of rows of a table."""
    connection = op.get_bind()
    columns = ", ".join(f'"{name}"' for name in connection.scalars(KEY, {"table": f'"{table}"'}))
    broken = f'SELECT {columns} FROM "{table}" WHERE NOT ({rule}) ORDER BY {columns} LIMIT :many'
    keys = connection.execute(text(broken), {"many": MOST_NAMED + 1}).all()
    if keys:
        raise RowsOutsideRule(table, rule, columns, [tuple(key) for key in keys])


def drop_constraint(table: str, name: str) -> None:
    """Let a rule go."""
    execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')


def create_index(
    name: str,
    table: str,
    columns: str,
    where: str | None = None,
    *,
    is_unique: bool = False,
) -> None:
    """Make an index while others write; it waits for their transactions, and they not for it."""
    if op.get_bind().scalar(HAS_INDEX, {"name": name}):
        return
    drop_index(name)  # one that was left half made
    condition = f" WHERE {where}" if where else ""
    kind = "UNIQUE INDEX" if is_unique else "INDEX"
    execute(
        f'CREATE {kind} CONCURRENTLY "{name}" ON "{table}" ({columns}){condition}', wait=WITHOUT_END
    )


def drop_index(name: str) -> None:
    """Drop an index while others read."""
    execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"', wait=WITHOUT_END)


def write_in_batches(statement: str) -> None:
    """Write old rows, some at a time: `:many` of those whose id is above `:after`, by their id.

    The statement answers the highest id that it came to, NULL where there was none.
    """
    after = 0
    while after is not None:
        after = execute(statement, after=after, many=MANY)


def _answer(connection: Any, statement: str, values: dict[str, Any]) -> Any:
    result = connection.execute(text(statement), values)
    return result.scalar() if result.returns_rows else None
