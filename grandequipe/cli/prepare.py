"""The process of `grandequipe run` between the start of the services and that of the site."""

import click

from grandequipe.cli.application import with_new_application


@click.command(hidden=True)
@click.option("--demo/--no-demo", default=True)
@with_new_application
def prepare(demo: bool) -> None:
    """Bring the schema up to date and, if there are no members, load the demo community."""
    from grandequipe.cli.actions.demo import DEMO_ACCOUNTS, describe_accounts, is_empty, load_demo
    from grandequipe.cli.actions.schema import bring_up_to_date
    from grandequipe.members.queries import find_member_by_email

    bring_up_to_date()
    if demo and is_empty():
        load_demo()
    if find_member_by_email(DEMO_ACCOUNTS[0][0]):
        click.echo(describe_accounts())
