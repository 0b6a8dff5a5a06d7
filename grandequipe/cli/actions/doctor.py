"""Run the doctor's checks, and say what each has found."""

import os
from collections.abc import Sequence

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from grandequipe.cli.actions.checks import CHECKS, WARNINGS, Check
from grandequipe.config import Settings


def examine(wanted: Sequence[str]) -> None:
    """Run the checks of these names, a line for each; raise where one fails."""
    settings: Settings = current_app.config["SETTINGS"]
    unknown = Settings.list_unknown(os.environ)
    click.echo(f"settings: {' '.join(unknown) or 'fine'}")
    wrong = bool(unknown) + sum(not _passes(name, CHECKS[name], settings) for name in wanted)
    if wrong:
        raise click.ClickException(f"{wrong} of {len(wanted) + 1} checks failed, see above.")


def _passes(name: str, check: Check, settings: Settings) -> bool:
    try:
        trouble = check(settings)
    except SQLAlchemyError:
        trouble = "cannot be looked at until the database answers."
    warning = "warning, " if trouble and name in WARNINGS else ""
    click.echo(f"{name}: {warning}{' '.join(trouble.split()) if trouble else 'fine'}")
    return trouble is None or name in WARNINGS
