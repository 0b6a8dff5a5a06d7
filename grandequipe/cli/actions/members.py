"""Make and close accounts."""

import sys

import click
from flask import current_app
from flask_babel import force_locale
from flask_security import hash_password

from grandequipe.core import clock
from grandequipe.core.email_addresses import normalized
from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.extensions import security
from grandequipe.groups.services import leave_everything
from grandequipe.members.queries import find_member_by_email
from grandequipe.members.services import (
    ProfileInput,
    create_member,
    erase_member,
    record_confirmed,
    register_again,
)

LONGEST_LINE = 10_000


def create_account(email: str, name: str, password: str | None, *, admin: bool) -> None:
    """Make an account that is confirmed already; ask for the password that is not given."""
    address = _address(email)
    _check_name(name)
    settings = current_app.config["SETTINGS"]
    with atomic():
        known = find_member_by_email(address)
        if known is not None and known.is_confirmed:
            raise click.ClickException(f"{address} has an account already: give another address.")
        asked = address, name, hash_password(_password(password, address))
        reads = {"locale": settings.default_locale, "time_zone": settings.default_time_zone}
        # Somebody may have registered the address without ever showing that it is theirs.
        member = register_again(*asked, **reads) or create_member(*asked, **reads)
        member.confirmed_at, member.is_admin = clock.now(), admin
        record_confirmed(member)
    click.echo(f"{address} can log in now.")


def close_account(email: str, *, is_sure: bool, end_groups: bool) -> None:
    """Close an account for ever: erase who it was; what they wrote stays, unsigned."""
    member = find_member_by_email(email)
    if member is None:
        raise click.ClickException(f"No account has the address {email}: check its spelling.")
    if not is_sure:
        _must_be_sure(f"Erase {member.display_name}? This cannot be undone.")
    # One after the other, for each locks the streams that it tells of in an order of its own. Where
    # the second does not come to be, the command is given again.
    with atomic(), force_locale("en"):
        leave_everything(member, end_groups=end_groups)
    with atomic(), force_locale(current_app.config["SETTINGS"].default_locale):
        erase_member(member)
    click.echo("The account is closed; what identified its member is erased.")


def _must_be_sure(question: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("Say --yes: there is no one to ask here.")
    click.confirm(question, abort=True)


def _check_name(name: str) -> None:
    try:
        with force_locale("en"):
            ProfileInput(name).check()
    except Invalid as refused:
        raise click.BadParameter(" ".join(refused.errors.values()), param_hint="--name") from None


def _address(email: str) -> str:
    try:
        return normalized(email)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--email") from None


def _password(password: str | None, email: str) -> str:
    if password is None and sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    elif password is None:
        # A line that is too long is refused as such, not read to its end.
        password = sys.stdin.readline(LONGEST_LINE).rstrip("\n")
    if not password:
        missing = "give it as a line on standard input: there is no one to ask here."
        raise click.BadParameter(missing, param_hint="--password")
    with force_locale("en"):
        wrong, normal = security.password_util.validate(password, is_register=True, email=email)
    if wrong:
        raise click.BadParameter(" ".join(map(str, wrong)), param_hint="--password")
    return normal
