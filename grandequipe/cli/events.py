"""`grandequipe events`: handlers that failed, and handlers that are given the past."""

from datetime import datetime

import click

from grandequipe.cli.application import with_application
from grandequipe.cli.options import Instant


@click.group()
def events() -> None:
    """List and retry handlers that failed, or give a handler the past."""


@events.command()
@click.option("--all", "is_all", is_flag=True, help="List those that are still tried, too.")
@with_application
def failed(is_all: bool) -> None:
    """List handlers that failed for a day and are set aside."""
    from grandequipe.cli.actions import events as actions

    actions.show_failed(is_all)


@events.command()
@click.argument("handler", required=False)
@with_application
def retry(handler: str | None) -> None:
    """Run again what is set aside: of one handler, or all."""
    from grandequipe.cli.actions import events as actions

    actions.retry(handler)


@events.command()
@click.argument("handler")
@click.option("--since", type=Instant(), help="Leave out events before that instant.")
@with_application
def replay(handler: str, since: datetime | None) -> None:
    """Give a handler all stored events of its kinds, handled before or not."""
    from grandequipe.cli.actions import events as actions

    actions.replay(handler, since)
