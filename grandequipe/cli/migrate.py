"""`grandequipe migrate`: the schema, and what every site knows from the start."""

import click
from alembic import command
from alembic.config import Config
from flask import current_app

from grandequipe.cli.application import MIGRATIONS, with_new_application
from grandequipe.core.transactions import atomic
from grandequipe.taxonomies.services import load_taxonomies


@click.command()
@click.option("--back-to", metavar="NUMBER", help="Go back to an earlier schema, such as 0007.")
@with_new_application
def migrate(back_to: str | None) -> None:
    """Bring the schema up to date; safe to run twice."""
    if back_to is None:
        bring_up_to_date()
        click.echo("The schema is up to date.")
    else:
        command.downgrade(alembic_config(), back_to)
        click.echo(f"The schema is that of {back_to}.")


def bring_up_to_date() -> None:
    """Run the migrations, then bring themes and territories up to date."""
    # Not flask_migrate.upgrade, which ends the process instead of saying what is wrong.
    command.upgrade(alembic_config(), "head")
    with atomic():
        load_taxonomies()


def alembic_config() -> Config:
    """Say to Alembic where the migrations are."""
    return current_app.extensions["migrate"].migrate.get_config(MIGRATIONS)
