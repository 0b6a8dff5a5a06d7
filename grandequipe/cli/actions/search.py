"""Write anew what is searched."""

import click

from grandequipe.search import services

SAID_EVERY = 10_000


def rebuild() -> None:
    """Write the entries of everything anew, and say from time to time how far it has come."""
    total = said = 0
    for number in services.rebuild():
        total += number
        if total - said >= SAID_EVERY:
            said = total
            click.echo(f"{total} written…")
    click.echo(f"{total} posts, groups, members and organisations written for the search")
