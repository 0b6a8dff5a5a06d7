"""`grandequipe doctor`: what is wrong, in plain words."""

import os

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from grandequipe.cli.application import with_application
from grandequipe.cli.checks import CHECKS, WARNINGS, Check
from grandequipe.config import Settings


@click.command()
@click.option("--only", type=click.Choice(list(CHECKS)), help="Check one thing.")
@with_application
def doctor(only: str | None) -> None:
    """Say what is wrong with settings, database, Redis, mail, worker, beat, legal notice…"""
    settings: Settings = current_app.config["SETTINGS"]
    wanted = {only: CHECKS[only]} if only else CHECKS
    unknown = Settings.list_unknown(os.environ)
    click.echo(f"settings: {' '.join(unknown) or 'fine'}")
    wrong = bool(unknown) + sum(
        not _passes(name, check, settings) for name, check in wanted.items()
    )
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
