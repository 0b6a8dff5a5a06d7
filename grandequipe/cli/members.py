"""`grandequipe members`: accounts."""

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_security import hash_password

from grandequipe.cli.application import with_application
from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.members.queries import find_member_by_email
from grandequipe.members.services import create_member, tell_confirmed

SHORTEST_PASSWORD = 8


@click.group()
def members() -> None:
    """Manage accounts."""


@members.command()
@click.option("--email", required=True, help="Address that they log in with.")
@click.option("--name", required=True, help="Name that others see.")
@click.option("--password", help="Asked for where it is not given.")
@click.option("--admin", is_flag=True, help="Let them administer the whole site.")
@with_application
def create(email: str, name: str, password: str | None, admin: bool) -> None:
    """Make an account that is confirmed already."""
    address = _address(email)
    if not name.strip():
        raise click.BadParameter("Give a name that others will see.", param_hint="--name")
    settings = current_app.config["SETTINGS"]
    with atomic():
        if find_member_by_email(address):
            raise click.ClickException(f"{address} has an account already: give another address.")
        member = create_member(
            address,
            name.strip(),
            hash_password(_password(password)),
            confirmed_at=clock.now(),
            is_admin=admin,
            locale=settings.default_locale,
            time_zone=settings.default_time_zone,
        )
        tell_confirmed(member)
    click.echo(f"{address} can log in now.")


def _address(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="--email") from None


def _password(password: str | None) -> str:
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < SHORTEST_PASSWORD:
        raise click.BadParameter(
            f"Give at least {SHORTEST_PASSWORD} characters.", param_hint="--password"
        )
    return password
