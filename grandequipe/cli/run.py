"""`grandequipe run`: the site with all its services on one machine."""

import os
from pathlib import Path

import click

import grandequipe
from grandequipe.cli.application import data_option, require_embedded


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-demo", is_flag=True, help="Leave an empty database empty.")
@data_option
def run(host: str, port: int, no_demo: bool, data: str) -> None:
    """Run the site with a private PostgreSQL and Redis; environment variables override them."""
    require_embedded()
    # Not in production images.
    from grandequipe.embedded.paths import Paths
    from grandequipe.embedded.runner import Runner, Site

    paths = Paths.of(data)
    celery = ("celery", "-A", "worker:celery")
    site = Site(
        name="Grande Équipe",
        folder=Path(grandequipe.__file__).resolve().parents[1],
        prepare=("grandequipe.cli", "prepare", "--no-demo" if no_demo else "--demo"),
        programs={
            "worker": (*celery, "worker", "--concurrency", "2", "--without-mingle"),
            "beat": (*celery, "beat", "--schedule", str(paths.beat), "--pidfile="),
            "web": ("gunicorn", "-c", "gunicorn.conf.py"),
        },
    )
    Runner(site, paths, host, port, os.environ, say=click.echo).run()
