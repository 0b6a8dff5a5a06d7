"""Messages of errors that an operator can correct: one line with the problem and its correction."""

from collections.abc import Callable
from typing import Any

MIGRATE = (
    "The database has no tables yet, or older ones: run `grandequipe migrate` first, "
    "or name the folder where your data are with --data."
)

NEWER = "the database is of a newer version of Grande Équipe, install that version."


def explain(error: BaseException) -> str | None:
    """Return the line for an error that an operator can correct, None for any other."""
    kinds = _kinds(error)
    message = next((each for kind, each in EXPLANATIONS.items() if kind in kinds), None)
    return _one_line(message(error)) if message else None


def _kinds(error: BaseException) -> set[str]:
    return {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _usage(error: Any) -> str:
    command = error.ctx.command_path if error.ctx else "grandequipe"
    return f"{error.format_message()} See `{command} --help`."


def _database(error: Any) -> str:
    if LOCKED in _kinds(error.orig):
        return "A table is in use by something long, such as a backup: try again once it is done."
    reason = str(error.orig).splitlines()[0] if error.orig else str(error)
    return f"The database does not answer ({reason}): check DATABASE_URL and that it runs."


def _fields(error: Any) -> str:
    return " ".join(f"{field}: {message}" for field, message in error.errors.items())


def _file(error: Any) -> str:
    where = error.filename or "A file"
    return f"{where} cannot be used ({error.strerror or error}): check that it exists and is yours."


# By class name, so that no library is loaded for its errors. The first match counts.
LOCKED = "psycopg.errors.LockNotAvailable"
EXPLANATIONS: dict[str, Callable[[Any], Any]] = {
    "click.exceptions.UsageError": _usage,
    "click.exceptions.ClickException": lambda error: error.format_message(),
    "grandequipe.config.ConfigurationError": str,
    "grandequipe.cli.application.EmbeddedMissing": str,
    "grandequipe.cli.application.NoData": str,
    "grandequipe.embedded.errors.OperatorError": str,
    "grandequipe.migrations.online.RowsOutsideRule": str,
    "sqlalchemy.exc.OperationalError": _database,
    "sqlalchemy.exc.ProgrammingError": lambda _: MIGRATE,
    "alembic.util.exc.CommandError": lambda error: f"The schema cannot be read ({error}): {NEWER}",
    "redis.exceptions.RedisError": lambda error: (
        f"Redis does not answer ({error}): check REDIS_URL and that it runs."
    ),
    "grandequipe.core.errors.Invalid": _fields,
    "grandequipe.core.errors.Refused": lambda error: error.message,
    "grandequipe.core.errors.NotFound": lambda _: "There is no such thing.",
    "builtins.OSError": _file,
}
