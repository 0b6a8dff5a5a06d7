"""`grandequipe digests`: letters that are due, and letters in doubt."""

from collections import Counter
from datetime import UTC, datetime

import click

from grandequipe.cli.application import with_application
from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Digest, DigestState
from grandequipe.digests.queries import list_digests
from grandequipe.digests.services import resolve as resolve_doubt
from grandequipe.digests.tasks import note_sent, send_due
from grandequipe.members.queries import find_member_by_email

COLUMNS = ("id", "state", "period", "due", "sent", "member", "message", "error")
REPORTED = (DigestState.SENT, DigestState.EMPTY, DigestState.UNCERTAIN)


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; one without an offset is in UTC."""

    name = "ISO8601"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it, or say how to write it."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no instant: write it like 2026-11-30T08:00+01:00.", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


@click.group()
def digests() -> None:
    """Send letters, and settle those in doubt."""


@digests.command()
@click.option("--at", type=Instant(), help="Send what is due at that instant. [default: now]")
@click.option("--member", "email", metavar="EMAIL", help="Send to this member only.")
@with_application
def send(at: datetime | None, email: str | None) -> None:
    """Send every letter that is due; running it twice sends nothing twice."""
    _must_be_known(email)
    became = Counter(send_due(at or clock.now(), email))
    words = [f"{became[state]} {state.value}" for state in REPORTED]
    if became[DigestState.FAILED]:
        words.append(f"{became[DigestState.FAILED]} refused by the mail server")
    if became[DigestState.CLAIMED]:
        words.append(f"{became[DigestState.CLAIMED]} to be tried again")
    click.echo(", ".join(words))


@digests.command()
@click.option("--at", type=Instant(), required=True, help="Note what was due until that instant.")
@click.option("--member", "email", metavar="EMAIL", help="Note this member's only.")
@with_application
def skip(at: datetime, email: str | None) -> None:
    """Note letters as sent and send none: after a restore, what left since the backup."""
    _must_be_known(email)
    became = Counter(note_sent(at, email))
    click.echo(f"{became[DigestState.SENT]} noted as sent, {became[DigestState.EMPTY]} empty")


@digests.command(name="list")
@click.option("--state", type=click.Choice([state.value for state in DigestState]))
@with_application
def show(state: str | None) -> None:
    """List letters, newest first: what became of each."""
    click.echo("\t".join(COLUMNS))
    for digest in list_digests(DigestState(state) if state else None):
        click.echo(_line_of(digest))


def _must_be_said(ctx: click.Context, _param: click.Parameter, arrived: bool | None) -> bool:
    """Refuse before anything starts, naming both answers: click names the first."""
    if arrived is None:
        answers = "--arrived if the member has it, --not-arrived to send it again."
        raise click.UsageError(f"Say what became of it: {answers}", ctx)
    return arrived


@digests.command(options_metavar="(--arrived | --not-arrived) [OPTIONS]")
@click.argument("digest_id", metavar="ID", type=int)
@click.option(
    "--arrived/--not-arrived",
    default=None,
    callback=_must_be_said,
    help="The member has it, or it is to be sent again.",
)
@with_application
def resolve(digest_id: int, arrived: bool) -> None:
    """Say what became of a letter in doubt: it arrived, or it is to be sent again."""
    with atomic():
        resolve_doubt(digest_id, arrived=arrived)
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
