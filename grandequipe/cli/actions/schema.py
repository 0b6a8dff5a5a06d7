"""Bring the schema up to date, or back to an earlier one."""

from alembic import command
from alembic.config import Config
from flask import current_app

from grandequipe.cli.application import MIGRATIONS
from grandequipe.core.transactions import atomic
from grandequipe.taxonomies.services import load_taxonomies


def bring_up_to_date() -> None:
    """Run the migrations, then bring themes and territories up to date."""
    # Not flask_migrate.upgrade, which ends the process instead of saying what is wrong.
    command.upgrade(_config(), "head")
    with atomic():
        load_taxonomies()


def go_back_to(number: str) -> None:
    """Undo the migrations after this one."""
    command.downgrade(_config(), number)


def _config() -> Config:
    """Say to Alembic where the migrations are."""
    return current_app.extensions["migrate"].migrate.get_config(MIGRATIONS)
