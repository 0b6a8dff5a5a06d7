"""`grandequipe members`: accounts."""

import click

from grandequipe.cli.application import with_application


@click.group()
def members() -> None:
    """Manage accounts."""


@members.command()
@click.option("--email", required=True, help="Address that they log in with.")
@click.option("--name", required=True, help="Name that others see.")
@click.option(
    "--password",
    help="Better asked for, or read as a line of standard input: arguments can be read by all.",
)
@click.option("--admin", is_flag=True, help="Let them administer the whole site.")
@with_application
def create(email: str, name: str, password: str | None, admin: bool) -> None:
    """Create a confirmed account."""
    from grandequipe.cli.actions.members import create_account

    create_account(email, name.strip(), password, admin=admin)


@members.command()
@click.option("--email", required=True, help="Address that they log in with.")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@click.option(
    "--end-groups", is_flag=True, help="End the groups in which nobody else is, with their posts."
)
@with_application
def close(email: str, yes: bool, end_groups: bool) -> None:
    """Close an account for ever: erase the person's data; their texts stay, without a name."""
    from grandequipe.cli.actions.members import close_account

    close_account(email, is_sure=yes, end_groups=end_groups)
