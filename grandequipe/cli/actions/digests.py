"""Sending, listing and resolving digests."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import click

from grandequipe.cli.actions.mails import resolve
from grandequipe.cli.actions.tables import write_table
from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.mail import MailState
from grandequipe.digests.models import Digest
from grandequipe.digests.queries import find_digest, list_digests
from grandequipe.digests.tasks import note_sent, send_due
from grandequipe.members.queries import find_member_by_email

COLUMNS = ("id", "state", "period", "due", "sent", "member", "message", "error")
# What a digest's mail is, in the words of this command.
WORDS = {MailState.PENDING: "claimed", MailState.CANCELLED: "empty"}
STATES = {WORDS.get(state, state.value): state for state in MailState}
REPORTED = ("sent", "empty", "uncertain")


def send(at: datetime | None, email: str | None) -> None:
    """Send the digests due at an instant (default: now), and write how many got which state."""
    _require_account(email)
    outcomes = Counter(send_due(at or clock.now(), email))
    words = [f"{outcomes[STATES[word]]} {word}" for word in REPORTED]
    if outcomes[MailState.FAILED]:
        words.append(f"{outcomes[MailState.FAILED]} refused by the mail server")
    if outcomes[MailState.PENDING]:
        words.append(f"{outcomes[MailState.PENDING]} to be tried again")
    click.echo(", ".join(words))


def skip(at: datetime, email: str | None) -> None:
    """Note the digests due until an instant as sent."""
    _require_account(email)
    outcomes = Counter(note_sent(at, email))
    click.echo(f"{outcomes[MailState.SENT]} noted as sent, {outcomes[MailState.CANCELLED]} empty")


def show(state: str | None) -> None:
    """Write a table of digests, newest first, of one state or of all."""
    write_table(COLUMNS, map(_row_of, list_digests(STATES[state] if state else None)))


def resolve_digest(digest_id: int, *, arrived: bool) -> None:
    """Note whether an uncertain digest arrived."""
    digest = find_digest(digest_id)
    if digest is None:
        raise NotFound
    resolve(digest.mail_id, arrived=arrived)


def _require_account(email: str | None) -> None:
    if email is not None and find_member_by_email(email) is None:
        raise click.ClickException(f"No account has the address {email}: check its spelling.")


def _row_of(digest: Digest) -> Sequence[object]:
    return (
        digest.id,
        WORDS.get(digest.state, digest.state.value),
        digest.period,
        digest.due_at.isoformat(timespec="minutes"),
        digest.mail.sent_at,
        digest.member.email,
        digest.mail.message_id,
        digest.mail.error,
    )
