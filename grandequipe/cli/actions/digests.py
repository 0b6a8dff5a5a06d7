"""Send letters, list them, and settle those in doubt."""

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
    """Send what is due at that instant, or now, and say what became of it."""
    _must_be_known(email)
    became = Counter(send_due(at or clock.now(), email))
    words = [f"{became[state]} {state.value}" for state in REPORTED]
    if became[DigestState.FAILED]:
        words.append(f"{became[DigestState.FAILED]} refused by the mail server")
    if became[DigestState.CLAIMED]:
        words.append(f"{became[DigestState.CLAIMED]} to be tried again")
    click.echo(", ".join(words))


def skip(at: datetime, email: str | None) -> None:
    """Note what was due until that instant as sent."""
    _must_be_known(email)
    became = Counter(note_sent(at, email))
    click.echo(f"{became[DigestState.SENT]} noted as sent, {became[DigestState.EMPTY]} empty")


def show(state: str | None) -> None:
    """Write a table of letters, newest first, of one state if it is given."""
    click.echo("\t".join(COLUMNS))
    for digest in list_digests(DigestState(state) if state else None):
        click.echo(_line_of(digest))


def settle(digest_id: int, *, arrived: bool) -> None:
    """Note what became of a letter in doubt."""
    with atomic():
        resolve(digest_id, arrived=arrived)
    click.echo("Noted: it arrived." if arrived else "Noted: it will be sent again.")


def _must_be_known(email: str | None) -> None:
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
