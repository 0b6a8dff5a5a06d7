"""List handlers that failed, run them again, and give a handler the past."""

from collections.abc import Sequence
from datetime import datetime

import click

from grandequipe.cli.actions.tables import write_table
from grandequipe.core.events import HandlerFailure
from grandequipe.core.events.dispatch import list_handlers, replay as replay_batch, retry_failed
from grandequipe.core.events.queries import list_failures
from grandequipe.core.transactions import atomic

COLUMNS = ("event", "kind", "handler", "tries", "since", "next try", "error")


def show_failed(is_all: bool) -> None:
    """Write a table of what is set aside, or of all that failed."""
    failures = list_failures(None if is_all else True)
    write_table(COLUMNS, (_row_of(failure, kind) for failure, kind in failures))


def retry(handler: str | None) -> None:
    """Have what is set aside tried again, of one handler or all, and say how much."""
    if handler is not None:
        _must_exist(handler)
    with atomic():
        number = retry_failed(handler)
    click.echo(f"{number} to be tried again")


def replay(handler: str, since: datetime | None) -> None:
    """Have a handler handle all stored events of its kinds, and say how many."""
    _must_exist(handler)
    number, after = 0, 0
    while event_ids := _replay_some(handler, since, after):
        number, after = number + len(event_ids), event_ids[-1]
    click.echo(f"{number} to be handled by {handler}")


def _replay_some(handler: str, since: datetime | None, after: int) -> Sequence[int]:
    with atomic():
        return replay_batch(handler, since, after)


def _must_exist(handler: str) -> None:
    known = list_handlers()
    if handler not in known:
        raise click.ClickException(f"No handler is named {handler}. These are: {', '.join(known)}.")


def _row_of(failure: HandlerFailure, kind: str) -> Sequence[object]:
    return (
        failure.event_id,
        kind,
        failure.handler,
        failure.tries,
        failure.first_failed_at,
        None if failure.set_aside_at else failure.next_try_at,
        " ".join(failure.error.split()),
    )
