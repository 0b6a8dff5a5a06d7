"""`grandequipe run`: the site with all its services on one machine."""

import os

import click

from grandequipe.cli.application import data_option, require_embedded


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-demo", is_flag=True, help="Leave an empty database empty.")
@data_option
def run(host: str, port: int, no_demo: bool, data: str) -> None:
    """Run the site with a private PostgreSQL and Redis; environment variables override them."""
    require_embedded()
    from grandequipe.embedded.runner import Runner  # not in production images

    Runner(data, host, port, os.environ, demo=not no_demo, say=click.echo).run()
