"""Import the QPV of an official list."""

from collections.abc import Sequence
from pathlib import Path

import click

from grandequipe.core.transactions import atomic
from grandequipe.taxonomies.services import (
    LineError,
    import_neighbourhoods,
    read_neighbourhoods,
)


def import_list(file: str, *, writes: bool, is_whole: bool) -> None:
    """Import a file and say what changed; name each wrong line, and write nothing then."""
    reading = read_neighbourhoods(Path(file).read_bytes())
    if reading.errors:
        _refuse(file, reading.errors)
    with atomic():
        count = import_neighbourhoods(reading.neighbourhoods, is_whole=is_whole, writes=writes)
    figures = {
        "added": count.added,
        "changed": count.changed,
        "marked as former": count.former,
        "in the list again": count.returned,
        "unchanged": count.unchanged,
    }
    done = "QPV" if writes else "QPV, if they were imported"
    click.echo(f"{done}: {', '.join(f'{number} {what}' for what, number in figures.items())}")


def _refuse(file: str, errors: Sequence[LineError]) -> None:
    for error in errors:
        click.echo(f"line {error.line}: {error.message}", err=True)
    lines = "a line is wrong" if len(errors) == 1 else f"{len(errors)} lines are wrong"
    raise click.ClickException(f"{file} was not imported: {lines}, mend what is named above.")
