"""`grandequipe migrate`: the schema, and what every site knows from the start."""

import click
from alembic import command
from flask import current_app

from grandequipe.cli.application import MIGRATIONS, with_new_application
from grandequipe.core.transactions import atomic
from grandequipe.nomenclatures.services import load_nomenclatures


@click.command()
@with_new_application
def migrate() -> None:
    """Bring the schema up to date; safe to run twice."""
    bring_up_to_date()
    click.echo("The schema is up to date.")


def bring_up_to_date() -> None:
    """Run the migrations, then bring themes and territories up to date."""
    # Not flask_migrate.upgrade, which ends the process instead of saying what is wrong.
    command.upgrade(current_app.extensions["migrate"].migrate.get_config(MIGRATIONS), "head")
    with atomic():
        load_nomenclatures()
