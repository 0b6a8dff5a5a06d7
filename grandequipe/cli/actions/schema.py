"""Bring the schema up to date, or back to an earlier one."""

from alembic import command
from alembic.config import Config
from flask import current_app

from grandequipe.cli.application import MIGRATIONS
from grandequipe.core.transactions import atomic
from grandequipe.taxonomies.services import load_taxonomies


def bring_up_to_date() -> None:
    """Run the migrations, then load themes and territories."""
    # Not flask_migrate.upgrade, which exits the process on an error instead of raising it.
    command.upgrade(_config(), "head")
    with atomic():
        load_taxonomies()


def go_back_to(number: str) -> None:
    """Downgrade the schema to a migration, such as "0007"."""
    command.downgrade(_config(), number)


def _config() -> Config:
    """Return Alembic's configuration."""
    return current_app.extensions["migrate"].migrate.get_config(MIGRATIONS)
