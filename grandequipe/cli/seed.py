"""`grandequipe seed`: generated data for measurements."""

import time

import click

from grandequipe.cli.application import with_new_application
from grandequipe.demo.size import Size

AT_LEAST_ONE = click.IntRange(min=1)
ANY = click.IntRange(min=0)


@click.command()
@click.option("--members", default=Size.members, show_default=True, type=AT_LEAST_ONE)
@click.option("--groups", default=Size.groups, show_default=True, type=AT_LEAST_ONE)
@click.option("--posts", default=Size.posts, show_default=True, type=ANY)
@click.option("--comments", default=Size.comments, show_default=True, type=ANY)
@with_new_application
def seed(members: int, groups: int, posts: int, comments: int) -> None:
    """Fill an empty database with generated data, for measurements."""
    from grandequipe.core.transactions import atomic
    from grandequipe.demo.seeding import write_crowd

    started = time.monotonic()
    with atomic():
        write_crowd(Size(members, groups, posts, comments))
    click.echo(
        f"{members} members, {groups} groups, {posts} posts and {comments} comments "
        f"in {time.monotonic() - started:.1f} s."
    )
