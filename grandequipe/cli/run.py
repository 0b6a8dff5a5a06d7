"""`grandequipe run`: everything on one machine, with nothing installed."""

import os

import click

from grandequipe.cli.application import data_option, must_have_embedded, with_application
from grandequipe.cli.demo import DEMO_ACCOUNTS, describe_accounts, is_empty, load_demo
from grandequipe.cli.migrate import bring_up_to_date
from grandequipe.members.queries import find_member_by_email


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-demo", is_flag=True, help="Leave an empty database empty.")
@data_option
def run(host: str, port: int, no_demo: bool, data: str) -> None:
    """Run the site with a private PostgreSQL and Redis; what is set in the environment wins."""
    must_have_embedded()
    from grandequipe.embedded.runner import Runner  # noqa: PLC0415  (not in production images)

    Runner(data, host, port, os.environ, demo=not no_demo, say=click.echo).run()


@click.command(hidden=True)
@click.option("--demo/--no-demo", default=True)
@with_application
def prepare(demo: bool) -> None:
    """Bring the schema up to date and, where there is nobody yet, load the demo community."""
    bring_up_to_date()
    if demo and is_empty():
        load_demo()
    if find_member_by_email(DEMO_ACCOUNTS[0][0]):
        click.echo(describe_accounts())
