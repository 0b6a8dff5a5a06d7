"""`grandequipe digests`: sending digests, and resolving uncertain ones."""

from datetime import datetime

import click

from grandequipe.cli.application import with_application
from grandequipe.cli.options import ARRIVED_METAVAR, Instant, arrived_option

STATES = ("claimed", "sending", "sent", "empty", "uncertain", "failed")


@click.group()
def digests() -> None:
    """Send digests, and resolve uncertain ones."""


@digests.command()
@click.option("--at", type=Instant(), help="Send what is due at that instant. [default: now]")
@click.option("--member", "email", metavar="EMAIL", help="Send to this member only.")
@with_application
def send(at: datetime | None, email: str | None) -> None:
    """Send every digest that is due; running it twice sends nothing twice."""
    from grandequipe.cli.actions import digests as actions

    actions.send(at, email)


@digests.command()
@click.option("--at", type=Instant(), required=True, help="Note what was due until that instant.")
@click.option("--member", "email", metavar="EMAIL", help="Note this member's only.")
@with_application
def skip(at: datetime, email: str | None) -> None:
    """Note digests as sent and send none: after a restore, those sent since the backup."""
    from grandequipe.cli.actions import digests as actions

    actions.skip(at, email)


@digests.command(name="list")
@click.option("--state", type=click.Choice(STATES))
@with_application
def show(state: str | None) -> None:
    """List digests with their state, newest first."""
    from grandequipe.cli.actions import digests as actions

    actions.show(state)


@digests.command(options_metavar=ARRIVED_METAVAR)
@click.argument("digest_id", metavar="ID", type=int)
@arrived_option("The member has it, or it is to be sent again.")
@with_application
def resolve(digest_id: int, arrived: bool) -> None:
    """Resolve an uncertain digest: it arrived, or it is to be sent again."""
    from grandequipe.cli.actions import digests as actions

    actions.resolve_digest(digest_id, arrived=arrived)
