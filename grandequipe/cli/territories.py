"""`grandequipe territories`: what is not in the official lists that the site comes with."""

import click

from grandequipe.cli.application import with_application


@click.group()
def territories() -> None:
    """Import the priority neighbourhoods (QPV)."""


@territories.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="Only say what would change, and what is wrong.")
@click.option("--partial", is_flag=True, help="The list is not whole: keep the QPV that it lacks.")
@with_application
def import_file(file: str, check: bool, partial: bool) -> None:
    """Import the QPV of a CSV with the official columns code_qp, lib_qp and insee_com.

    Nothing is written where a line is wrong. QPV that the list lacks are kept, marked as former.
    Imported again, a file changes nothing.
    """
    from grandequipe.cli.actions.territories import import_list

    import_list(file, writes=not check, is_whole=not partial)
