"""`grandequipe digests`: sending digests, and resolving uncertain ones."""

from datetime import UTC, datetime

import click

from grandequipe.cli.application import with_application

STATES = ("claimed", "sending", "sent", "empty", "uncertain", "failed")


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; one without an offset is in UTC."""

    name = "ISO8601"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Parse the value, or fail with an example."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no instant: write it like 2026-11-30T08:00+01:00.", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


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


def require_answer(ctx: click.Context, _param: click.Parameter, arrived: bool | None) -> bool:
    """Refuse before the application starts, naming both options: click names only the first."""
    if arrived is None:
        answers = "--arrived if it was delivered, --not-arrived to send it again."
        raise click.UsageError(f"Say what became of it: {answers}", ctx)
    return arrived


@digests.command(options_metavar="(--arrived | --not-arrived) [OPTIONS]")
@click.argument("digest_id", metavar="ID", type=int)
@click.option(
    "--arrived/--not-arrived",
    default=None,
    callback=require_answer,
    help="The member has it, or it is to be sent again.",
)
@with_application
def resolve(digest_id: int, arrived: bool) -> None:
    """Resolve an uncertain digest: it arrived, or it is to be sent again."""
    from grandequipe.cli.actions import digests as actions

    actions.resolve_digest(digest_id, arrived=arrived)
