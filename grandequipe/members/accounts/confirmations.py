"""Confirmation of an e-mail address by a mail's link, which logs the owner of the mailbox in.

Anybody can register any address, so name and password may be a stranger's. In the browser of the
last registration (marked in its session), the link confirms at once. In any other browser, the page
first asks for a new name and password: a stranger's password never works. A program that follows
links has no such session and sends no form, so it confirms nothing. A link that has nothing to
confirm gets a message that says why.
"""

import hmac
import secrets
from typing import Any, cast

from flask import Flask, current_app, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import user_not_registered, user_registered
from flask_security.utils import (
    check_and_get_token_status,
    get_message,
    hash_password,
    verify_hash,
)
from flask_security.views import confirm_email

from grandequipe.core import signing
from grandequipe.extensions import security
from grandequipe.members.accounts.next_url import next_url_of
from grandequipe.members.accounts.opening_accounts import REGISTRATION_MARK, open_account
from grandequipe.members.forms import OpeningForm
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.pages import render_page
from grandequipe.web.redirects import local_path


def init_app(app: Flask) -> None:
    """Mark the browser of a registration."""
    user_registered.connect(_mark_browser, app)
    user_not_registered.connect(_mark_browser, app)


def confirm_mailbox(token: str) -> ResponseReturnValue:
    """Confirm the address of a link's account: Flask-Security trusts a registration's password."""
    member, is_expired = _account_of(token)
    if member is not None and member.is_confirmed:
        return _already_confirmed()
    if member is None and viewer() is not None:
        return _invalid_link()
    if member is None or is_expired or not member.active:
        return confirm_email(token)  # it says what is wrong with the link
    return _open(member)


def _open(member: Member) -> ResponseReturnValue:
    """Confirm an account, whose row is locked; in another browser, ask for name and password."""
    if not _registered_here(member):
        form = OpeningForm(member.email, obj=member)
        if not form.validate_on_submit():
            return render_page("security/open_account.html", form=form, email=member.email)
        member.display_name = form.display_name.data
        member.password = hash_password(form.password.data)
    next_url = next_url_of(member)
    open_account(member)
    flash(_("Your address is confirmed. Welcome!"), "success")
    # What a newcomer says of themselves, which they may pass over.
    return redirect(url_for("members.edit_profile", next=local_path(next_url)))


def _account_of(token: str) -> tuple[Member | None, bool]:
    """Return the account of a link's token, or None, and whether the link has expired."""
    life = current_app.config["SECURITY_CONFIRM_EMAIL_WITHIN"]
    expired, _invalid, data = check_and_get_token_status(token, "confirm", life)
    member = security.datastore.find_user(fs_uniquifier=data[0]) if data else None
    known = cast(Member, member) if member and verify_hash(data[1], member.email) else None
    return known, bool(expired)


def _mark_browser(_app: Flask, user: Member, **kwargs: Any) -> None:
    """Mark the session with this registration; a known address gets a random mark."""
    is_known = "existing_email" in kwargs
    session[REGISTRATION_MARK] = secrets.token_hex(32) if is_known else _mark_of(user)


def _registered_here(member: Member) -> bool:
    """Whether this browser sent the last registration of the account."""
    return hmac.compare_digest(str(session.get(REGISTRATION_MARK, "")), _mark_of(member))


def _mark_of(member: Member) -> str:
    return signing.digest("registered", str(member.id), str(member.password)).hex()


def _already_confirmed() -> ResponseReturnValue:
    if viewer() is None:
        flash(*get_message("ALREADY_CONFIRMED"))
        return redirect(url_for("security.login"))
    flash(_("This address is already confirmed. There’s nothing left to do."), "info")
    return redirect(local_path(None))


def _invalid_link() -> ResponseReturnValue:
    """Answer a member who is logged in, and so has a confirmed address."""
    flash(
        _(
            "This link doesn’t work, or no longer does. Your email address is already confirmed, "
            "so there’s nothing left to do."
        ),
        "info",
    )
    return redirect(local_path(None))
