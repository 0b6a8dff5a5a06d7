"""What `grandequipe mails …` does, once the application is loaded."""

from collections.abc import Sequence
from datetime import datetime

import click

from grandequipe.cli.actions.tables import write_table
from grandequipe.core.mail import MailState, OutgoingMail, outbox, suppression
from grandequipe.core.mail.queries import list_mails
from grandequipe.core.transactions import atomic

COLUMNS = ("id", "state", "kind", "created", "sent", "recipient", "message", "error")


def show(state: str | None) -> None:
    """List mails, newest first."""
    write_table(COLUMNS, map(_row_of, list_mails(MailState(state) if state else None)))


def resolve(mail_id: int, *, arrived: bool) -> None:
    """Write down what became of an uncertain mail."""
    with atomic():
        outbox.resolve(mail_id, arrived=arrived)
    click.echo("Noted: it arrived." if arrived else "Noted: it will be sent again.")


def skip(before: datetime) -> None:
    """Cancel the mails that wait since before an instant."""
    with atomic():
        number = outbox.cancel_written_before(before)
    click.echo(f"Noted: {number} mails will not be sent.")


def suppress(address: str, reason: str) -> None:
    """Suppress an address."""
    with atomic():
        suppression.suppress(address, reason)
    click.echo(f"Noted: {address} will get no more mail.")


def unsuppress(address: str) -> None:
    """Let an address have mail again."""
    with atomic():
        was_suppressed = suppression.unsuppress(address)
    if not was_suppressed:
        raise click.ClickException(f"{address} is not suppressed: check its spelling.")
    click.echo(f"Noted: {address} gets mail again.")


def suppressed() -> None:
    """List the suppressed addresses."""
    for each in suppression.list_suppressed():
        click.echo(f"{each.address}\t{each.at.isoformat(timespec='minutes')}\t{each.reason}")


def _row_of(mail: OutgoingMail) -> Sequence[object]:
    return (
        mail.id,
        mail.state.value,
        mail.kind,
        mail.created_at,
        mail.sent_at,
        mail.recipient or None,
        mail.message_id,
        mail.error,
    )
