"""Creating and closing accounts."""

import sys
from datetime import datetime

import click
from flask import current_app
from flask_babel import force_locale, gettext as _
from flask_security import hash_password

from grandequipe.core import clock
from grandequipe.core.email_addresses import normalized
from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.extensions import security
from grandequipe.groups.services import leave_everything
from grandequipe.members import services
from grandequipe.members.models import Member
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
    """Create a confirmed account; without `password`, prompt for it or read standard input."""
    address = _address(email)
    _check_name(name)
    settings = current_app.config["SETTINGS"]
    with atomic():
        known = find_member_by_email(address)
        if known is not None and known.is_confirmed:
            raise click.ClickException(f"{address} has an account already: give another address.")
        account = address, name, hash_password(_password(password, address))
        preferences = {"locale": settings.default_locale, "time_zone": settings.default_time_zone}
        # There may be an unconfirmed account with this address.
        member = register_again(*account, **preferences) or create_member(*account, **preferences)
        member.confirmed_at, member.is_admin = clock.now(), admin
        record_confirmed(member)
    click.echo(f"{address} can log in now.")


def close_account(email: str, *, is_sure: bool, end_groups: bool) -> None:
    """Erase a member's personal data for ever; their texts stay, without a name."""
    member = _member(email)
    if not is_sure:
        _require_confirmation(f"Erase {member.display_name}? This cannot be undone.")
    # Two transactions, for each locks its streams in an order of its own. If the second fails, the
    # operator repeats the command.
    with atomic(), force_locale("en"):
        leave_everything(member, end_groups=end_groups)
    with atomic(), force_locale(current_app.config["SETTINGS"].default_locale):
        erase_member(member)
    click.echo("The account is closed; what identified its member is erased.")


def promote_member(email: str) -> None:
    """Make a member an administrator."""
    member = _member(email)
    with atomic(), force_locale("en"):
        is_new = services.promote(None, member)
    click.echo(f"{email} is an administrator {'now' if is_new else 'already'}.")


def demote_member(email: str) -> None:
    """Take the role of administrator away; raises Conflict for the last one."""
    member = _member(email)
    with atomic(), force_locale("en"):
        was_one = services.demote(None, member)
    click.echo(f"{email} is {'no longer' if was_one else 'not'} an administrator.")


def suspend_member(email: str, reason: str, until: datetime | None) -> None:
    """Suspend an account; without a reason, the member reads that the operator decided it."""
    member = _member(email)
    with atomic(), force_locale("en"):
        if not reason:
            with force_locale(member.locale):
                reason = _("A decision of the site’s operator.")
        services.suspend(None, member, reason, until)
    end = f"until {until.isoformat(timespec='minutes')}" if until else "without an end"
    click.echo(f"{email} is suspended {end}; reinstate: `grandequipe members reinstate`.")


def reinstate_member(email: str, reason: str) -> None:
    """Lift the suspension of an account."""
    member = _member(email)
    with atomic(), force_locale("en"):
        services.reinstate(None, member, reason)
    click.echo(f"{email} can log in again.")


def _member(email: str) -> Member:
    member = find_member_by_email(email)
    if member is None:
        raise click.ClickException(f"No account has the address {email}: check its spelling.")
    return member


def _require_confirmation(question: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("Say --yes: there is no one to ask here.")
    click.confirm(question, abort=True)


def _check_name(name: str) -> None:
    try:
        with force_locale("en"):
            ProfileInput(name).validate()
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
        # A line that is too long is not read to its end; the validation refuses it.
        password = sys.stdin.readline(LONGEST_LINE).rstrip("\n")
    if not password:
        missing = "give it as a line on standard input: there is no one to ask here."
        raise click.BadParameter(missing, param_hint="--password")
    with force_locale("en"):
        errors, normal = security.password_util.validate(password, is_register=True, email=email)
    if errors:
        raise click.BadParameter(" ".join(map(str, errors)), param_hint="--password")
    return normal
