"""Tables that commands write: a line a row, its columns separated by tabs."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import click


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write the names of the columns, and each row; what is None is written as a dash."""
    click.echo("\t".join(columns))
    for row in rows:
        click.echo("\t".join(map(_cell, row)).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)
