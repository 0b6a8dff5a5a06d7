"""The check of the administrator, and of a password that was given minutes ago."""

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import check_and_update_authn_fresh

from grandequipe.core.errors import NotFound
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member

# Of a log-in, or of the password given again; each act within it begins it anew.
FRESH_FOR = timedelta(minutes=15)


class NeedsPassword(Exception):
    """Say that the password must be given again before this act, and to which page it leads."""

    def __init__(self, page: str) -> None:
        super().__init__(page)
        self.page = page


def administrator() -> Member:
    """Return the administrator who is logged in.

    Raises Unauthenticated for a visitor, NotFound for other members.
    """
    member = acting_member()
    if not member.is_admin:
        raise NotFound
    return member


def require_password(page: str) -> None:
    """Raise NeedsPassword unless this session's password was given some minutes ago."""
    if not check_and_update_authn_fresh(FRESH_FOR, FRESH_FOR, "session"):
        raise NeedsPassword(page)


def ask_for_password(needed: NeedsPassword) -> ResponseReturnValue:
    """Redirect to the page that asks for the password, and from there to the act's page."""
    if request.method == "POST":
        flash(_("Nothing has changed yet. Enter your password, then try again."), "info")
    return redirect(url_for("security.verify", next=needed.page), 303)
