"""`grandequipe demo load`: the demo community."""

import click

from grandequipe.cli.application import with_new_application


@click.group()
def demo() -> None:
    """Manage the demo community."""


@demo.command()
@with_new_application
def load() -> None:
    """Fill an empty database with the demo community."""
    from grandequipe.cli.actions.demo import describe_accounts, load_demo

    load_demo()
    click.echo(describe_accounts())
