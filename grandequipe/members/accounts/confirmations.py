"""Following a link of confirmation opens the account to who holds its mailbox, and logs them in.

Anybody registers any address, so what was typed then may be a stranger's. Who follows the link in
the browser that registered last is let in at once, with the password that was typed there; a mark
in that browser's session says so. Everybody else gives a name and a password first: whatever a
stranger typed opens nothing. A program that looks at links has no such browser and gives nothing,
so it opens nothing, either. Where there is nothing to confirm, one true thing is said.
"""

import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_security import user_not_registered, user_registered
from flask_security.utils import (
    check_and_get_token_status,
    get_message,
    hash_password,
    verify_hash,
)

from grandequipe.core import signing
from grandequipe.extensions import security
from grandequipe.members.accounts.next_url import next_url_of
from grandequipe.members.accounts.opening_accounts import MARK, open_account
from grandequipe.members.forms import OpeningForm
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.redirects import local_path

View = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Stand before the page of Flask-Security, which believes what was typed at registration."""
    view = app.view_functions["security.confirm_email"]
    app.view_functions["security.confirm_email"] = _with_something_to_confirm(view)
    user_registered.connect(_mark_browser, app)
    user_not_registered.connect(_mark_browser, app)


def _with_something_to_confirm(view: View) -> View:
    @wraps(view)
    def answer(token: str) -> Any:
        named, is_late = _account_of(token)
        if named is not None and named.is_confirmed:
            return _is_done()
        if named is None and viewer() is not None:
            return _is_no_link()
        if named is None or is_late or not named.active:
            return view(token=token)
        return _opened(named, token)

    return answer


def _opened(member: Member, token: str) -> Any:
    """Open an account that is locked, or ask for what a stranger may have typed."""
    if not _registered_here(member):
        form = OpeningForm(member.email, obj=member)
        if not form.validate_on_submit():
            return render_template("security/open_account.html", form=form, email=member.email)
        member.display_name = form.display_name.data
        member.password = hash_password(form.password.data)
    goal = next_url_of(member)
    open_account(member)
    flash(_("Your address is confirmed. Welcome!"), "success")
    return redirect(local_path(goal))


def _account_of(token: str) -> tuple[Member | None, bool]:
    """Give the account that a link was sent to, and whether that was too long ago."""
    life = current_app.config["SECURITY_CONFIRM_EMAIL_WITHIN"]
    expired, _invalid, data = check_and_get_token_status(token, "confirm", life)
    named = security.datastore.find_user(fs_uniquifier=data[0]) if data else None
    known = cast(Member, named) if named and verify_hash(data[1], named.email) else None
    return known, bool(expired)


def _mark_browser(_app: Flask, user: Member, **given: Any) -> None:
    """Remember what this browser registered; a known address leaves a mark that looks the same."""
    session[MARK] = secrets.token_hex(32) if "existing_email" in given else _mark_of(user)


def _registered_here(member: Member) -> bool:
    """Say whether the account is as this browser registered it, and nobody did so since."""
    return hmac.compare_digest(str(session.get(MARK, "")), _mark_of(member))


def _mark_of(member: Member) -> str:
    return signing.digest("registered", str(member.id), str(member.password)).hex()


def _is_done() -> Any:
    if viewer() is None:
        flash(*get_message("ALREADY_CONFIRMED"))
        return redirect(url_for("security.login"))
    flash(_("This address is already confirmed. There’s nothing left to do."), "info")
    return redirect(local_path(None))


def _is_no_link() -> Any:
    """Answer who is logged in, which takes a confirmed address."""
    flash(
        _(
            "This link doesn’t work, or no longer does. Your email address is already confirmed, "
            "so there’s nothing left to do."
        ),
        "info",
    )
    return redirect(local_path(None))
