"""Options that several commands have."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


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


# How the usage line names the options of `arrived_option`, one of which must be there.
ARRIVED_METAVAR = "(--arrived | --not-arrived) [OPTIONS]"


def arrived_option(help: str) -> Callable[[F], F]:
    """Add the two answers to what became of an uncertain mail."""
    return click.option(
        "--arrived/--not-arrived", default=None, callback=_require_answer, help=help
    )


def _require_answer(ctx: click.Context, _param: click.Parameter, arrived: bool | None) -> bool:
    """Refuse before the application starts, naming both options: click names only the first."""
    if arrived is None:
        answers = "--arrived if it was delivered, --not-arrived to send it again."
        raise click.UsageError(f"Say what became of it: {answers}", ctx)
    return arrived
