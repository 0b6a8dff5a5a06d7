"""`grandequipe mails`: what became of each mail, and the addresses that get none."""

from datetime import datetime

import click

from grandequipe.cli.application import with_application
from grandequipe.cli.options import ARRIVED_METAVAR, Instant, arrived_option

STATES = ("pending", "sending", "sent", "failed", "uncertain", "cancelled")


@click.group()
def mails() -> None:
    """Show the mails of the outbox, resolve uncertain ones, suppress addresses."""


@mails.command()
@click.option("--state", type=click.Choice(STATES))
@with_application
def show(state: str | None) -> None:
    """List mails, newest first: what became of each."""
    from grandequipe.cli.actions import mails as actions

    actions.show(state)


@mails.command(options_metavar=ARRIVED_METAVAR)
@click.argument("mail_id", metavar="ID", type=int)
@arrived_option("It has arrived, or it is to be sent again.")
@with_application
def resolve(mail_id: int, arrived: bool) -> None:
    """Say what became of an uncertain mail: it arrived, or it is to be sent again."""
    from grandequipe.cli.actions import mails as actions

    actions.resolve(mail_id, arrived=arrived)


@mails.command()
@click.option("--before", type=Instant(), required=True, help="Cancel what was written until then.")
@with_application
def skip(before: datetime) -> None:
    """Cancel pending mails other than digests: after a restore, those sent since the backup."""
    from grandequipe.cli.actions import mails as actions

    actions.skip(before)


@mails.command()
@click.argument("address", metavar="ADDRESS")
@click.option("--reason", required=True, help="Why it gets no mail any more, for later.")
@with_application
def suppress(address: str, reason: str) -> None:
    """Send no mail to an address any more."""
    from grandequipe.cli.actions import mails as actions

    actions.suppress(address, reason)


@mails.command()
@click.argument("address", metavar="ADDRESS")
@with_application
def unsuppress(address: str) -> None:
    """Send mail to an address again, and forget that it was refused."""
    from grandequipe.cli.actions import mails as actions

    actions.unsuppress(address)


@mails.command()
@with_application
def suppressed() -> None:
    """List the addresses that get no mail, newest first."""
    from grandequipe.cli.actions import mails as actions

    actions.suppressed()
