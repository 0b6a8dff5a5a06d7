"""`grandequipe doctor`: checks of the installation."""

import click

from grandequipe.cli.application import with_application

CHECKS = (
    "database",
    "schema",
    "redis",
    "mail",
    "uploads",
    "scanner",
    "worker",
    "beat",
    "outbox",
    "legal",
)


@click.command()
@click.option("--only", type=click.Choice(CHECKS), help="Check one thing.")
@with_application
def doctor(only: str | None) -> None:
    """Say what is wrong with settings, database, Redis, mail, worker, beat, legal notice…"""
    from grandequipe.cli.actions.doctor import examine

    examine((only,) if only else CHECKS)
