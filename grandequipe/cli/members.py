"""`grandequipe members`: accounts."""

from datetime import datetime

import click

from grandequipe.cli.application import with_application
from grandequipe.cli.options import Instant


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


email_option = click.option("--email", required=True, help="Address that they log in with.")
reason_option = click.option("--reason", default="", help="Why: the member reads it.")


@members.command()
@email_option
@with_application
def promote(email: str) -> None:
    """Make a member an administrator of the site."""
    from grandequipe.cli.actions.members import promote_member

    promote_member(email)


@members.command()
@email_option
@with_application
def demote(email: str) -> None:
    """Take the role of administrator away; the site keeps its last one."""
    from grandequipe.cli.actions.members import demote_member

    demote_member(email)


@members.command()
@email_option
@reason_option
@click.option("--until", type=Instant(), help="When it ends by itself; without it, it lasts.")
@with_application
def suspend(email: str, reason: str, until: datetime | None) -> None:
    """Suspend an account: all its sessions and tokens end, and its member is notified."""
    from grandequipe.cli.actions.members import suspend_member

    suspend_member(email, reason, until)


@members.command()
@email_option
@reason_option
@with_application
def reinstate(email: str, reason: str) -> None:
    """Lift the suspension of an account."""
    from grandequipe.cli.actions.members import reinstate_member

    reinstate_member(email, reason)
