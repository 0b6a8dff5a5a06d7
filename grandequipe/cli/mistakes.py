"""Say in one line what is wrong and how to mend it, for what an operator can mend."""

from collections.abc import Callable
from typing import Any

import click
import redis
from alembic.util import CommandError
from psycopg.errors import LockNotAvailable
from sqlalchemy import exc

from grandequipe.cli.application import EmbeddedMissing, NoData
from grandequipe.config import ConfigurationError
from grandequipe.core.errors import Invalid, NotFound, Refused

MIGRATE = (
    "The database has no tables yet, or older ones: run `grandequipe migrate` first, "
    "or name the folder where your data are with --data."
)

NEWER = "the database is of a newer version of Grande Équipe, install that version."


def explain(error: BaseException) -> str | None:
    """Give the line for a mistake of the operator's, None for a mistake of ours."""
    for kind, words in EXPLANATIONS:
        if isinstance(error, kind):
            return _one_line(words(error))
    if type(error).__name__ == "OperatorError":  # embedded may not be installed
        return _one_line(str(error))
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _usage(error: Any) -> str:
    command = error.ctx.command_path if error.ctx else "grandequipe"
    return f"{error.format_message()} See `{command} --help`."


def _database(error: Any) -> str:
    if isinstance(error.orig, LockNotAvailable):
        return "A table is in use by something long, such as a backup: try again once it is done."
    reason = str(error.orig).splitlines()[0] if error.orig else str(error)
    return f"The database does not answer ({reason}): check DATABASE_URL and that it runs."


def _fields(error: Any) -> str:
    return " ".join(f"{field}: {message}" for field, message in error.errors.items())


def _file(error: Any) -> str:
    where = error.filename or "A file"
    return f"{where} cannot be used ({error.strerror or error}): check that it exists and is yours."


EXPLANATIONS: list[tuple[type[BaseException], Callable[[Any], Any]]] = [
    (click.UsageError, _usage),
    (click.ClickException, lambda error: error.format_message()),
    (ConfigurationError, str),
    (EmbeddedMissing, str),
    (NoData, str),
    (exc.OperationalError, _database),
    (exc.ProgrammingError, lambda _: MIGRATE),
    (CommandError, lambda error: f"The schema cannot be read ({error}): {NEWER}"),
    (
        redis.RedisError,
        lambda error: f"Redis does not answer ({error}): check REDIS_URL and that it runs.",
    ),
    (Invalid, _fields),
    (Refused, lambda error: error.message),
    (NotFound, lambda _: "There is no such thing."),
    (OSError, _file),
]
