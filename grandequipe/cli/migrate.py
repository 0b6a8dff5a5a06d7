"""`grandequipe migrate`: the schema and the taxonomies."""

import click

from grandequipe.cli.application import with_new_application


@click.command()
@click.option("--back-to", metavar="NUMBER", help="Go back to an earlier schema, such as 0007.")
@with_new_application
def migrate(back_to: str | None) -> None:
    """Bring the schema up to date; safe to run twice."""
    from grandequipe.cli.actions.schema import bring_up_to_date, go_back_to

    if back_to is None:
        bring_up_to_date()
        click.echo("The schema is up to date.")
    else:
        go_back_to(back_to)
        click.echo(f"The schema is that of {back_to}.")
