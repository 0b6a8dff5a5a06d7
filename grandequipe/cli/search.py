"""`grandequipe search`: writing anew what is searched."""

import click

from grandequipe.cli.application import with_application


@click.group()
def search() -> None:
    """Write anew what is searched."""


@search.command()
@with_application
def rebuild() -> None:
    """Write all that is searched anew, while the site runs; it may be stopped and begun again."""
    from grandequipe.cli.actions import search as actions

    actions.rebuild()
