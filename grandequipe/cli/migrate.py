"""`grandequipe migrate`: the schema."""

import click
from flask_migrate import upgrade

from grandequipe.cli.application import MIGRATIONS, with_application


@click.command()
@with_application
def migrate() -> None:
    """Bring the schema up to date; safe to run twice, and by two at once."""
    upgrade(MIGRATIONS)
    click.echo("The schema is up to date.")
