"""Sending, listing and resolving digests."""

from collections import Counter
from datetime import datetime

import click

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Digest, DigestState
from grandequipe.digests.queries import list_digests
from grandequipe.digests.services import resolve
from grandequipe.digests.tasks import note_sent, send_due
from grandequipe.members.queries import find_member_by_email

COLUMNS = ("id", "state", "period", "due", "sent", "member", "message", "error")
REPORTED = (DigestState.SENT, DigestState.EMPTY, DigestState.UNCERTAIN)


def send(at: datetime | None, email: str | None) -> None:
    """Send the digests due at an instant (default: now), and write how many got which state."""
    _require_account(email)
    outcomes = Counter(send_due(at or clock.now(), email))
    words = [f"{outcomes[state]} {state.value}" for state in REPORTED]
    if outcomes[DigestState.FAILED]:
        words.append(f"{outcomes[DigestState.FAILED]} refused by the mail server")
    if outcomes[DigestState.CLAIMED]:
        words.append(f"{outcomes[DigestState.CLAIMED]} to be tried again")
    click.echo(", ".join(words))


def skip(at: datetime, email: str | None) -> None:
    """Note the digests due until an instant as sent."""
    _require_account(email)
    outcomes = Counter(note_sent(at, email))
    click.echo(f"{outcomes[DigestState.SENT]} noted as sent, {outcomes[DigestState.EMPTY]} empty")


def show(state: str | None) -> None:
    """Write a table of digests, newest first, of one state or of all."""
    click.echo("\t".join(COLUMNS))
    for digest in list_digests(DigestState(state) if state else None):
        click.echo(_line_of(digest))


def resolve_digest(digest_id: int, *, arrived: bool) -> None:
    """Note whether an uncertain digest arrived."""
    with atomic():
        resolve(digest_id, arrived=arrived)
    click.echo("Noted: it arrived." if arrived else "Noted: it will be sent again.")


def _require_account(email: str | None) -> None:
    if email is not None and find_member_by_email(email) is None:
        raise click.ClickException(f"No account has the address {email}: check its spelling.")


def _line_of(digest: Digest) -> str:
    words = [
        str(digest.id),
        digest.state.value,
        digest.period,
        digest.due_at.isoformat(timespec="minutes"),
        digest.sent_at.isoformat(timespec="seconds") if digest.sent_at else "-",
        digest.member.email,
        digest.message_id or "-",
        digest.error,
    ]
    return "\t".join(words).rstrip()
