"""Running the checks of `grandequipe doctor`."""

import os
from collections.abc import Sequence

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from grandequipe.cli.actions.checks import CHECKS, WARNINGS, Check
from grandequipe.config import Settings


def examine(wanted: Sequence[str]) -> None:
    """Run the checks with these names, a line for each; raise ClickException if one fails."""
    settings: Settings = current_app.config["SETTINGS"]
    unknown = Settings.list_unknown(os.environ)
    click.echo(f"settings: {' '.join(unknown) or 'fine'}")
    failed = bool(unknown) + sum(not _passes(name, CHECKS[name], settings) for name in wanted)
    if failed:
        raise click.ClickException(f"{failed} of {len(wanted) + 1} checks failed, see above.")


def _passes(name: str, check: Check, settings: Settings) -> bool:
    try:
        problem = check(settings)
    except SQLAlchemyError:
        problem = "cannot be looked at until the database answers."
    warning = "warning, " if problem and name in WARNINGS else ""
    click.echo(f"{name}: {warning}{' '.join(problem.split()) if problem else 'fine'}")
    return problem is None or name in WARNINGS
