"""`grandequipe demo load`: a community to look around in."""

import click

from grandequipe.cli.application import with_new_application
from grandequipe.core.transactions import atomic
from grandequipe.demo.loading import DEMO_ACCOUNTS, DEMO_PASSWORD, is_empty, write_community

__all__ = ["DEMO_ACCOUNTS", "DEMO_PASSWORD", "demo", "describe_accounts", "is_empty", "load_demo"]


@click.group()
def demo() -> None:
    """Look after the demo community."""


@demo.command()
@with_new_application
def load() -> None:
    """Fill an empty database with the demo community."""
    load_demo()
    click.echo(describe_accounts())


def load_demo() -> None:
    """Write the demo community, whole or not at all; raise Conflict where somebody lives."""
    with atomic():
        write_community()


def describe_accounts() -> str:
    """Give the lines that tell how to log in."""
    width = max(len(email) for email, _, _ in DEMO_ACCOUNTS)
    lines = [f"  {email:{width}}  {name}, {role}" for email, name, role in DEMO_ACCOUNTS]
    return "\n".join([f"Demo accounts, all with the password {DEMO_PASSWORD}", *lines])
