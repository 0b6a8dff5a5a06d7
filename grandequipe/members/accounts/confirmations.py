"""What a link of confirmation says where there is nothing to confirm: one true thing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_security.utils import check_and_get_token_status, get_message, verify_hash

from grandequipe.extensions import security
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.redirects import local_path

View = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Stand before the page of Flask-Security, which asks for an address in any such case."""
    view = app.view_functions["security.confirm_email"]
    app.view_functions["security.confirm_email"] = _with_something_to_confirm(view)


def _with_something_to_confirm(view: View) -> View:
    @wraps(view)
    def answer(token: str) -> Any:
        named = _account_of(token)
        if named is not None and named.is_confirmed:
            return _is_done()
        if named is None and viewer() is not None:
            return _is_no_link()
        return view(token=token)

    return answer


def _account_of(token: str) -> Member | None:
    """Give the account that a link was sent to, however long ago."""
    life = current_app.config["SECURITY_CONFIRM_EMAIL_WITHIN"]
    _expired, _invalid, data = check_and_get_token_status(token, "confirm", life)
    named = security.datastore.find_user(fs_uniquifier=data[0]) if data else None
    return cast(Member, named) if named and verify_hash(data[1], named.email) else None


def _is_done() -> Any:
    if viewer() is None:
        flash(*get_message("ALREADY_CONFIRMED"))
        return redirect(url_for("security.login"))
    flash(_("This address is confirmed already: there is nothing left to do."), "info")
    return redirect(local_path(None))


def _is_no_link() -> Any:
    """Answer who is logged in, which takes a confirmed address."""
    flash(
        _(
            "This link does not work, or no longer. "
            "The address of your account is confirmed: there is nothing left to do."
        ),
        "info",
    )
    return redirect(local_path(None))
